"""Charts of intervals as inline SVG: bars with both ends, a treemap of a market, a table of shares as a heat map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from depgraph.usecases.questions.concentration import Share

WIDTH: Final = 720
_LETTER: Final = 11
"""How wide a letter is at most, at the size that a telephone is given."""

_ROW: Final = 44
_TOP: Final = 24
_AXIS: Final = 34
_LONG: Final = 40
"""Height of a row of bars, where its bar begins, height of the axis, and how many letters of a name are drawn."""

_MAP: Final = 320
_CELL: Final = 40
_HEAD: Final = 48
"""Letters that the heading of a column has at most."""

_COLUMNS: Final = 5
_TINTS: Final = ("#ffffff", "#fbeee9", "#f5dcd3", "#efcabd", "#e9b7a8")
"""Fills of a heat map, from nothing to all; letters on each of them are dark."""

UNKNOWN: Final = "Provider unknown"
OTHERS: Final = "All others"


class Named(NamedTuple):
    """Something with a figure that is a share of 1, at both ends."""

    name: str
    lower: float
    upper: float
    unknown: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar in pixels: its name and figure above, and where what is certain and what is possible ends."""

    name: str
    text: int
    top: int
    certain: float
    possible: float
    lower: float
    upper: float
    unknown: bool


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars below each other on one scale from 0 to all."""

    rows: tuple[Bar, ...]
    across: tuple[tuple[float, str], ...]
    bottom: int
    height: int
    width: int = WIDTH
    thick: int = 14


def interval_bars(named: Iterable[Named]) -> Bars:
    """Return shares as bars with both ends."""
    rows = tuple(
        Bar(
            shortened(each.name, _LONG),
            row * _ROW + _TOP - 8,
            row * _ROW + _TOP,
            round(WIDTH * each.lower, 1),
            round(WIDTH * each.upper, 1),
            each.lower,
            each.upper,
            each.unknown,
        )
        for row, each in enumerate(named)
    )
    bottom = len(rows) * _ROW
    ticks = tuple((WIDTH * part / 4, f"{25 * part} %") for part in range(5))
    return Bars(rows, ticks, bottom, bottom + _AXIS)


@dataclass(frozen=True, slots=True)
class Tile:
    """One rectangle in pixels; its label is empty where there is no room for it."""

    name: str
    label: str
    share: float
    x: float
    y: float
    width: float
    height: float
    unknown: bool


@dataclass(frozen=True, slots=True)
class Treemap:
    """A market as one rectangle, cut into tiles as large as what each is known to hold."""

    tiles: tuple[Tile, ...]
    width: int = WIDTH
    height: int = _MAP


def treemap(shares: Sequence[Share], unknown: float) -> Treemap:
    """Return the known shares of a market as tiles, the largest first, then all others and what nobody knows.

    Notes
    -----
    Squarified, after Bruls, M., Huizing, K. & van Wijk, J. J. (2000). Squarified treemaps. Data Visualization 2000,
    33-42: rows along the shorter side, each as long as its tiles become squarer.

    """
    parts = [Named(each.name, each.share_lower, each.share_upper) for each in shares if each.share_lower > 0]
    rest = 1 - unknown - sum(each.lower for each in parts)
    parts += [Named(OTHERS, rest, rest)] * (rest > 1e-9)
    parts += [Named(UNKNOWN, unknown, unknown, unknown=True)] * (unknown > 0)
    whole = sum(each.lower for each in parts)
    areas = [each.lower / whole * WIDTH * _MAP for each in parts] if whole else []
    tiles = []
    for each, (x, y, width, height) in zip(parts, _squarified(areas), strict=bool(whole)):
        fits = int((width - 8) // _LETTER)
        label = shortened(each.name, fits) if fits >= min(len(each.name), 5) and height >= 2 * _TOP else ""
        tiles.append(
            Tile(
                each.name, label, each.lower, round(x, 1), round(y, 1), round(width, 1), round(height, 1), each.unknown
            )
        )
    return Treemap(tuple(tiles))


def _squarified(areas: Sequence[float]) -> list[tuple[float, float, float, float]]:
    """Return a rectangle for each of some areas, which together are the whole."""
    rectangles: list[tuple[float, float, float, float]] = []
    x, y, width, height = 0.0, 0.0, float(WIDTH), float(_MAP)
    position = 0
    while position < len(areas):
        side, count = min(width, height), 1
        while position + count < len(areas) and _worst(areas[position : position + count + 1], side) <= _worst(
            areas[position : position + count], side
        ):
            count += 1
        row = areas[position : position + count]
        deep = sum(row) / side
        along = 0.0
        for area in row:
            length = area / deep
            rectangles.append((x, y + along, deep, length) if width >= height else (x + along, y, length, deep))
            along += length
        if width >= height:
            x, width = x + deep, width - deep
        else:
            y, height = y + deep, height - deep
        position += count
    return rectangles


def _worst(row: Sequence[float], side: float) -> float:
    """Return how far from a square the least square tile of a row is."""
    whole = sum(row)
    return max(max(side**2 * area / whole**2, whole**2 / (side**2 * area)) for area in row)


class Cell(NamedTuple):
    """One cell of a heat map: where it is, its figure at both ends, and its fill."""

    x: float
    lower: float
    upper: float
    fill: str


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One row of a heat map: its name above, then its cells."""

    name: str
    full: str
    text: int
    top: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Shares of suppliers in markets."""

    columns: tuple[tuple[float, str, str], ...]
    rows: tuple[HeatRow, ...]
    cell: float
    height: int
    width: int = WIDTH
    tall: int = _CELL

    @property
    def heads(self) -> tuple[tuple[str, str], ...]:
        """Return the heading of each column of the table, and the name in full where that is too long for one.

        A heading higher than a page is left out of a PDF, and one wider than it cuts the table off.
        """
        return tuple(
            (full, "") if len(full) <= _HEAD else (f"{at}: {shortened(full, _HEAD)}", full)
            for at, (_, _, full) in enumerate(self.columns, 1)
        )


def heat_map(shares: Sequence[Share]) -> HeatMap:
    """Return the shares of a few suppliers in each market, of those with the highest share in any, by that share."""
    highest: dict[str, float] = {}
    names: dict[str, str] = {}
    by_market: dict[str, dict[str, Share]] = {}
    for each in shares:
        highest[each.id] = max(highest.get(each.id, 0.0), each.share_upper)
        names[each.id] = each.name
        by_market.setdefault(each.market, {})[each.id] = each
    chosen = sorted(highest, key=lambda one: (-highest[one], one))[:_COLUMNS]
    cell = WIDTH / max(1, len(chosen))
    rows = []
    for row, (market, by_supplier) in enumerate(sorted(by_market.items())):
        top = _ROW + row * (_CELL + _TOP + 6) + _TOP
        cells = []
        for column, supplier in enumerate(chosen):
            share = by_supplier.get(supplier)
            lower, upper = (share.share_lower, share.share_upper) if share else (0.0, 0.0)
            tint = _TINTS[min(len(_TINTS) - 1, round(upper * (len(_TINTS) - 1)))]
            cells.append(Cell(round(column * cell, 1), lower, upper, tint))
        full = market or "sector not stated"
        rows.append(HeatRow(shortened(full, 60), full, top - 6, top, tuple(cells)))
    letters = int(cell // _LETTER) - 1
    columns = tuple(
        (round(column * cell, 1), shortened(names[one], letters), names[one]) for column, one in enumerate(chosen)
    )
    return HeatMap(columns, tuple(rows), cell, _ROW + len(rows) * (_CELL + _TOP + 6))


def shortened(name: str, letters: int) -> str:
    """Return a name of so many letters at most.

    Examples
    --------
    >>> shortened("Example", 7), shortened("Example", 5)
    ('Example', 'Exam…')

    """
    return name if len(name) <= letters else f"{name[: max(0, letters - 1)]}…"
