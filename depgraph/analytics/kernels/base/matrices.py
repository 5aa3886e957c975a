"""Products of matrices, which no kernel has: a command has Numba do without SciPy's.

Numba asks for SciPy's linear algebra as it learns what NumPy can do, before the first kernel is loaded. That takes a
third of a second, more than most answers. SciPy is an option of Numba: without it, products of matrices cannot be
compiled, and nothing else differs. Only a process of which all compiled functions are ours may go without: a command.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from importlib import import_module
from typing import Final

_ASKED_FOR: Final = "scipy.linalg"
_ASKING: Final = "numba.np.arraymath"
"""The module of Numba that asks. Should another one do so one day, SciPy is found, and loaded as ever."""

_LEFT_OUT: Final[list[bool]] = []


def leave_out_matrices() -> None:
    """Have Numba do without products of matrices in this process, whenever it is loaded."""
    _LEFT_OUT.append(True)


def learn_numpy() -> None:
    """Let Numba learn what NumPy can do, without matrices where these are left out."""
    if not _LEFT_OUT or _ASKED_FOR in sys.modules or _ASKING in sys.modules:
        return
    sys.modules[_ASKED_FOR] = None  # type: ignore[assignment]  # so Python is told that it cannot be imported
    try:
        with suppress(ImportError):
            import_module(_ASKING)
    finally:
        del sys.modules[_ASKED_FOR]
