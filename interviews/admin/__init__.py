"""Django's admin. What readers can see is changed by the verbs alone, as at the desk, so that open pages follow."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin

from interviews.models import User

from . import interview, people, record

__all__ = ["interview", "people", "record"]

admin.site.site_header = admin.site.site_title = "访谈 Fangtan"
admin.site.site_url = "/desk/"
admin.site.register(User, UserAdmin)
