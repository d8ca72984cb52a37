"""Failed sign-ins."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from interviews.models import Lock

from .base import ModelAdmin


@admin.register(Lock)
class LockAdmin(ModelAdmin):
    """Shows failed sign-ins of the last quarter of an hour, since older ones lock nobody, and lifts their locks."""

    list_display = ["username", "ip_address", "failures_since_start", "attempt_time", "locks"]
    list_display_links = None
    fields = ["username", "ip_address", "failures_since_start", "attempt_time"]
    search_fields = ["username", "ip_address"]
    actions = ["lift"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Lock]:
        return Lock.objects.fresh()

    @admin.display(description=_("locked"), boolean=True)
    def locks(self, lock: Lock) -> bool:
        return lock.is_locked

    @admin.action(description=_("Lift the lock of the chosen"), permissions=["delete"])
    def lift(self, request: HttpRequest, chosen: QuerySet[Lock]) -> None:
        for lock in chosen:
            lock.lift()
        self.message_user(request, _("Lifted."), messages.SUCCESS)

    def get_actions(self, request: HttpRequest) -> Any:
        return {name: action for name, action in super().get_actions(request).items() if name != "delete_selected"}

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
