"""What a page says of the site itself."""

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def site_name() -> str:
    return str(settings.SITE_NAME)


@register.simple_tag
def site_names() -> dict[str, str]:
    """In each language that it has one in."""
    return dict(settings.SITE_NAMES)


@register.simple_tag
def version() -> str:
    return str(settings.VERSION)
