"""Tell programs in the head of a page what it is."""

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from interviews.exports import FORMATS, Format
from interviews.syndication import structured_data

register = template.Library()
LOCALES = {"zh-hans": "zh_CN", "en": "en_GB"}  # as Open Graph names them


@register.simple_tag(takes_context=True)
def live_blog(context: Context) -> structured_data.Thing:
    return structured_data.live_blog(context["interview"], context["turns"], context["request"].build_absolute_uri)


@register.simple_tag(takes_context=True)
def absolute(context: Context, path: str) -> str:
    return str(context["request"].build_absolute_uri(path))


@register.filter
def json_ld(thing: structured_data.Thing) -> SafeString:
    return structured_data.json_ld(thing)


@register.filter
def locale(language: str) -> str:
    return LOCALES.get(language, language)


@register.simple_tag
def export_formats() -> dict[str, Format]:
    return FORMATS


@register.filter
def some_words(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 200 else f"{words[:199]}…"
