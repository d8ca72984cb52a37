"""Interviews of very many turns, made in one statement."""

from datetime import timedelta

from interviews.models import Turn
from tests.conftest import NOON


def say_many(interview, many, text, heading=lambda n: ""):
    """Host and guest by turns, five seconds apart; `text` and `heading` are asked with the number of each turn."""
    host, guest, _ = interview.speakers.all()
    Turn.objects.bulk_create(
        Turn(
            interview=interview,
            speaker=(host, guest)[n % 2],
            text=text(n),
            heading=heading(n),
            spoken_at=NOON + timedelta(seconds=5 * n),
        )
        for n in range(many)
    )


def key_moment(n):
    return f"要点{n}" if n % 200 == 150 else ""
