from django.apps import AppConfig
from django.contrib.admin import apps


class LiveConfig(AppConfig):
    name = "live"


class AdminConfig(apps.AdminConfig):
    default = False  # of this package, whose own is above
    default_site = "interviews.admin_site.AdminSite"
