from django.http import HttpRequest, HttpResponse
from django.utils.deprecation import MiddlewareMixin

from .schema import schema


class Health(MiddlewareMixin):
    """GET /healthz: 200 while this process and its database are well, else 503, also while migrations are missing.

    It is the first middleware, since a balancer asks by address and without TLS.
    """

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        if request.path != "/healthz":
            return None
        if missing := schema.look():
            words = f"The database lacks {', '.join(missing)}: run manage.py migrate.\n"
            return HttpResponse(words, content_type="text/plain", status=503)
        return HttpResponse("ok\n", content_type="text/plain")
