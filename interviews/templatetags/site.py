"""What a page says of the site itself."""

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def version() -> str:
    return str(settings.VERSION)
