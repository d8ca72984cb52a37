from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("interviews.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "interviews.views.refusals.bad_request"
handler403 = "interviews.views.refusals.forbidden"
handler404 = "interviews.views.refusals.not_found"
handler500 = "interviews.views.refusals.broken"
