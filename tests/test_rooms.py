"""*Rooms of the house* in docs/architecture.md names every folder, and every module that stands loose in a room."""

from .sites import ROOT

ROOMS = ("interviews", "live", "templates", "static")
NOT_NAMED = {"__pycache__", "lib", "LC_MESSAGES", "zh_Hans", "commands", "portraits"}  # parts of a room that is named


def named():
    """The paths in the document's drawing, by their indentation."""
    drawing = (ROOT / "docs" / "architecture.md").read_text().partition("## Rooms of the house")[2].split("```")[1]
    above = []
    for line in drawing.strip().splitlines():
        name = line.split()[0]
        above[(len(line) - len(line.lstrip())) // 4 :] = [name.strip("/")]
        yield "/".join(above) + ("/" if name.endswith("/") else "")


def standing():
    """The folders of each room, and its loose modules."""
    for room in ROOMS:
        folders = [path for path in (ROOT / room).rglob("*") if path.is_dir()]
        named_ones = [path for path in folders if not NOT_NAMED & set(path.relative_to(ROOT).parts)]
        yield from (f"{path.relative_to(ROOT)}/" for path in (ROOT / room, *named_ones))
        loose = (path for path in (ROOT / room).glob("*.py") if path.name != "__init__.py")
        yield from (str(path.relative_to(ROOT)) for path in loose)


def test_the_drawing_shows_every_room_and_none_that_is_gone():
    assert sorted(named()) == sorted(standing())
