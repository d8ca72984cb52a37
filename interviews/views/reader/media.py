"""Serve pictures on a site without a web server in front."""

import mimetypes

from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from .caching import public


@require_safe
def portrait(request: HttpRequest, name: str) -> HttpResponse:
    return public(_image(f"people/{name}"), seconds=86_400)


@require_safe
def photo(request: HttpRequest, name: str) -> HttpResponse:
    # A file's name is never used again, so it may be kept for good.
    response = _image(f"turns/{name}")
    patch_cache_control(response, immutable=True)
    return public(response, seconds=31_536_000)


def _image(path: str) -> HttpResponse:
    if not default_storage.exists(path):
        raise Http404
    with default_storage.open(path) as file:
        kind = mimetypes.guess_type(path, strict=False)[0] or "application/octet-stream"
        response = HttpResponse(file.read(), content_type=kind)
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response
