"""A reader's open page without a browser: what it shows, and what a message makes of it."""

from html.parser import HTMLParser
from urllib.parse import urlencode

VOID = {"img", "br", "hr", "input", "link", "meta"}


class Page(HTMLParser):
    """Reads a page as it was served; `apply` is docs/protocol.md, done the plainest way."""

    def __init__(self, html):
        super().__init__(convert_charrefs=False)
        self.turns, self.parts = {}, {}
        self.epoch = self.seq = self.socket = self.changes = None
        self.needs_reload = False
        self._open = []  # (where the text goes, key, depth, the text so far)
        self._depth = 0
        self.feed(html)

    @property
    def cursor(self):
        return urlencode({"epoch": self.epoch, "after": self.seq})

    @property
    def shown(self):
        """Everything a reader sees of the record, in its order."""
        order = sorted(self.turns, key=lambda pk: (int(self.turns[pk].split('data-at="')[1].split('"')[0]), pk))
        return [(pk, " ".join(self.turns[pk].split())) for pk in order], {
            part: " ".join(html.split()) for part, html in self.parts.items()
        }

    def apply(self, message):
        if message.get("reload") or message["epoch"] != self.epoch:
            self.needs_reload = True
            return
        assert message["from"] <= self.seq, f"a page at {self.seq} was sent {message['from']}"
        if message["seq"] <= self.seq:
            return
        for frame in message["frames"]:
            if "part" in frame:
                self.parts[frame["part"]] = frame["html"]
            else:
                self.turns[frame["turn"]] = frame["html"]
        self.seq = message["seq"]

    # HTMLParser's hooks

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "live-transcript":
            self.epoch, self.seq = attrs["data-epoch"], int(attrs["data-seq"])
            self.socket, self.changes = attrs["data-socket"], attrs["data-changes"]
        if attrs.get("id", "").startswith("turn-"):
            self._open.append([self.turns, int(attrs["id"].removeprefix("turn-")), self._depth, ""])
        self._write(self.get_starttag_text())
        if "data-part" in attrs:
            self._open.append([self.parts, attrs["data-part"], self._depth, ""])
        if tag not in VOID:
            self._depth += 1

    def handle_endtag(self, tag):
        self._depth -= 1
        while self._open and self._open[-1][2] == self._depth and self._open[-1][0] is self.parts:
            self._close()
        self._write(f"</{tag}>")
        while self._open and self._open[-1][2] == self._depth:
            self._close()

    def handle_startendtag(self, tag, attrs):
        self._write(self.get_starttag_text())

    def handle_data(self, data):
        self._write(data)

    def handle_entityref(self, name):
        self._write(f"&{name};")

    def handle_charref(self, name):
        self._write(f"&#{name};")

    def _write(self, text):
        for entry in self._open:
            entry[3] += text

    def _close(self):
        where, key, _, text = self._open.pop()
        where[key] = text
