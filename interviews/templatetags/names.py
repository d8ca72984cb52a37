"""Say of names and other texts which language and direction they have. Neither is stored: their characters tell it."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from interviews.models import Person, Speaker
from interviews.models.archive.search_words import Words
from interviews.models.values.scripts import direction_of, language_of

register = template.Library()


@register.filter
def lang(text: object, around: str = "") -> SafeString:
    """Return the attributes of an element that holds the text alone; no `lang` where that of what is around it fits.

    An element with `dir` is isolated: no character in it changes the order of what stands beside it.
    """
    language = language_of(str(text), around)
    return format_html(' lang="{}" dir="auto"', language) if language else SafeString(' dir="auto"')


@register.filter
def lang_in(text: object, language: str) -> SafeString:
    """Return the same for a text of an interview in that language, on a page that may be in another."""
    return format_html(' lang="{}" dir="auto"', language_of(str(text), language) or language)


@register.filter
def isolated(text: object, around: str = "") -> SafeString:
    """Return the text in an element of its own, to stand in a sentence."""
    return format_html("<bdi{}>{}</bdi>", lang(text, around), text)


@register.filter
def isolated_in(text: object, language: str) -> SafeString:
    """Return the same for a text of an interview in that language, on a page that may be in another."""
    return format_html("<bdi{}>{}</bdi>", lang_in(text, language), text)


@register.filter
def directed(html: str) -> SafeString:
    """Let each paragraph of what `linebreaks` made begin at the side where its script begins."""
    return mark_safe(html.replace("<p>", '<p dir="auto">'))


@register.filter
def rtl(text: object) -> SafeString:
    """Return ` dir="rtl"` for what is around a text from right to left, so that its rule and its name change sides."""
    return SafeString(' dir="rtl"' if direction_of(str(text)) == "rtl" else "")


@register.inclusion_tag("reader/lists/_post.html")
def post(whose: Person | Speaker, language: str = "", words: Words | None = None) -> dict[str, Any]:
    return {"parts": [part for part in (whose.title, whose.organisation) if part], "language": language, "words": words}
