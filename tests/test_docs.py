"""What the documents point at is there."""

import re

import pytest

from .sites import ROOT

DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / ".github").rglob("*.md")]
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#]+)")
PATH = re.compile(r"`((?:\.github|benchmarks|docs|interviews|live|static|templates|tests)/[\w./-]+)`")
PARTS = ("Decided", "Why", "Alternatives", "What would overturn it")


def read(path):
    return path.read_text()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_and_path_in_a_document_leads_somewhere(document):
    text = read(document)
    named = [document.parent / link for link in LINK.findall(text)] + [ROOT / path for path in PATH.findall(text)]
    assert [str(path) for path in named if not path.exists()] == []


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_tells_when_why_and_until_when(decision):
    title, date, *parts = read(decision).strip().split("\n\n")
    assert title.startswith(f"# {decision.stem[:3]} ")
    assert re.match(r"\d{4}-\d\d-\d\d", date)
    assert [part.startswith(f"**{name}.** ") for name, part in zip(PARTS, parts, strict=True)] == [True] * len(PARTS)
    assert f"[{title[2:]}]({decision.name})" in read(decision.parent / "README.md")


def test_decisions_are_numbered_without_gaps():
    assert [int(decision.stem[:3]) for decision in DECISIONS] == list(range(1, len(DECISIONS) + 1))
