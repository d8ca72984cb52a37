"""Where a chart's lines and bars stand, in units of its viewBox; templates/desk/statistics/ draws them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from django.utils.formats import number_format

WIDTH = 400
LABEL_WIDTH = 56  # room for what stands before a bar
VALUE_WIDTH = 52  # and for what stands after it
ROW_HEIGHT, BAR_HEIGHT = 20, 12
AXIS_WIDTH = 36  # room for the figures at the side
LETTER_WIDTH = 7  # about
SPANS_BETWEEN_TIMES = (1, 2, 3, 5, 6, 10, 15, 20, 30, 60)  # how many spans may be between two times below a chart


class Bar(NamedTuple):
    label: str
    value: str
    width: float
    top: int

    @property
    def end(self) -> float:
        return LABEL_WIDTH + self.width

    @property
    def baseline(self) -> int:
        return self.top + BAR_HEIGHT - 2


@dataclass(frozen=True)
class Bars:
    """Horizontal bars, one below the other, each between its label and its value."""

    values: Sequence[tuple[str, int]]

    start, thickness, width = LABEL_WIDTH, BAR_HEIGHT, WIDTH

    @property
    def height(self) -> int:
        return len(self.values) * ROW_HEIGHT

    @property
    def bars(self) -> list[Bar]:
        most = max((value for _, value in self.values), default=0) or 1
        room = WIDTH - LABEL_WIDTH - VALUE_WIDTH
        return [
            Bar(label, figure(value), round(value / most * room, 1), n * ROW_HEIGHT + (ROW_HEIGHT - BAR_HEIGHT) // 2)
            for n, (label, value) in enumerate(self.values)
        ]


class Tick(NamedTuple):
    label: str
    at: float


@dataclass(frozen=True)
class Panel:
    """Values over time, drawn as steps as wide as their spans."""

    values: Sequence[int]
    top: int
    height: int
    most_ticks: int  # beside the one at nothing

    start, width = AXIS_WIDTH, WIDTH

    @property
    def bottom(self) -> int:
        return self.top + self.height

    @property
    def ticks(self) -> list[Tick]:
        return [
            Tick(figure(value), self._y(value))
            for value in range(0, self._most + 1, _step(self._most, self.most_ticks))
        ]

    @property
    def line(self) -> str:
        steps = (f"V{self._y(value)}H{x}" for value, (_, x) in zip(self.values, self._spans, strict=True))
        return f"M{AXIS_WIDTH} {self.bottom}" + "".join(steps)

    @property
    def area(self) -> str:
        return f"{self.line}V{self.bottom}Z"

    @property
    def bars(self) -> list[tuple[float, float, float, float]]:
        """x, y, width and height of each value above zero."""
        found = zip(self.values, self._spans, strict=True)
        tall = [(value, x, end) for value, (x, end) in found if value]
        gap = 1 if len(self.values) < 40 else 0.5
        return [
            (x, self._y(value), round(end - x - gap, 1), round(self.bottom - self._y(value), 1))
            for value, x, end in tall
        ]

    @property
    def peak(self) -> tuple[float, float, str, str]:
        """x, y, the highest value, and the side of it that has room for words."""
        most = max(self.values)
        x, end = self._spans[list(self.values).index(most)]
        middle = round((x + end) / 2, 1)
        side = "start" if middle < AXIS_WIDTH + 40 else "end" if middle > WIDTH - 40 else "middle"
        return middle, self._y(most), figure(most), side

    @property
    def _most(self) -> int:
        return max(*self.values, 1)

    @property
    def _spans(self) -> list[tuple[float, float]]:
        many = len(self.values)
        return list(pairwise(round(AXIS_WIDTH + n * (WIDTH - AXIS_WIDTH) / many, 1) for n in range(many + 1)))

    def _y(self, value: int) -> float:
        return round(self.bottom - value / self._most * self.height, 1)


def times(labels: Sequence[str], many: int = 5) -> list[Tick]:
    step = next(step for step in SPANS_BETWEEN_TIMES if len(labels) <= step * many)
    width = (WIDTH - AXIS_WIDTH) / max(len(labels), 1)
    ticks = [Tick(labels[n], round(AXIS_WIDTH + n * width, 1)) for n in range(0, len(labels), step)]
    return [tick for tick in ticks if tick.at + len(tick.label) * LETTER_WIDTH <= WIDTH]


def figure(value: int) -> str:
    return number_format(value, force_grouping=True)


def _step(most: int, many: int) -> int:
    """The smallest of 1, 2, 5, 10, 20 … that reaches the highest value in few steps."""
    steps: Iterator[int] = (digit * 10**power for power in range(12) for digit in (1, 2, 5))
    return next(step for step in steps if most <= step * many)
