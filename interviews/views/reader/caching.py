from django.http import HttpResponse
from django.utils.cache import patch_cache_control


def public(response: HttpResponse, seconds: int) -> HttpResponse:
    """May be kept that long by anybody on the way."""
    patch_cache_control(response, public=True, max_age=seconds)
    return response
