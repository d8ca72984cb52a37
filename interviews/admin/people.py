from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from interviews.forms import PhotoField
from interviews.models import Guest, Host, Interview, Person, Publisher, Section

from .base import ModelAdmin, PlainForm, editor


class NamedOnPagesAdmin(ModelAdmin):
    """Of what stands on interviews' pages: those that are open show a change of it."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change and form.changed_data:
            on_the_page = [Interview.Status.SCHEDULED, Interview.Status.LIVE]
            for interview in obj.interviews.filter(status__in=on_the_page).order_by("pk"):
                interview.recast(by=editor(request))


@admin.register(Guest, Host)
class PersonAdmin(NamedOnPagesAdmin):
    list_display = ["name", "title", "organisation", "portrait"]
    search_fields = ["name", "title", "organisation"]
    form = PlainForm
    formfield_overrides = {models.ImageField: {"form_class": PhotoField}}

    @admin.display(description=_("photo"))
    def portrait(self, person: Person) -> str:
        return format_html('<img src="{}" height="32" alt="">', person.photo.url) if person.photo else ""


@admin.register(Section)
class SectionAdmin(NamedOnPagesAdmin):
    list_display = ["name", "parent"]
    list_select_related = ["parent"]
    search_fields = ["name"]
    autocomplete_fields = ["parent"]


@admin.register(Publisher)
class PublisherAdmin(NamedOnPagesAdmin):
    list_display = ["name", "url"]
    search_fields = ["name"]
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
