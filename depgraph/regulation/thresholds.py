"""Thresholds of concentration, each named by the document that sets it; never just "high"."""

from __future__ import annotations

import math
import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple


class Band(NamedTuple):
    """A part of a scale: up to `limit`, itself included or not, where the next one begins."""

    name: str
    limit: float
    includes: bool

    def holds(self, value: float) -> bool:
        """Say whether a value is not above this band."""
        return value <= self.limit if self.includes else value < self.limit


class Scale(NamedTuple):
    """How one document grades the Herfindahl-Hirschman index.

    Attributes
    ----------
    source : str
        The short name that an answer must give beside the grade.
    citation, url : str
        Where it says so.
    bands : tuple of Band
        Rising; the last one has no limit.

    """

    source: str
    citation: str
    url: str
    bands: tuple[Band, ...]

    def name_of(self, index: float) -> str:
        """Return what the document calls a market with this index, 0 to 10,000; empty if it is NaN."""
        return next((band.name for band in self.bands if band.holds(index)), "")


@lru_cache(maxsize=1)
def scales() -> tuple[Scale, ...]:
    """Return the scales of merger control, the most recent first.

    They were written for mergers of competitors in the markets of competition law. Here
    they say how an index compares, not what is lawful: a market of dependants is another
    thing, and both ends of an interval must be graded.

    Examples
    --------
    >>> {scale.source: scale.name_of(1900) for scale in scales()}["US Merger Guidelines (2023)"]
    'highly concentrated'

    """
    written = files("depgraph.regulation").joinpath("thresholds.toml").read_text(encoding="utf-8")
    return tuple(
        Scale(found["source"], found["citation"], found["url"], tuple(_band(band) for band in found["bands"]))
        for found in tomllib.loads(written)["scale"]
    )


def _band(written: dict[str, str | float]) -> Band:
    includes = "below" not in written
    return Band(str(written["name"]), float(written.get("to" if includes else "below", math.inf)), includes)
