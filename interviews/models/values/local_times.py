"""What a clock shows where it is put forward or back: times that come twice, and times that never come."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

SECOND = timedelta(seconds=1)


def moments(shown: datetime, zone: ZoneInfo) -> list[datetime]:
    """Return the moments at which the zone's clock shows this: one, in the hour put back two, in one left out none."""
    first, second = (shown.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return [first]
    return [first, second] if on_the_clock(first) == shown.replace(fold=0) else []


def nearest(shown: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the last second before a time that is left out, and the first after it."""
    after = shown.replace(tzinfo=zone).astimezone(UTC)  # by the offset of before, which is past the change
    before = shown.replace(tzinfo=zone, fold=1).astimezone(UTC)
    old_offset = before.astimezone(zone).utcoffset()
    while after - before > SECOND:
        middle = before + (after - before) // 2
        if middle.astimezone(zone).utcoffset() == old_offset:
            before = middle
        else:
            after = middle
    change = after.replace(microsecond=0)
    return (change - SECOND).astimezone(zone), change.astimezone(zone)


def to_the_second(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}"


def on_the_clock(at: datetime) -> datetime:
    """Return what a clock of the moment's own zone shows then, without a zone."""
    return at.astimezone(UTC).astimezone(at.tzinfo).replace(tzinfo=None, fold=0)
