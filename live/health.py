from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils.deprecation import MiddlewareMixin


class Health(MiddlewareMixin):
    """GET /healthz: 200 while this process and its database are well, else 503.

    It is the first middleware, since a balancer asks by address and without TLS.
    """

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        if request.path != "/healthz":
            return None
        connection.ensure_connection()
        return HttpResponse("ok\n", content_type="text/plain")
