"""Form fields for a moment, on the clock of the current time zone, and for a time zone."""

from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from interviews.models import Interview
from interviews.models.values.local_times import moments, nearest, to_the_second
from interviews.rendering.clocks import which
from interviews.rendering.zone_names import zone_chosen, zone_to_choose, zones_to_choose

USUAL_ZONES = 10
SHOWN = "%Y-%m-%dT%H:%M:%S"  # as a browser's field for date and time wants it


class ZoneInput(forms.TextInput):
    """A field with a list to search in: the zones of most interviews first, each by city and name."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"list": "zones", "autocomplete": "off"} | (attrs or {}))

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        options = format_html_join("", '<option value="{}">', ((zone,) for zone in zones_to_choose(usual_zones())))
        field = super().render(name, value, attrs, renderer)
        return format_html('{}<datalist id="zones">{}</datalist>', field, options)


class ZoneField(forms.CharField):
    widget = ZoneInput

    def prepare_value(self, value: Any) -> Any:
        return zone_to_choose(value) if isinstance(value, str) else value

    def to_python(self, value: Any) -> str:
        return zone_chosen(super().to_python(value) or "")

    def widget_attrs(self, widget: Any) -> dict[str, Any]:
        return {}  # the id is limited in length, its name isn't


def usual_zones() -> list[str]:
    counted = Interview.objects.order_by().values("timezone").annotate(n=Count("pk")).order_by("-n", "timezone")
    return [settings.TIME_ZONE, *counted.values_list("timezone", flat=True)[:USUAL_ZONES]]


class Typed(NamedTuple):
    """What was posted: the time, which of two it is ("0" the first, "1" the second), and the moment that the page had
    shown, with its offset and to the microsecond."""

    text: str
    fold: str = ""
    stamp: str = ""


class MomentInput(forms.DateTimeInput):
    """A field for the time; where that comes twice also one for which is meant."""

    supports_microseconds = True  # the hidden stamp has them

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"type": "datetime-local", "step": "1"} | (attrs or {}), SHOWN)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        text = data.get(name)
        return Typed(text, data.get(f"{name}_fold") or "", data.get(f"initial-{name}") or "") if text else text

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        shown, fold = as_shown(value)
        field = super().render(name, shown, attrs, renderer)
        asked = _choices(shown)
        if not asked:
            return field
        label = {"aria-label": _("Which of the two"), "required": True}
        choices = [("", _("Which of the two?")), *asked] if fold == "" else asked
        return format_html("{} {}", field, forms.Select(label, choices).render(f"{name}_fold", fold))


class StampInput(forms.HiddenInput):
    def format_value(self, value: Any) -> Any:
        return value.isoformat() if isinstance(value, datetime) else value


class MomentField(forms.DateTimeField):
    """A moment. A time that was left as the page showed it isn't judged, and stays to the microsecond."""

    widget = MomentInput
    hidden_widget = StampInput

    def prepare_value(self, value: Any) -> Any:
        return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value

    def to_python(self, value: Any) -> Any:
        typed = value if isinstance(value, Typed) else Typed(value)
        stamp = _moment(typed.stamp)
        if is_untouched(typed) and stamp and timezone.localtime(stamp).utcoffset() == stamp.utcoffset():
            return stamp  # of the same time zone: in another the hour that is shown is another moment
        try:
            return super().to_python(typed.text)
        except ValidationError as error:
            if error.code != "ambiguous_timezone" or not error.params:
                raise
            return self._chosen(error.params["datetime"], typed.fold)

    def _chosen(self, shown: datetime, fold: str) -> datetime:
        zone = timezone.get_current_timezone()
        assert isinstance(zone, ZoneInfo)
        try:
            there = moments(shown, zone)
        except OverflowError as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error
        if not there:
            raise never(shown, zone)
        if fold not in ("0", "1") and len(there) > 1:
            raise twice(shown, zone)
        return there[int(fold or 0)]


def is_untouched(typed: Typed) -> bool:
    """Whether the field still says what the page had shown."""
    stamp, shown = _moment(typed.stamp), _parsed(typed.text)
    if not stamp or not shown:
        return False
    same_choice = typed.fold in ("", str(timezone.localtime(stamp).fold))
    return same_choice and stamp.replace(tzinfo=None, microsecond=0) == shown


def _choices(shown: Any) -> list[tuple[str, str]]:
    at, zone = _parsed(shown), timezone.get_current_timezone()
    return which(at, zone) if at and at.tzinfo is None and isinstance(zone, ZoneInfo) and 1 < at.year < 9999 else []


def _parsed(text: str) -> datetime | None:
    try:
        return parse_datetime(text.strip())
    except (AttributeError, ValueError):
        return None


def _moment(text: str) -> datetime | None:
    """The moment that is written with its offset, unless no clock of the current time zone can show it."""
    at = _parsed(text)
    try:
        return at if at and at.tzinfo and timezone.localtime(at) else None
    except OverflowError:  # at either end of the years that Python knows
        return None


def as_shown(value: Any) -> tuple[Any, str]:
    """Return a field's text, and which of two times it is, if that is known."""
    if isinstance(value, datetime):
        return value.strftime(SHOWN), str(value.fold)
    return (value.text, value.fold) if isinstance(value, Typed) else (value, "")


def twice(shown: datetime, zone: ZoneInfo) -> ValidationError:
    (_first, first), (_second, second) = which(shown, zone)
    words = {"time": f"{shown:%Y-%m-%d %H:%M}", "first": first, "second": second}
    message = _("%(time)s comes twice, since clocks are put back. Choose %(first)s, or %(second)s.")
    return ValidationError(message, code="twice", params=words)


def never(shown: datetime, zone: ZoneInfo) -> ValidationError:
    before, after = nearest(shown, zone)
    words = {"time": f"{shown:%Y-%m-%d %H:%M}", "before": to_the_second(before), "after": to_the_second(after)}
    message = _("%(time)s never comes, since clocks are put forward: from %(before)s to %(after)s.")
    return ValidationError(message, code="never", params=words)
