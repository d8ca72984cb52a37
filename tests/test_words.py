"""docs/words.md has a word, in English and Chinese, for whatever an interview, a turn and the log can say."""

import re

import pytest

from interviews.models import Event, Interview, Turn
from interviews.models.accounts.roles import Role

from .sites import ROOT

TABLES = {"status": Interview.Status, "state": Turn.State, "role": Role, "kind": Event.Kind}
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def table(head):
    """The words in the first column of the table that begins with this head, each with its Chinese."""
    _, rows = (ROOT / "docs" / "words.md").read_text().split(f"| {head} | 中文 |", 1)
    rows = rows.partition("\n\n")[0].splitlines()[2:]
    return {row.split("|")[1].strip(" `"): row.split("|")[2] for row in rows}


@pytest.mark.parametrize("head", TABLES)
def test_every_choice_has_its_word_in_chinese(head):
    words = table(head)
    assert sorted(words) == sorted(TABLES[head].values)
    assert [word for word, chinese in words.items() if not CHINESE.search(chinese)] == []
