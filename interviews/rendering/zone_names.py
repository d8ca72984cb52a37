"""Names of time zones in the page's language, from Unicode's tables (CLDR)."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import get_global
from babel.dates import get_timezone_location, get_timezone_name
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext as _

from interviews.models.values.time_zones import ZONES

BEIJING = "Asia/Shanghai"  # CLDR says China Standard Time, which nobody in China does
HALF_A_MONTH = timedelta(days=15)  # shorter than Morocco's time of Ramadan
HAS_SEVERAL = re.compile("[(（]")  # "United States (Honolulu) Time"
CHOSEN = re.compile(r"\(([^()]+)\)\s*$")
NOWHERE = ("ZZ", "001")  # the territories of zones such as EST5EDT


def zone_name(at: datetime) -> str:
    """Return what the time of this moment is called in its zone: "British Summer Time"."""
    assert isinstance(at.tzinfo, ZoneInfo)
    return _name(at.tzinfo.key, "daylight" if is_summer_time(at) else "standard", _locale())


def zone_and_offset(at: datetime) -> str:
    return f"{zone_name(at)} (UTC{at.isoformat()[-6:]})"


def is_summer_time(at: datetime) -> bool:
    """Whether it is what CLDR calls daylight time, also where the law calls winter the exception (Ireland, Morocco)."""
    saved = at.dst() or timedelta()
    return saved > timedelta() or (not saved and _has_winter_time(at.tzinfo, at.year))


def zones_to_choose(first: Iterable[str]) -> list[str]:
    """Return each zone that people would choose, as `zone_to_choose` writes it, those of `first` before the others."""
    return [zone_to_choose(zone) for zone in dict.fromkeys((*first, *_names(_locale())))]


def zone_to_choose(zone: str) -> str:
    """Return city, name and id: "London · British Time (Europe/London)"."""
    name = _names(_locale()).get(zone)
    return f"{name} ({zone})" if name else zone


def zone_chosen(words: str) -> str:
    """Return the id of a zone that was chosen so, or typed as it is."""
    found = CHOSEN.search(words)
    return found[1] if found and found[1] in ZONES else words.strip()


@lru_cache(maxsize=4)
def _names(locale: str) -> dict[str, str]:
    now = datetime.now(UTC)
    offsets = {zone: now.astimezone(ZoneInfo(zone)).utcoffset() or timedelta() for zone in _cities()}
    return {
        zone: f"{get_timezone_location(zone, locale=locale, return_city=True)} · {_name(zone, 'generic', locale)}"
        for zone in sorted(offsets, key=lambda zone: (offsets[zone], zone))
    } | {"UTC": _name("UTC", "standard", locale)}


def _cities() -> list[str]:
    """Return the zones that CLDR knows under their present name."""
    return [zone for zone in get_global("zone_territories") if zone in ZONES and "/" in zone and zone[:4] != "Etc/"]


@lru_cache(maxsize=2_000)
def _name(zone: str, variant: str, locale: str) -> str:
    if zone == BEIJING:
        return _("Beijing time")
    name = get_timezone_name(ZoneInfo(zone), zone_variant=variant, locale=locale)  # type: ignore[arg-type]
    if name != get_timezone_location(zone, locale=locale):  # which babel gives where CLDR has no name
        return name
    if not _is_somewhere(zone):
        return zone.replace("_", " ")
    return _name(zone, "standard", locale) if variant == "generic" and HAS_SEVERAL.search(name) else name


def _is_somewhere(zone: str) -> bool:
    zones = get_global("zone_territories")
    return zones.get(get_global("zone_aliases").get(zone, zone), NOWHERE[0]) not in NOWHERE


@lru_cache(maxsize=2_000)
def _has_winter_time(zone: ZoneInfo, year: int) -> bool:
    begins = datetime(year, 1, 1, tzinfo=zone)
    return any(((begins + n * HALF_A_MONTH).dst() or timedelta()) < timedelta() for n in range(25))


def _locale() -> str:
    return str(Locale.parse(to_locale(get_language() or "en")))
