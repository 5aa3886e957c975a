"""Charts of curves as inline SVG: one area for what is certain, before another for what is possible."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from depgraph.usecases.questions.outage import Point
    from depgraph.usecases.questions.simulation import Exceedance

WIDTH: Final = 720
HEIGHT: Final = 252
_LEFT: Final = 94
"""Room for `500,000` in the letters of a telephone, which are the largest."""
_RIGHT: Final = WIDTH - 26
_TOP: Final = 10
_BOTTOM: Final = HEIGHT - 62
_DAY: Final = 24
_STEPS: Final = 6
"""How many steps an axis has at most."""

_NEVER: Final = 0.5
"""How far below the smallest share of trials the chart says that there was none, in powers of ten."""


@dataclass(frozen=True, slots=True)
class Areas:
    """Two areas below two curves, in pixels, ready to be drawn; each tick is where it is and its label."""

    certain: str
    possible: str
    across: tuple[tuple[float, str], ...]
    up: tuple[tuple[float, str], ...]
    axis: str
    left: int = _LEFT
    right: int = _RIGHT
    top: int = _TOP
    bottom: int = _BOTTOM
    width: int = WIDTH
    height: int = HEIGHT


def timeline_areas(curve: Sequence[Point], counted: str, *, hours: float) -> Areas:
    """Return how many of `counted` are down over time, in days: steps, each from an hour of `curve` to the next.

    The axis reaches to the last of them, and to `hours` at least.
    """
    end = max([hours, *(point.hour for point in curve)])
    most = max([1, *(getattr(point, f"{counted}_upper") for point in curve)])
    day, number = _step(end / _DAY, (1, 2, 7, 14, 28, 91, 182, 364)), _step(most)
    full = number * math.ceil(most / number)

    def steps(bound: str) -> str:
        levels = {
            _between(_LEFT, _RIGHT, point.hour / end): _between(
                _BOTTOM, _TOP, getattr(point, f"{counted}_{bound}") / full
            )
            for point in curve
        }
        drawn = [f"H{x}V{y}" for x, y in levels.items()]
        return f"M{_LEFT} {_BOTTOM}{''.join(drawn)}H{_RIGHT}V{_BOTTOM}Z"

    return Areas(
        certain=steps("lower"),
        possible=steps("upper"),
        across=tuple(
            (_between(_LEFT, _RIGHT, tick * _DAY / end), f"{tick:,}") for tick in range(0, int(end / _DAY) + 1, day)
        ),
        up=tuple((_between(_BOTTOM, _TOP, tick / full), f"{tick:,}") for tick in range(0, full + 1, number)),
        axis="days from the start",
    )


def exceedance_areas(points: Sequence[Exceedance], trials: int) -> Areas:
    """Return how likely it is that at least so many functions fail, in powers of ten: steps, each up to a point.

    `points` are by number of functions, at least one. Below the smallest share that `trials`
    can tell is what none of them showed.
    """
    most = points[-1].functions
    number = _step(most)
    powers = max(1, math.ceil(math.log10(trials)))

    def steps(bound: str) -> str:
        drawn = [
            f"V{_power(getattr(at, f'probability_{bound}'), powers)}H{_between(_LEFT, _RIGHT, at.functions / most)}"
            for at in points
        ]
        return f"M{_LEFT} {_BOTTOM}{''.join(drawn)}V{_BOTTOM}Z"

    shares = [(_power(10.0**-power, powers), f"{100 * 10.0**-power:g} %") for power in range(powers + 1)]
    return Areas(
        certain=steps("lower"),
        possible=steps("upper"),
        across=tuple((_between(_LEFT, _RIGHT, at / most), f"{at:,}") for at in range(0, most + 1, number)),
        up=(*shares, (float(_BOTTOM), "never")),
        axis="functions that fail, at least",
    )


def _power(share: float, powers: int) -> float:
    """Return how high a share stands on a scale of so many powers of ten."""
    down = -math.log10(share) if share else math.inf
    return _between(_TOP, _BOTTOM, min(1.0, down / (powers + _NEVER)))


def _between(begin: int, end: int, part: float) -> float:
    return round(begin + (end - begin) * part, 1)


def _step(most: float, steps: Iterable[int] = ()) -> int:
    """Return the smallest of some steps, or of 1, 2, 5, 10, 20 and so on, of which a few reach `most`."""
    power = 10 ** max(0, math.floor(math.log10(most)))
    chosen = sorted(steps) or [part for part in (power // 10, power // 5, power // 2, power, 2 * power) if part >= 1]
    return next((step for step in chosen if most / step <= _STEPS), chosen[-1])
