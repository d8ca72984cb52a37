"""Who may do what at the desk: by a role held everywhere or for one interview. docs/rights.md has the table."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What somebody may do at the desk. The values are also the names of Django's groups."""

    ADMIN = "admin", _("admin")
    EDITOR = "editor", _("editor")
    TYPIST = "typist", _("typist")
    MODERATOR = "moderator", _("moderator")


ROLE_PERMISSIONS = {  # the permission that gives a role in all interviews
    Role.EDITOR: "interviews.change_interview",
    Role.TYPIST: "interviews.add_turn",
    Role.MODERATOR: "interviews.change_report",
}
SEES = (Role.EDITOR, Role.TYPIST, Role.MODERATOR)  # who may look at the desk
TYPES = (Role.EDITOR, Role.TYPIST)
MODERATES = (Role.EDITOR, Role.MODERATOR)
RUNS = (Role.EDITOR,)  # who decides: what is published, when it begins and ends


class Assignment(models.Model):
    """A role for one interview."""

    interview = models.ForeignKey("Interview", models.CASCADE, related_name="assignments", verbose_name=_("interview"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="assignments", verbose_name=_("user")
    )
    role = models.CharField(
        _("role"), max_length=10, choices=[(role.value, role.label) for role in SEES], default=Role.TYPIST
    )

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ["interview", "user__username", "role"]
        constraints = [
            models.UniqueConstraint(fields=["interview", "user", "role"], name="assignment_once"),
            models.CheckConstraint(condition=models.Q(role__in=SEES), name="assignment_known_role"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"
