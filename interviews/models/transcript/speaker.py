from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from interviews.models.people.person import Guest, Host
from interviews.models.values.text_fields import LineField


class Speaker(models.Model):
    """A host's or guest's seat in one interview."""

    interview = models.ForeignKey("Interview", models.CASCADE, related_name="speakers", verbose_name=_("interview"))
    host = models.ForeignKey(Host, models.PROTECT, null=True, blank=True, verbose_name=_("host"), related_name="seats")
    guest = models.ForeignKey(
        Guest, models.PROTECT, null=True, blank=True, verbose_name=_("guest"), related_name="seats"
    )
    label = LineField(_("label"), max_length=100, help_text=_("How the turns name the speaker."))
    title = LineField(_("title"), max_length=200, blank=True, help_text=_("As of the day of the interview."))
    organisation = LineField(_("organisation"), max_length=200, blank=True, help_text=_("As of that day."))
    order = models.PositiveSmallIntegerField(_("order"), default=1)

    class Meta:
        verbose_name = _("speaker")
        verbose_name_plural = _("speakers")
        ordering = ["interview", "order", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(host__isnull=True, guest__isnull=False) | Q(host__isnull=False, guest__isnull=True),
                name="speaker_is_a_host_or_a_guest",
                violation_error_message=_("A speaker is a host or a guest: choose one."),
            ),
            models.UniqueConstraint(fields=["interview", "label"], name="speaker_label_once"),
            models.UniqueConstraint(fields=["interview", "host"], name="speaker_host_once"),
            models.UniqueConstraint(fields=["interview", "guest"], name="speaker_guest_once"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def person(self) -> Host | Guest:
        person = self.host or self.guest
        assert person
        return person

    @property
    def name(self) -> str:
        """Who is quoted where no transcript stands around the words: a host's own name, where turns name the role."""
        return self.person.name if self.is_host else self.label

    @property
    def is_host(self) -> bool:
        return self.host_id is not None
