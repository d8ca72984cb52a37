"""Notes among the staff, and who is at the desk."""

from django.http import HttpResponse

from interviews.forms import NoteForm, PresenceForm, cleaned
from interviews.models import Interview
from interviews.models.desk.note import tell_the_staff
from interviews.models.desk.presence import be_present, leave

from .newsroom import DeskRequest, anybodys_verb, done


@anybodys_verb
def note(request: DeskRequest, interview: Interview) -> HttpResponse:
    tell_the_staff(interview, **cleaned(NoteForm(request.POST)), by=request.user)
    return done(request, interview, status=201)


@anybodys_verb
def presence(request: DeskRequest, interview: Interview) -> HttpResponse:
    told = cleaned(PresenceForm(request.POST, interview))
    if told.pop("gone"):
        leave(interview, told["window"], request.user)
    else:
        be_present(interview, user=request.user, **told)
    return HttpResponse(status=204)
