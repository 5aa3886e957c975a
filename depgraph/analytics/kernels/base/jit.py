"""`compiled`: machine code for a kernel, kept on disk so that the second start is fast."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numba

from depgraph.analytics.kernels.base.interrupts import defer_interrupts
from depgraph.analytics.kernels.base.matrices import learn_numpy
from depgraph.analytics.kernels.base.notices import KERNELS, notice_compiling

if TYPE_CHECKING:
    from collections.abc import Callable

    Kernel = TypeVar("Kernel", bound=Callable[..., object])

THREADS: Final[int] = numba.config.NUMBA_NUM_THREADS  # type: ignore[attr-defined]  # set as numba starts
"""Cores that this process may use."""

_INNER: Final[dict[str, Any]] = {"error_model": "numpy", "no_cpython_wrapper": True, "no_cfunc_wrapper": True}

defer_interrupts()
notice_compiling()
learn_numpy()


def _sources() -> str:
    """Return a digest of all modules with kernels."""
    digest = sha256()
    for module in sorted(Path(__file__).parents[2].rglob("*.py")):
        source = module.read_bytes()
        if b"analytics.kernels.base.jit" in source or b"numba" in source:
            digest.update(source)
    return digest.hexdigest()[:12]


_SOURCES: Final = _sources()


def compiled(function: Kernel) -> Kernel:
    """Compile a kernel when it is first called; it runs without the interpreter's lock.

    The machine code is kept beside the source, else in the user's cache folder, else (an
    account that may write nowhere) it is compiled anew in each process.
    """
    # numba keeps what it made of one file until that file changes, though code of other
    # files may be merged into it; so the file that it keeps is named after them all.
    KERNELS.append(function.__qualname__)
    function.__qualname__ += f"_{_SOURCES}"
    try:
        kernel: Kernel = numba.njit(function, nogil=True, cache=True, error_model="numpy")
    except RuntimeError:
        kernel = numba.njit(function, nogil=True, error_model="numpy")
    return kernel


def inner(function: Kernel) -> Kernel:
    """Make a function that only kernels call: nothing is compiled for Python, nothing kept on disk.

    It is part of the machine code of each kernel that calls it, and kept with that. To call
    it from Python ends the process: tests have a kernel of their own around it.
    """
    part: Kernel = numba.njit(function, **_INNER)
    return part


def inlined(function: Kernel) -> Kernel:
    """Make a function that only kernels call, merged into each of them.

    A call between kernels counts references to every array passed, which takes longer than
    most of what is called.
    """
    part: Kernel = numba.njit(function, forceinline=True, **_INNER)
    return part


def merged(function: Kernel) -> Kernel:
    """Make a function with one caller, merged into it before either is compiled.

    A function is optimised by itself and once more in all that it is a part of, which merging spares a large one
    that is called in one place. With several callers `inlined` takes less to compile, and in the largest kernels code
    is faster without it.
    """
    part: Kernel = numba.njit(function, inline="always", **_INNER)
    return part
