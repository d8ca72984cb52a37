from django.http import HttpResponse
from django.utils.cache import patch_cache_control


def public(response: HttpResponse, seconds: int) -> HttpResponse:
    """Let every cache on the way keep the answer that long."""
    patch_cache_control(response, public=True, max_age=seconds)
    return response
