"""`Caller`: who asked one question, and whether anybody still waits for the answer."""

from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING, Final, Protocol

from depgraph.errors import DepgraphError

if TYPE_CHECKING:
    from collections.abc import MutableMapping
    from typing import Any

KEY: Final = "depgraph.caller"
"""Where the scope of a request (ASGI) holds its caller."""


class AbandonedError(DepgraphError):
    """Nobody waits for the answer any more, or the server is about to end."""


class BusyError(DepgraphError):
    """So many questions wait already that one more is not taken on."""


class TooLongError(DepgraphError):
    """A question takes longer than one may that is answered while whoever asked waits for it."""


class Waiting(Protocol):
    """One caller, or several who wait for the same answer."""

    def begin(self) -> None:
        """Note that the answer is being worked on."""
        ...

    def gone(self) -> bool:
        """Return whether nobody waits any more."""
        ...


class Caller:
    """Who asked one question.

    Parameters
    ----------
    ending : Event
        Set when the server is about to end: whose answer is not being worked on is not answered any more.
    over : Event, optional
        Set when nobody is; without it, that is at once.

    Attributes
    ----------
    seated : bool
        Whether one of the places for those who wait is his already.

    """

    __slots__ = ("_ending", "_left", "_over", "_worked_on", "seated")

    def __init__(self, ending: Event, over: Event | None = None) -> None:
        self._ending, self._over = ending, over or ending
        self._left = Event()
        self._worked_on = False
        self.seated = False

    def leave(self) -> None:
        """Note that he went away without the answer."""
        self._left.set()

    def begin(self) -> None:
        """Note that his answer is being worked on."""
        self._worked_on = True

    def gone(self) -> bool:
        """Return whether he went away, or must."""
        return self._left.is_set() or (self._over if self._worked_on else self._ending).is_set()


def check(waiting: Waiting) -> None:
    """Raise if nobody waits any more.

    Raises
    ------
    AbandonedError
        In which case the work is to be ended.

    """
    if waiting.gone():
        raise AbandonedError("the server is about to end: ask again when it is there")


def caller_of(scope: MutableMapping[str, Any]) -> Caller:
    """Return who sent a request, as `Presence` noted it."""
    caller = scope[KEY]
    assert isinstance(caller, Caller)  # noqa: S101 - `Presence` puts it there
    return caller
