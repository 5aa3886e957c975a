"""Results made once, however many ask."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest

from api.recent import Recent


def test_what_is_asked_for_at_once_is_made_once() -> None:
    recent: Recent[int] = Recent(2)
    together = Barrier(8)
    made: list[int] = []

    def make() -> int:
        made.append(1)
        return 7

    def ask() -> int:
        together.wait(10)
        return recent.get("key", make)

    with ThreadPoolExecutor(8) as pool:
        found = [future.result() for future in [pool.submit(ask) for _ in range(8)]]
    assert found == [7] * 8
    assert len(made) == 1


def test_an_error_reaches_those_who_wait_and_is_forgotten() -> None:
    recent: Recent[int] = Recent(2)
    begun, go_on = Event(), Event()

    def fail() -> int:
        begun.set()
        go_on.wait(10)
        raise ValueError("no")

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(recent.get, "key", fail)
        begun.wait(10)
        second = pool.submit(recent.get, "key", lambda: 8)
        go_on.set()
        with pytest.raises(ValueError, match="no"):
            first.result()
        # The second waited for the first, or came after it was forgotten.
        assert second.exception() is None or isinstance(second.exception(), ValueError)
    assert recent.get("key", lambda: 9) in {8, 9}


def test_the_longest_unasked_goes_first() -> None:
    recent: Recent[str] = Recent(2)
    made: list[str] = []

    def ask(key: str) -> None:
        recent.get(key, lambda: made.append(key) or key)  # type: ignore[func-returns-value]  # notes and returns

    for key in ("a", "b", "a", "c", "a", "b"):
        ask(key)
    assert made == ["a", "b", "c", "b"]
