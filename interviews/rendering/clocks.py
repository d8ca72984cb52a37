"""How times are written, in the active language and time zone."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from interviews.models import Interview
from interviews.models.values.local_times import moments, to_the_second

from .zone_names import zone_and_offset


def clock(at: datetime) -> str:
    return f"【{at:%H:%M:%S}】" if speaks_chinese() else f"{at:%H:%M:%S}"


def day(at: datetime) -> str:
    return date_format(at, "Y-m-d l" if speaks_chinese() else "l j F Y")


def clock_or_date(at: datetime, spoken_at: datetime) -> str:
    at, spoken_at = timezone.localtime(at), timezone.localtime(spoken_at)
    return f"{at:%H:%M}" if at.date() == spoken_at.date() else f"{at:%Y-%m-%d %H:%M}"


def exact_time(at: datetime) -> str:
    """Return date and time; with the offset where a clock shows that twice."""
    assert isinstance(at.tzinfo, ZoneInfo)
    comes_twice = len(moments(at.replace(tzinfo=None, fold=0), at.tzinfo)) > 1
    return to_the_second(at) + (f" (UTC{at.isoformat()[-6:]})" if comes_twice else "")


def zone(at: datetime, interview: Interview) -> str:
    return zone_and_offset(at)


def zones(at: datetime, interview: Interview) -> str:
    """Return the zone of an interview's times: both, where clocks were changed before it was over."""
    now = timezone.now() if interview.status == Interview.Status.LIVE else at
    over = (interview.ended_at or now).astimezone(interview.tz)
    changes = over.utcoffset() != at.utcoffset() and over.timestamp() > at.timestamp()
    return " → ".join(map(zone_and_offset, [at, over] if changes else [at]))


def which(shown: datetime, zone: ZoneInfo) -> list[tuple[str, str]]:
    """Return what to choose from where the zone's clock shows this twice: "0" and "1", each with name and offset."""
    words = [_("the first: %(zone)s"), _("the second: %(zone)s")]
    there = moments(shown, zone)
    if len(there) < 2:
        return []
    return [(str(at.fold), words[at.fold] % {"zone": zone_and_offset(at)}) for at in there]


def speaks_chinese() -> bool:
    return (get_language() or "").startswith("zh")
