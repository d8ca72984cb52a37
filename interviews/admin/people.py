from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.db import models, transaction
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from interviews.models import Guest, Host, Person, Publisher, Section, Speaker
from interviews.models.archive.appearances import seats_of
from interviews.models.transcript.interview import own_clock

from .base import ModelAdmin, editor
from .exchange import ExchangeAdmin
from .known_choices import KnownChoices
from .known_names import PersonForm
from .merging import MergingAdmin
from .person_rows import PRIVATE
from .portraits import PortraitAdmin

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

APPEARANCES_SHOWN = 50  # on a person's page


class NamedOnPagesAdmin(ModelAdmin):
    """Tells open pages of a change to what stands on them."""

    on_no_page: tuple[str, ...] = ()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change or not set(form.changed_data) - set(self.on_no_page):
            return super().save_model(request, obj, form, change)
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            obj.interviews.followed().recast(editor(request))


class Has(admin.SimpleListFilter):
    without: Q

    def lookups(self, request: HttpRequest, model_admin: Any) -> "list[tuple[str, StrOrPromise]]":
        return [("1", _("Yes")), ("0", _("No"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case "1":
                return queryset.exclude(self.without)
            case "0":
                return queryset.filter(self.without)
        return queryset


class HasPhoto(Has):
    title, parameter_name, without = _("photo"), "has_photo", Q(photo="")


class HasBio(Has):
    title, parameter_name, without = _("bio"), "has_bio", Q(bio_zh="", bio_en="")


@admin.register(Guest, Host)
class PersonAdmin(PortraitAdmin, ExchangeAdmin, MergingAdmin, NamedOnPagesAdmin):
    form = PersonForm
    fieldsets = [
        (_("On public pages"), {"fields": ["name", "slug", "title", "organisation", "bio_zh", "bio_en"]}),
        (_("Photo"), {"fields": ["photo", "crop"]}),
        (_("Private"), {"fields": PRIVATE, "description": _("Never published.")}),
        (_("Visibility"), {"fields": ["hidden"]}),
    ]
    on_no_page = PRIVATE
    list_display = ["portrait", "name", "title", "organisation", "how_often", "whether_hidden"]
    list_display_links = ["name"]
    list_filter = ["hidden", HasPhoto, HasBio]
    search_fields = ["name", "title", "organisation", "bio_zh", "bio_en", *PRIVATE]
    actions = ["hide", "show", "merge_chosen"]
    change_list_template = "admin/interviews/people/change_list.html"
    delete_confirmation_template = "admin/interviews/people/delete_confirmation.html"
    delete_selected_confirmation_template = "admin/interviews/people/delete_selected_confirmation.html"

    class Media:
        css = {"all": ["css/admin/people.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        role = self.opts.model_name or ""
        theirs = Speaker.objects.filter(**{role: OuterRef("pk")}).order_by().values(role).annotate(n=Count("pk"))
        people: Any = super().get_queryset(request)
        found: QuerySet[Any] = people.unmerged().annotate(seats_taken=Coalesce(Subquery(theirs.values("n")), 0))
        return found

    def get_search_results(self, request: HttpRequest, queryset: Any, term: str) -> tuple[QuerySet[Any], bool]:
        is_for_a_seat = request.resolver_match and request.resolver_match.url_name == "autocomplete"
        return super().get_search_results(request, queryset.with_page() if is_for_a_seat else queryset, term)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        took_part = [(_("Appearances"), {"fields": ["appearances"]})] if obj else []
        return [*super().get_fieldsets(request, obj), *took_part]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["appearances"] if obj else []

    @admin.display(description=_("photo"))
    def portrait(self, person: Person) -> str:
        return format_html('<img src="{}" height="32" alt="">', person.photo.url) if person.photo else ""

    @admin.display(description=_("appearances"), ordering="seats_taken")
    def how_often(self, person: Any) -> int:
        taken: int = person.seats_taken
        return taken

    @admin.display(description=_("hidden"), ordering="hidden")
    def whether_hidden(self, person: Person) -> "StrOrPromise":
        return _("hidden") if person.hidden else ""

    @admin.display(description=_("appearances"))
    def appearances(self, person: Any) -> str:
        said = Count("turns", filter=Q(turns__state="published"))
        seats = person.seats.select_related("interview").annotate(said=said)
        newest_first = seats.order_by(own_clock("interview__").desc(), "-interview_id")
        context = {"seats": newest_first[:APPEARANCES_SHOWN], "more": max(person.seats_taken - APPEARANCES_SHOWN, 0)}
        return render_to_string("admin/interviews/people/appearances.html", context)

    def view_on_site(self, person: Any) -> str | None:
        is_known = person.has_page and seats_of(person).exists()
        return person.get_absolute_url() if is_known else None

    @admin.action(description=_("Hide the chosen %(verbose_name_plural)s"), permissions=["change"])
    def hide(self, request: HttpRequest, chosen: QuerySet[Any]) -> None:
        done = self._set_hidden(request, chosen.filter(hidden=False), True)
        told = ngettext("%(count)d is hidden now.", "%(count)d are hidden now.", done) % {"count": done}
        self.message_user(request, told, messages.SUCCESS)

    @admin.action(description=_("Show the chosen %(verbose_name_plural)s"), permissions=["change"])
    def show(self, request: HttpRequest, chosen: QuerySet[Any]) -> None:
        done = self._set_hidden(request, chosen.filter(hidden=True), False)
        told = ngettext("%(count)d is shown now.", "%(count)d are shown now.", done) % {"count": done}
        self.message_user(request, told, messages.SUCCESS)

    def _set_hidden(self, request: HttpRequest, people: QuerySet[Any], hidden: bool) -> int:
        people = list(people)  # type: ignore[assignment]
        for person in people:
            with transaction.atomic():
                person.hidden = hidden
                person.save(update_fields=["hidden"])
                person.interviews.followed().recast(editor(request))
            self.log_change(request, person, [{"changed": {"fields": [str(_("hidden"))]}}])
        return len(people)


@admin.register(Section)
class SectionAdmin(KnownChoices, NamedOnPagesAdmin):
    list_display = ["name", "parent"]
    list_select_related = ["parent"]
    search_fields = ["name"]
    autocomplete_fields = ["parent"]


@admin.register(Publisher)
class PublisherAdmin(NamedOnPagesAdmin):
    list_display = ["name", "url"]
    search_fields = ["name"]
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
