"""A transcript as a file. A new format is a module with a function and a line in FORMATS."""

import re
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from interviews.models import Interview
from interviews.rendering import frames
from interviews.syndication.structured_data import Absolute

from . import data, html, markdown, text
from .contents import Write, contents_of

NOT_IN_A_NAME = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]+')  # of a file, on any system
MAX_NAME_CHARACTERS = 80


class Format(NamedTuple):
    label: str | Promise
    media_type: str
    write: Write


FORMATS = {
    "txt": Format(_("Plain text"), "text/plain", text.write),
    "md": Format(_("Markdown"), "text/markdown", markdown.write),
    "json": Format(_("Data (JSON)"), "application/json", data.write),
    "html": Format(_("Web page in one file"), "text/html", html.write),
}


def export(interview: Interview, format: str, absolute: Absolute) -> str:
    """What readers see, in the interview's language and on its clock."""
    with frames.as_the_interview_speaks(interview):
        return FORMATS[format].write(contents_of(interview, absolute))


def file_name(interview: Interview, format: str) -> str:
    date = f"{interview.date:%Y-%m-%d} " if interview.date else ""
    headline = " ".join(NOT_IN_A_NAME.sub(" ", interview.headline).split())
    return f"{date}{headline[:MAX_NAME_CHARACTERS].strip(' .')}.{format}"
