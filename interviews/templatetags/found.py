"""Show what a search found: the words marked, and of a long text the parts where they stand."""

import re

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from interviews.models import Interview
from interviews.models.archive.search_words import Words

register = template.Library()

BEFORE, LONG = 30, 160  # characters of an excerpt: before the word, and altogether
CLAUSE_ENDS = re.compile(r"[\s，。；：？！、,.;:?!]+")


@register.filter
def about(interview: Interview) -> str:
    is_over = interview.status == Interview.Status.ENDED
    # the summary is public after the end
    return f"{interview.lede}\n{interview.summary}".strip() if is_over else interview.lede


@register.filter
def marked(text: str, words: Words) -> SafeString:
    """Escape the text, and put <mark> around each of the words."""
    pieces, at = [], 0
    for begin, end in words.places(text):
        pieces.append((text[at:begin], format_html("<mark>{}</mark>", text[begin:end])))
        at = end
    return format_html_join("", "{}{}", [*pieces, (text[at:], "")])


@register.filter
def excerpt(text: str, words: Words) -> SafeString:
    """Return the parts around the first place of each word, or the beginning if there is none."""
    text = text.replace("\n", " ")
    parts: list[tuple[int, int]] = []
    for place in sorted(_first_places(text, words)) or [0]:
        if not parts or place > parts[-1][1] - 2:
            begin = _clause_before(text, place)
            parts.append((max(begin, parts[-1][1] if parts else 0), begin + LONG))
    shown = format_html_join(" … ", "{}", ((marked(_cut(text, a, b), words),) for a, b in parts))
    return format_html("{}{}{}", "… " if parts[0][0] else "", shown, " …" if parts[-1][1] < len(text) else "")


@register.filter
def beginning(text: str, long: int) -> str:
    text = text.replace("\n", " ")
    return text if len(text) <= long else f"{_cut(text, 0, long)} …"


def _cut(text: str, begin: int, end: int) -> str:
    # leave out the beginning of a word that goes on after the end
    is_within_a_word = re.match(r"[A-Za-z]{2}", text[end - 1 : end + 1])
    cut = text[begin:end]
    return (re.sub(r"[A-Za-z'’-]+$", "", cut) or cut if is_within_a_word else cut).strip()


def _first_places(text: str, words: Words) -> list[int]:
    places = (Words((term,)).places(text)[:1] for term in words.terms)
    return [begin for found in places for begin, _end in found]


def _clause_before(text: str, place: int) -> int:
    begin = max(place - BEFORE, 0)
    end_of_another = CLAUSE_ENDS.search(text, begin, place) if begin else None
    return end_of_another.end() if end_of_another else begin
