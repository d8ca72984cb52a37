from typing import Any

from interviews.models.accounts.user import User
from interviews.models.transcript.event import Event

from .approval import Approvable


class Revising(Approvable):
    """Change what stands around the turns: headline, lede, summary, dates, section, language, time zone, speakers."""

    class Meta:
        abstract = True

    def revise(self, *, by: User | None = None, **fields: Any) -> None:
        with self.locked():
            before = {name: getattr(self, name) for name, value in fields.items() if getattr(self, name) != value}
            if not before:
                return
            for name in before:
                setattr(self, name, fields[name])
            before |= self._withdraw_approval()
            self.full_clean()
            every_turn = {"language", "timezone"} & before.keys()
            self.log(
                Event.Kind.RECAST if every_turn else Event.Kind.REVISED,
                by=by,
                before={name: None if value is None else str(value) for name, value in before.items()},
            )

    def recast(self, *, by: User | None = None) -> None:
        """Tell readers that speakers have changed, whose labels stand on every turn. A draft has no readers to tell."""
        with self.locked():
            before = self._withdraw_approval()
            if before or self.status != self.Status.DRAFT:
                self.log(Event.Kind.RECAST, by=by, before=before)
