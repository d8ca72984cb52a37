"""The site's name, version and limits, and the files that a page needs."""

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from interviews.photos import MAX_PHOTO_BYTES

register = template.Library()


@register.simple_tag
def site_name() -> str:
    return str(settings.SITE_NAME)


@register.simple_tag
def site_names() -> dict[str, str]:
    return dict(settings.SITE_NAMES)


@register.simple_tag
def version() -> str:
    return str(settings.VERSION)


@register.simple_tag
def max_photo_bytes() -> int:
    return MAX_PHOTO_BYTES


@register.simple_tag
def stylesheets(names: str, media: str = "all") -> SafeString:
    link = '<link rel="stylesheet" media="{}" href="{}">'
    return format_html_join("\n  ", link, ((media, static(f"css/{name}.css")) for name in names.split()))


@register.simple_tag
def modules(names: str) -> SafeString:
    script = '<script type="module" src="{}"></script>'
    return format_html_join("\n  ", script, ((static(f"js/{name}.js"),) for name in names.split()))
