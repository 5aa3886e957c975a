"""Notices when the compiler begins with a kernel, and when it has ended."""

from __future__ import annotations

from typing import Any, Final

from numba.core import event

from depgraph.analytics.kernels.base.compiling import TELLERS

KERNELS: Final[list[str]] = []
"""Those that were loaded; some of them no question may need, and others may be on disk."""


class Notices(event.Listener):
    """Tells of kernels, not of what is compiled as a part of them; one thread at a time compiles."""

    def __init__(self) -> None:
        self._depth = 0
        self._number = 0

    def on_start(self, event: Any) -> None:
        """Tell the name of a kernel."""
        self._depth += 1
        if self._depth == 1:
            self._number += 1
            # What is typed into a console is in no module.
            module = event.data["dispatcher"].py_func.__module__ or "a function"
            self._tell("/".join(module.split(".")[-2:]))

    def on_end(self, event: object) -> None:  # noqa: ARG002 - numba's form
        """Tell the end."""
        self._depth -= 1
        if not self._depth:
            self._tell("")

    def _tell(self, name: str) -> None:
        for teller in TELLERS:
            teller(name, self._number, max(self._number, len(KERNELS)))


def notice_compiling() -> None:
    """Tell of all that is compiled from now on, in this process."""
    event.register("numba:compile", Notices())  # type: ignore[no-untyped-call]  # numba has no types
