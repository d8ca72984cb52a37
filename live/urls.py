from django.contrib import admin
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def healthz(request: HttpRequest) -> HttpResponse:
    """200 when this process and its database answer; a database that doesn't is a 500."""
    connection.ensure_connection()
    return HttpResponse("ok\n", content_type="text/plain")


urlpatterns = [
    path("", include("interviews.urls")),
    path("admin/", admin.site.urls),
    path("healthz", healthz),
]
