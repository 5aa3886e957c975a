"""Ctrl-C while a kernel is compiled: raised right after it, and no memory is freed twice."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest
from numba.core.compiler_lock import global_compiler_lock

import depgraph.analytics.kernels.base.jit  # noqa: F401 - registers what is tested


def test_it_is_raised_after_the_outermost_lock() -> None:
    reached: list[str] = []

    def interrupted() -> None:
        with global_compiler_lock:
            with global_compiler_lock:
                signal.raise_signal(signal.SIGINT)
                signal.raise_signal(signal.SIGINT)
                reached.append("inner")
            reached.append("outer")

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert reached == ["inner", "outer"]
    with global_compiler_lock:
        reached.append("later")
    assert reached[-1] == "later"
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)


def test_another_handler_of_interrupts_stays() -> None:
    heard = []
    before = signal.signal(signal.SIGINT, lambda *_: heard.append("now"))
    try:
        with global_compiler_lock:
            signal.raise_signal(signal.SIGINT)
            assert heard == ["now"]
    finally:
        signal.signal(signal.SIGINT, before)


# An interrupt at the worst moment: a text of LLVM is freed, and not yet marked as freed.
WORST = """
import signal
from llvmlite.binding import ffi
from depgraph.analytics.kernels.base.jit import compiled

class Library:
    def __getattr__(self, name):
        return getattr(real, name)
    def LLVMPY_DisposeString(self, text):
        real.LLVMPY_DisposeString(text)
        signal.raise_signal(signal.SIGINT)

real, ffi.lib = ffi.lib, Library()
try:
    compiled(eval("lambda number: number + 1"))(1)
except KeyboardInterrupt:
    print("interrupted")
"""


def test_no_memory_is_freed_twice() -> None:
    done = subprocess.run([sys.executable, "-c", WORST], capture_output=True, text=True, check=False, timeout=120)
    assert (done.returncode, done.stdout, done.stderr) == (0, "interrupted\n", "")
