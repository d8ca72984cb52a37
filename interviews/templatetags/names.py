"""Show names of people and sections. Their language is stored nowhere, so each name's characters tell it."""

import re
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from interviews.models import Person, Speaker
from interviews.models.archive.search_words import Words
from interviews.models.values.chinese import SEARCHED_SINGLY

register = template.Library()


def language_of(name: str) -> str:
    return "zh-Hans" if re.search(f"[{SEARCHED_SINGLY}]", name) else "en"


@register.filter
def lang(name: object, around: str = "") -> SafeString:
    """Return the `lang` attribute for a name's element, empty if the text around it is in the same language."""
    language = language_of(str(name))
    return SafeString("") if language.lower() == around.lower() else format_html(' lang="{}"', language)


@register.inclusion_tag("reader/lists/_post.html")
def post(whose: Person | Speaker, language: str = "", words: Words | None = None) -> dict[str, Any]:
    return {"parts": [part for part in (whose.title, whose.organisation) if part], "language": language, "words": words}
