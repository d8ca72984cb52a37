"""What an interview lacks before it is announced, and its approval, where the site requires one."""

from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from interviews.models.accounts.user import User
from interviews.models.transcript.errors import NotNow
from interviews.models.transcript.event import Event
from interviews.models.values.text import one_line

from .fields import InterviewFields


class Approvable(InterviewFields):
    submitted_at = models.DateTimeField(gettext_lazy("submitted at"), null=True, editable=False)
    approved_at = models.DateTimeField(gettext_lazy("approved at"), null=True, editable=False)

    class Meta:
        abstract = True

    @property
    def missing(self) -> list[str]:
        seats = list(self.speakers.select_related("host", "guest"))
        guests = [seat for seat in seats if not seat.is_host]
        lacks = {
            _("a date"): not self.starts_at,
            _("a lede"): not self.lede,
            _("a host"): len(guests) == len(seats),
            _("a guest"): not guests,
        }
        for seat in guests:
            lacks[_("a photo of %(name)s") % {"name": seat.person.name}] = not seat.person.photo
            lacks[_("a bio of %(name)s") % {"name": seat.person.name}] = not seat.person.bio
        return [what for what, is_missing in lacks.items() if is_missing]

    @property
    def needs_approval(self) -> bool:
        return bool(settings.APPROVAL_REQUIRED and self.status == self.Status.DRAFT)

    @property
    def lacks_approval(self) -> bool:
        return self.needs_approval and not self.approved_at

    @property
    def sent_back_for(self) -> str:
        steps = self.events.filter(kind__in=[Event.Kind.SUBMITTED, Event.Kind.APPROVED, Event.Kind.SENT_BACK])
        last = steps.order_by("seq").last()
        return last.note if last else ""  # only what was sent back has a note

    def submit(self, *, by: User | None = None) -> None:
        with self.locked():
            self._require(self.Status.DRAFT)
            self.submitted_at = timezone.now()
            self.log(Event.Kind.SUBMITTED, by=by)

    def approve(self, *, seen: datetime | None = None, by: User | None = None) -> None:
        """Approve what was submitted at the time `seen`. Raise NotNow if it was submitted again since."""
        with self.locked():
            self._require(self.Status.DRAFT)
            self._require_submission()
            if seen and seen != self.submitted_at:
                raise NotNow(_("It was changed and submitted again since you opened this page: look at it once more."))
            self.approved_at = timezone.now()
            self.log(Event.Kind.APPROVED, by=by)

    def send_back(self, reason: str, *, by: User | None = None) -> None:
        with self.locked():
            self._require(self.Status.DRAFT)
            self._require_submission()
            if not (reason := one_line(reason)):
                raise ValidationError({"reason": _("Say what has to be changed.")})
            self.log(Event.Kind.SENT_BACK, by=by, before=self._withdraw_approval(), note=reason)

    def _withdraw_approval(self) -> dict[str, str]:
        # only what was approved may be announced
        if self.status != self.Status.DRAFT:
            return {}
        before = {name: str(at) for name in ("submitted_at", "approved_at") if (at := getattr(self, name))}
        self.submitted_at = self.approved_at = None
        return before

    def _require_submission(self) -> None:
        if not self.submitted_at:
            raise NotNow(_("It isn’t submitted: somebody has changed it since, or nobody has asked yet."))

    def _require_approval(self) -> None:
        if self.lacks_approval:
            raise ValidationError(_("It has to be approved before readers see it."))
