"""A figure over time as a drawing: a line for each end, the band between them, and a mark at each step."""

from __future__ import annotations

import math
from datetime import date
from html import escape
from textwrap import wrap
from typing import TYPE_CHECKING, Final, NamedTuple

from depgraph.usecases.questions.cause_words import in_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from depgraph.usecases.questions.trend import Trend, TrendPoint

_WIDTH: Final = 960
_HEIGHT: Final = 360
_LEFT: Final = 90
_RIGHT: Final = 60
_TOP: Final = 60
_BOTTOM: Final = 70
_LINE: Final = 20
_MARGIN: Final = 20
_COLUMNS: Final = 120
"""How many characters of a cause stand on one line under the drawing."""
_APART: Final = 85
"""How far the dates below must be from each other to be legible."""
_APART_NARROW: Final = 130
"""Likewise on narrow paper, whose letters are larger on a small screen."""
_NOTCHES: Final = 4


class _Scale(NamedTuple):
    """Where moments and values are on the paper."""

    moments: tuple[str, ...]
    top: float
    width: int = _WIDTH

    def x(self, at: int) -> float:
        """Return how far to the right a moment is."""
        places = _places(self.moments)
        whole = places[-1] - places[0]
        return round(_LEFT + (self.width - _LEFT - _RIGHT) * ((places[at] - places[0]) / whole if whole else 0.5), 1)

    def y(self, value: float) -> float:
        """Return how far down a value is."""
        height = _HEIGHT - _TOP - _BOTTOM
        return round(_TOP + height * (1 - value / self.top), 1)


def drawn(trend: Trend, *, width: int = _WIDTH) -> str:
    """Return a trend as SVG: the same bytes for the same trend, legible without colour and read aloud as a text.

    The upper end is a dashed line, the lower one a solid line, and the band between them is hatched. A step with a
    cause has a number, which stands under the drawing with the cause. Where an end is not known there is no line.
    """
    rows = trend.rows
    known = [value for row in rows for value in (row.after_at_lower, row.after_at_upper) if value is not None]
    scale = _Scale(tuple(row.moment for row in rows), _round_up(max(known, default=0.0)), width)
    steps = [row for row in rows if row.because]
    title = f"{rows[-1].measure}{f' of {rows[-1].name}' if rows[-1].id else f' {rows[-1].name}'}"
    under = list(_under(steps))
    height = _HEIGHT + _LINE * (len(under) + 1)
    top = 0 if width == _WIDTH else _TOP - _LINE
    height -= 0 if width == _WIDTH else 2 * _LINE
    hatch = (
        '<defs><pattern id="trend-band" width="6" height="6" patternUnits="userSpaceOnUse"'
        ' patternTransform="rotate(45)">'
        '<rect width="6" height="6" fill="#eef2f6"/><path d="M0 0V6" stroke="#8a99a8"/></pattern></defs>'
    )
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 {top} {width} {height - top}" width="{width}"'
            f' height="{height - top}" role="img" aria-labelledby="trend-title trend-text"'
            ' font-family="DejaVu Sans, sans-serif" font-size="13">'
        ),
        f'<title id="trend-title">{escape(title)}</title>',
        f'<desc id="trend-text">{escape(" ".join(_aloud(rows)))}</desc>',
        hatch,
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        *(_headed(title) if width == _WIDTH else ()),
        *_axes(rows, scale),
        *_lines(rows, scale),
        *_marks(rows, scale),
        *under,
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _headed(title: str) -> Iterator[str]:
    """Yield what stands above the drawing, where no caption says it."""
    yield f'<text x="{_LEFT}" y="24" font-size="16" font-weight="bold">{escape(title)}</text>'
    yield f'<text x="{_LEFT}" y="44">solid: at the lower end, for certain; dashed: at the upper end, at most</text>'


def _aloud(rows: Sequence[TrendPoint]) -> Iterator[str]:
    """Yield the drawing as sentences."""
    for row in rows:
        ends = row.after_at_lower, row.after_at_upper
        low, high = ("not known" if end is None else in_words(row.measure, end) for end in ends)
        yield f"{row.moment}: {low}." if low == high else f"{row.moment}: {low} to {high}."
        if row.because:
            yield row.because


def _axes(rows: Sequence[TrendPoint], scale: _Scale) -> Iterator[str]:
    for notch in range(_NOTCHES + 1):
        value = scale.top * notch / _NOTCHES
        y = scale.y(value)
        yield f'<path d="M{_LEFT} {y}H{scale.width - _RIGHT}" stroke="#c8d0d8"/>'
        yield f'<text x="{_LEFT - 8}" y="{y + 4:g}" text-anchor="end">{in_words(rows[0].measure, value)}</text>'
    last = -math.inf
    for at, row in enumerate(rows):
        x = scale.x(at)
        if x - last >= (_APART if scale.width == _WIDTH else _APART_NARROW):
            last = x
            yield f'<text x="{x}" y="{_HEIGHT - _BOTTOM + 24}" text-anchor="middle">{escape(row.moment)}</text>'


def _lines(rows: Sequence[TrendPoint], scale: _Scale) -> Iterator[str]:
    """Yield band and lines, for each stretch of moments at which both ends are known."""
    stretch: list[tuple[float, float, float]] = []
    for at, row in enumerate([*rows, None]):
        if row is not None and row.after_at_lower is not None and row.after_at_upper is not None:
            stretch.append((scale.x(at), scale.y(row.after_at_lower), scale.y(row.after_at_upper)))
            continue
        if stretch:
            lower = " ".join(f"{x},{low}" for x, low, _ in stretch)
            upper = " ".join(f"{x},{high}" for x, _, high in stretch)
            back = " ".join(f"{x},{high}" for x, _, high in reversed(stretch))
            yield f'<polygon points="{lower} {back}" fill="url(#trend-band)"/>'
            yield f'<polyline points="{upper}" fill="none" stroke="#22303c" stroke-width="2" stroke-dasharray="7 4"/>'
            yield f'<polyline points="{lower}" fill="none" stroke="#22303c" stroke-width="2"/>'
        stretch = []


def _marks(rows: Sequence[TrendPoint], scale: _Scale) -> Iterator[str]:
    number = 0
    for position, row in enumerate(rows):
        for end in (row.after_at_lower, row.after_at_upper):
            if end is not None:
                yield f'<circle cx="{scale.x(position)}" cy="{scale.y(end)}" r="3" fill="#22303c"/>'
        if row.because:
            number += 1
            highest = max(end for end in (row.after_at_lower, row.after_at_upper, 0.0) if end is not None)
            yield (
                f'<text x="{scale.x(position)}" y="{scale.y(highest) - 8:g}" text-anchor="middle" font-weight="bold">'
                f"{number}</text>"
            )


def _under(steps: Sequence[TrendPoint]) -> Iterator[str]:
    line = 0
    for number, row in enumerate(steps, start=1):
        for words in wrap(f"{number}  {row.moment}: {row.because}", _COLUMNS, subsequent_indent="    "):
            yield f'<text x="{_MARGIN}" y="{_HEIGHT + _LINE * line}" xml:space="preserve">{escape(words)}</text>'
            line += 1


def _places(moments: Sequence[str]) -> list[int]:
    """Return where moments are in time: dates by their days, revisions one after the other."""
    try:
        return [date.fromisoformat(moment).toordinal() for moment in moments]
    except ValueError:
        return list(range(len(moments)))


def _round_up(value: float) -> float:
    """Return the next of 1, 2, 2.5 and 5 times a power of ten: notches then have few digits."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1.0, 2.0, 2.5, 5.0, 10.0) if step * power >= value)
