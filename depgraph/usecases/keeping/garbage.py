"""Garbage is collected seldom while facts stream: they make no cycles, and there are millions of them."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_YOUNG: Final = 100_000
"""New objects after which young ones are looked at: what few cycles there are stay few."""

_OLD: Final = 1_000


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Let the collector look at many objects less often; it is for the whole process, and put back at the end.

    Notes
    -----
    By default each of a million facts is looked at several times, which takes a sixth of the time of an import.
    """
    before = gc.get_threshold()
    gc.set_threshold(max(_YOUNG, before[0]), before[1], _OLD)
    try:
        yield
    finally:
        gc.set_threshold(*before)
