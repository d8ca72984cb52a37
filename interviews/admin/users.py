"""Accounts, their roles, and the links by which people come in."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import django_otp.plugins.otp_static.admin
import django_otp.plugins.otp_totp.admin
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from interviews.forms import ModelForm
from interviews.models import Assignment, Role, User
from interviews.models.accounts.account import names_of
from interviews.models.values.text import one_line
from interviews.models.values.text_fields import LineInput

from .base import ModelAdmin, editor
from .known_choices import KnownChoices

if TYPE_CHECKING:
    TabularInline = admin.TabularInline[Any, Any]
    Choice = forms.ModelMultipleChoiceField[Any]
else:
    from django.contrib.admin import TabularInline
    from django.forms import ModelMultipleChoiceField as Choice

assert django_otp.plugins.otp_static.admin, django_otp.plugins.otp_totp.admin  # which show secrets to admins
admin.site.unregister([StaticDevice, TOTPDevice])


FIELDS_EDITED = ["username", "first_name", "last_name", "email", "is_active", "is_staff", "is_superuser"]


def label_of(group: Group) -> str:
    """Our four roles in the admin's language; a group that the site has made by its own name."""
    return str(Role(group.name).label) if group.name in Role.values else group.name


class RolesField(Choice):
    def label_from_instance(self, obj: Group) -> str:
        return label_of(obj)


class UserForm(ModelForm):
    by: User
    """Who changes it: nobody gives more than they have, or takes from themselves what only another could give back."""

    name = LineInput(label=_("Name"), max_length=150, required=False)
    groups = RolesField(
        Group.objects.order_by("pk"), label=_("Roles"), required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        labels = {"is_active": _("Active"), "is_staff": _("May open the admin")}
        help_texts = {
            "is_active": _("Untick this instead of deleting the account: it is signed out at once."),
            "is_staff": _("Ticked by itself for admins."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].initial = self.instance.name
        roles: Any = self.fields["groups"]
        roles.queryset = roles.queryset.filter(pk__in=[role.pk for role in roles.queryset if self._may_give(role)])

    def _may_give(self, role: Group) -> bool:
        # Users with a role that isn't offered aren't shown either, or saving the form would take the role away.
        return self.by.is_superuser or names_of(role.permissions.all()) <= self.by.get_all_permissions()

    def clean_username(self) -> str:
        name: str = self.cleaned_data["username"]
        if "username" in self.changed_data and one_line(name) != name:  # Hangul's fillers count as letters
            raise ValidationError(UnicodeUsernameValidator.message)
        return name

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        is_admin = any(role.name == Role.ADMIN for role in data.get("groups", []))
        was_admin = bool(self.instance.pk and self.instance.groups.filter(name=Role.ADMIN).exists())
        if is_admin != was_admin and not self.instance.is_superuser:
            data["is_staff"] = is_admin or (data.get("is_staff", False) and not was_admin)
        if self.instance == self.by:
            self._keep_own(was_admin and not is_admin and not self.by.is_superuser)
        return data

    def _keep_own(self, leaves_admins: bool) -> None:
        lost = [name for name in ("is_active", "is_staff", "is_superuser") if self._loses(name)]
        for name in [*lost, *(["groups"] if leaves_admins else [])]:
            self.add_error(name, gettext("You can’t take this from yourself: ask another admin."))

    def _loses(self, name: str) -> bool:
        return name in self.fields and getattr(self.instance, name) and not self.cleaned_data.get(name)

    def save(self, commit: bool = True) -> Any:
        if "name" in self.changed_data:
            self.instance.name = self.cleaned_data["name"]
        return super().save(commit)


class OwnAssignmentInline(KnownChoices, TabularInline):
    model = Assignment
    autocomplete_fields = ["interview"]
    extra = 0


class RoleFilter(admin.SimpleListFilter):
    title = _("role")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(group.pk), label_of(group)) for group in Group.objects.order_by("pk")]

    def queryset(self, request: HttpRequest, users: QuerySet[User]) -> QuerySet[User]:
        role = self.value() or ""
        return users.filter(groups=int(role)) if role.isdecimal() else users


@admin.register(User)
class UserAdmin(ModelAdmin):
    form = UserForm
    list_display = ["username", "name", "roles", "last_login", "has_second_factor", "is_active", "opens_the_admin"]
    list_filter = [RoleFilter, "is_active", "is_staff"]
    search_fields = ["username", "first_name", "last_name", "email"]
    ordering = ["username"]
    actions = None
    filter_horizontal = ["user_permissions"]
    readonly_fields = ["last_login", "has_second_factor", "link"]
    inlines = [OwnAssignmentInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        devices = TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True)
        users: QuerySet[User] = super().get_queryset(request)
        seen = users if editor(request).is_superuser else users.filter(is_superuser=False)
        return seen.annotate(asked=Exists(devices)).prefetch_related("groups")

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        # Refuse to filter by the password, as Django's admin does: its hash could be guessed letter by letter.
        return not lookup.startswith("password") and super().lookup_allowed(lookup, value, request)

    @admin.display(description=_("name"), ordering="first_name")
    def name(self, user: User) -> str:
        return user.name

    @admin.display(description=_("roles"))
    def roles(self, user: User) -> str:
        return ", ".join(label_of(group) for group in user.groups.all())

    @admin.display(description=_("second factor"), boolean=True)
    def has_second_factor(self, user: Any) -> bool:
        return bool(user.asked)

    @admin.display(description=_("admin"), boolean=True, ordering="is_staff")
    def opens_the_admin(self, user: User) -> bool:
        return user.is_staff

    @admin.display(description=_("link to come in by"))
    def link(self, user: User) -> str:
        if invitation := user.open_invitation:
            return gettext("open, made by %(who)s") % {"who": invitation.by or "–"}
        return gettext("none is open")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        rights = ["groups", "is_staff"] if obj is None else ["groups", "is_active", "is_staff"]
        more = [(_("Beyond roles"), {"fields": ["is_superuser", "user_permissions"], "classes": ["collapse"]})]
        return [
            (None, {"fields": ["username", "name", "email"]}),
            (_("Rights"), {"fields": rights}),
            *(more if editor(request).is_superuser else []),
            *([(_("Signing in"), {"fields": ["last_login", "has_second_factor", "link"]})] if obj else []),
        ]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.by = editor(request)
        return form

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or editor(request).may_manage(obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        mine = super().has_delete_permission(request, obj) and obj != request.user
        return mine and (obj is None or editor(request).may_manage(obj))

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        user = self.get_object(request, object_id)
        if user and self.has_delete_permission(request, user) and user.is_on_record:
            words = _(
                "%(who)s stands in the record and can’t be deleted. Untick “active” and save: that shuts them out."
            )
            self.message_user(request, words % {"who": user}, messages.ERROR)
            return redirect("admin:interviews_user_change", user.pk)
        return super().delete_view(request, object_id, extra_context)

    # Invite by a link

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        only = {"title": _("Invite"), "show_save_and_add_another": False, "show_save_and_continue": False}
        return super().add_view(request, form_url, {**(extra_context or {}), **only})

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:  # the rest untouched: a password or a sign-out of this moment must not be put back
            obj.save(update_fields=FIELDS_EDITED)
            return
        obj.set_unusable_password()
        super().save_model(request, obj, form, change)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        return self.make_link(request, obj)

    def make_link(self, request: HttpRequest, user: User) -> HttpResponse:
        token = user.invite(by=editor(request))
        link = request.build_absolute_uri(f"{reverse('invitation')}?{urlencode({'token': token})}")
        about = {"title": _("A link for %(who)s") % {"who": user}, "link": link, "invitation": user.open_invitation}
        return self.page(request, user, "link", about)

    # Ask again before these are done

    def get_urls(self) -> list[Any]:
        verbs = [
            path(
                f"<int:pk>/{name}/",
                self.admin_site.admin_view(partial(self.confirm, name=name)),
                name=f"interviews_user_{name.replace('-', '_')}",
            )
            for name in VERBS
        ]
        return verbs + super().get_urls()

    def confirm(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        if not (user := self.get_object(request, str(pk))):
            raise Http404
        if not self.has_change_permission(request, user):
            raise PermissionDenied
        title, words, do = VERBS[name]
        if request.method == "POST":
            return do(self, request, user)
        return self.page(request, user, "confirm", {"title": f"{user}: {title}", "verb": title, "words": words})

    def page(self, request: HttpRequest, user: User, name: str, about: dict[str, Any]) -> HttpResponse:
        context = {**self.admin_site.each_context(request), "opts": self.opts, "original": user, **about}
        return TemplateResponse(request, f"admin/interviews/user/{name}.html", context)

    def withdraw(self, request: HttpRequest, user: User) -> HttpResponse:
        user.withdraw_invitations()
        return self.back(request, user, _("The link was withdrawn."))

    def sign_out(self, request: HttpRequest, user: User) -> HttpResponse:
        user.sign_out_everywhere()
        return self.back(request, user, _("%(who)s is signed out everywhere.") % {"who": user})

    def without_second_factor(self, request: HttpRequest, user: User) -> HttpResponse:
        user.take_second_factor_away()
        return self.back(request, user, _("The second factor of %(who)s was taken away.") % {"who": user})

    def back(self, request: HttpRequest, user: User, words: Any) -> HttpResponse:
        self.message_user(request, words, messages.SUCCESS)
        return redirect("admin:interviews_user_change", user.pk)


Verb = Callable[[UserAdmin, HttpRequest, User], HttpResponse]
VERBS: dict[str, tuple[Any, Any, Verb]] = {
    "link": (
        _("Make a link"),
        _("By it another password is chosen. Until then the one there is, if any, stays. Links made before are void."),
        UserAdmin.make_link,
    ),
    "withdraw": (_("Withdraw the link"), _("Nobody can come in by it any more."), UserAdmin.withdraw),
    "sign-out": (
        _("Sign out everywhere"),
        _("Ends every session; open desks are closed at once. The password still lets in."),
        UserAdmin.sign_out,
    ),
    "without-second-factor": (
        _("Take the second factor away"),
        _("For somebody who has lost phone and recovery codes: make sure that it is they who ask. Every session ends."),
        UserAdmin.without_second_factor,
    ),
}
