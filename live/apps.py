from django.apps import AppConfig
from django.contrib.admin import apps


class LiveConfig(AppConfig):
    name = "live"


class AdminConfig(apps.AdminConfig):
    default = False  # this package's own is LiveConfig
    default_site = "interviews.admin_site.AdminSite"
