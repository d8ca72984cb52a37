from django.utils import translation
from django.utils.translation import gettext

from interviews.models.people.person import Host, Person
from interviews.models.transcript.speaker import Speaker

from .fields import InterviewFields


class Seating(InterviewFields):
    """Say who takes part."""

    class Meta:
        abstract = True

    def seat(self, person: Person, label: str = "", title: str = "", organisation: str | None = None) -> Speaker:
        """Give a host or guest a seat. An empty label or title, and organisation None, are taken from the person."""
        return Speaker.objects.create(
            interview=self,  # type: ignore[misc]
            **{person.role: person},
            label=label or self.label_for(person),
            title=title or person.title,
            organisation=person.organisation if organisation is None else organisation,
            order=self.speakers.count() + 1,
        )

    def label_for(self, person: Person) -> str:
        # a single host is named by role, everybody else by name
        if not isinstance(person, Host) or (self.pk and self.speakers.exclude(host=None).exclude(host=person).exists()):
            return person.name
        with translation.override(self.language):
            return gettext("Host")
