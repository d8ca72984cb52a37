from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from interviews.models.values.text_fields import LineField


class Event(models.Model):
    """One change that matters: a line of the push log, of a turn's history and of the audit trail."""

    class Kind(models.TextChoices):
        SUBMITTED = "submitted", _("submitted")
        APPROVED = "approved", _("approved")
        SENT_BACK = "sent_back", _("sent back")
        ANNOUNCED = "announced", _("announced")
        STARTED = "started", _("started")
        PAUSED = "paused", _("paused")
        RESUMED = "resumed", _("resumed")
        ENDED = "ended", _("ended")
        REOPENED = "reopened", _("reopened")
        REVISED = "revised", _("revised")
        RECAST = "recast", _("recast")
        PREPARED = "prepared", _("prepared")
        MOVED = "moved", _("moved")
        SAID = "said", _("said")
        GREW = "grew", _("grew")
        HELD = "held", _("held")
        RELEASED = "released", _("released")
        DECLINED = "declined", _("declined")
        SUGGESTED = "suggested", _("suggested")
        DISMISSED = "dismissed", _("dismissed")
        CORRECTED = "corrected", _("corrected")
        MARKED = "marked", _("marked")
        RETRACTED = "retracted", _("retracted")
        RESTORED = "restored", _("restored")
        PINNED = "pinned", _("pinned")
        UNPINNED = "unpinned", _("unpinned")

    interview = models.ForeignKey("Interview", models.CASCADE, related_name="events", verbose_name=_("interview"))
    seq = models.PositiveBigIntegerField(_("seq"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    turn = models.ForeignKey("Turn", models.PROTECT, null=True, related_name="events", verbose_name=_("turn"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, verbose_name=_("user"))
    at = models.DateTimeField(_("at"), auto_now_add=True)
    before = models.JSONField(_("before"), default=dict, help_text=_("What the change replaced, by field."))
    note = LineField(_("note"), max_length=500, blank=True)
    is_public = models.BooleanField(_("seen by readers"), db_default=True)
    key = models.UUIDField(_("key"), null=True, help_text=_("What came with this key again is done already."))

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["interview", "seq"]
        indexes = [models.Index(fields=["at"], name="event_at")]
        constraints = [
            models.UniqueConstraint(fields=["interview", "seq"], name="event_seq_once"),
            models.CheckConstraint(condition=models.Q(seq__gt=0), name="event_seq_from_one"),
            models.UniqueConstraint(fields=["interview", "key"], name="event_key_once"),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.get_kind_display()}"
