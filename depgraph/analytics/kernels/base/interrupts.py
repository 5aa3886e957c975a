"""Ctrl-C waits until a kernel is compiled, or read from disk."""

from __future__ import annotations

import signal
from threading import current_thread, main_thread
from typing import TYPE_CHECKING

from numba.core import event

if TYPE_CHECKING:
    from types import FrameType


class Deferral(event.Listener):
    """Holds a keyboard interrupt back while numba's compiler is at work, and raises it right after.

    LLVM's memory is freed by calls through ctypes. An exception between such a call and the
    note that it was made has the same memory freed again when the object goes, which ends
    the process (``free(): double free detected``) with nothing of its answer written.

    Only the main thread hears interrupts, and only where nobody else (a server) handles them.
    """

    def __init__(self) -> None:
        self._depth = 0
        self._waiting = False

    def on_start(self, event: object) -> None:  # noqa: ARG002 - numba's form
        """Hold interrupts back."""
        if current_thread() is not main_thread():
            return
        if self._depth or signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            self._depth += 1
            if self._depth == 1:
                signal.signal(signal.SIGINT, self._hold)

    def on_end(self, event: object) -> None:  # noqa: ARG002 - numba's form
        """Let them through again, and raise the one that waits."""
        if current_thread() is not main_thread() or not self._depth:
            return
        self._depth -= 1
        if self._depth:
            return
        signal.signal(signal.SIGINT, signal.default_int_handler)
        if self._waiting:
            self._waiting = False
            raise KeyboardInterrupt

    def _hold(self, _: int, __: FrameType | None) -> None:
        self._waiting = True


def defer_interrupts() -> None:
    """Have interrupts wait for the compiler from now on, in this process."""
    event.register("numba:compiler_lock", Deferral())  # type: ignore[no-untyped-call]  # numba has no types
