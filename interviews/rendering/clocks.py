"""How times are written, in the active language and time zone."""

from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from interviews.models import Interview


def clock(at: datetime) -> str:
    return f"【{at:%H:%M:%S}】" if speaks_chinese() else f"{at:%H:%M:%S}"


def day(at: datetime) -> str:
    return date_format(at, "Y-m-d l" if speaks_chinese() else "l j F Y")


def clock_or_date(at: datetime, spoken_at: datetime) -> str:
    at, spoken_at = timezone.localtime(at), timezone.localtime(spoken_at)
    return f"{at:%H:%M}" if at.date() == spoken_at.date() else f"{at:%Y-%m-%d %H:%M}"


def zone(at: datetime, interview: Interview) -> str:
    name = _("Beijing time") if interview.timezone == "Asia/Shanghai" else interview.timezone.replace("_", " ")
    return f"{name} (UTC{at.isoformat()[-6:]})"


def speaks_chinese() -> bool:
    return (get_language() or "").startswith("zh")
