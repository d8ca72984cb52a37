from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.middleware.locale import LocaleMiddleware


class VisitorsLanguage(LocaleMiddleware):
    """Site pages speak the visitor's language; a page that has one of its own is the same for everybody."""

    def process_request(self, request: HttpRequest) -> None:
        """By the browser's header alone: the answer may be kept for others who send the same one."""
        request.COOKIES.pop(settings.LANGUAGE_COOKIE_NAME, None)
        super().process_request(request)

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        return response if response.has_header("Content-Language") else super().process_response(request, response)
