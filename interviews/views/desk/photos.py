"""Receive photos, before the turns that will show them."""

from django.http import HttpResponse, JsonResponse

from interviews import photos
from interviews.forms import UploadForm, cleaned
from interviews.models import Interview

from .newsroom import DeskRequest, typists_verb


@typists_verb
def photo(request: DeskRequest, interview: Interview) -> HttpResponse:
    wanted = cleaned(UploadForm(request.POST, request.FILES))
    photo = interview.photos.filter(key=wanted["key"]).first() or photos.keep(interview, **wanted, by=request.user)
    about = {name: getattr(photo, name) for name in ("url", "srcset", "width", "height")}
    return JsonResponse({"photo": photo.key, **about}, status=201)
