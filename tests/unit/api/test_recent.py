"""Results made once, however many ask."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest

from api.callers import AbandonedError, BusyError, Caller, Waiting, check
from api.recent import Recent
from api.turns import Seats


def caller() -> Caller:
    return Caller(Event())


def test_what_is_asked_for_at_once_is_made_once() -> None:
    recent: Recent[int] = Recent(2, Seats(8))
    together = Barrier(8)
    made: list[int] = []

    def make(_: Waiting) -> int:
        made.append(1)
        return 7

    def ask() -> int:
        together.wait(10)
        return recent.get("key", caller(), make)

    with ThreadPoolExecutor(8) as pool:
        found = [future.result() for future in [pool.submit(ask) for _ in range(8)]]
    assert found == [7] * 8
    assert len(made) == 1


def test_an_error_reaches_all_who_wait_and_is_not_kept() -> None:
    recent: Recent[int] = Recent(2, Seats(8))
    together = Barrier(8)

    def fail(_: Waiting) -> int:
        raise ValueError("no")

    def ask() -> int:
        together.wait(10)
        return recent.get("key", caller(), fail)

    with ThreadPoolExecutor(8) as pool:
        errors = [future.exception() for future in [pool.submit(ask) for _ in range(8)]]
    assert [type(error) for error in errors] == [ValueError] * 8
    assert recent.get("key", caller(), lambda _: 9) == 9


def test_the_longest_unasked_goes_first() -> None:
    recent: Recent[str] = Recent(2, Seats(8))
    made: list[str] = []

    def ask(key: str) -> None:
        recent.get(key, caller(), lambda _: made.append(key) or key)  # type: ignore[func-returns-value]  # notes and returns

    for key in ("a", "b", "a", "c", "a", "b"):
        ask(key)
    assert made == ["a", "b", "c", "b"]


def test_what_is_being_made_does_not_push_out_what_is_held() -> None:
    recent: Recent[str] = Recent(1, Seats(8))
    recent.get("a", caller(), lambda _: "a")

    def make(_: Waiting) -> str:
        assert recent.get("a", caller(), lambda _: "made again") == "a"
        return "b"

    assert recent.get("b", caller(), make) == "b"
    assert recent.get("a", caller(), lambda _: "made again") == "made again", "b took its place"


def test_whoever_finds_no_seat_is_told_so_and_what_is_held_needs_none() -> None:
    recent: Recent[str] = Recent(2, Seats(1))
    recent.get("held", caller(), lambda _: "held")
    begun, go = Event(), Event()

    def make(_: Waiting) -> str:
        begun.set()
        assert go.wait(10)
        return "made"

    with ThreadPoolExecutor(1) as pool:
        making = pool.submit(recent.get, "new", caller(), make)
        assert begun.wait(10)
        with pytest.raises(BusyError):
            recent.get("new", caller(), make)
        assert recent.get("held", caller(), make) == "held"
        go.set()
        assert making.result(10) == "made"


def test_work_ends_when_all_who_waited_are_gone_and_not_before() -> None:
    recent: Recent[str] = Recent(2, Seats(8))
    first, second = caller(), caller()
    begun, told = Event(), Event()

    def make(waiting: Waiting) -> str:
        begun.set()
        while not told.wait(0.01):
            check(waiting)
        while True:
            check(waiting)

    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(recent.get, "key", first, make)
        assert begun.wait(10)
        other = pool.submit(recent.get, "key", second, make)
        while not other.running():
            pass
        second.leave()
        assert isinstance(other.exception(10), AbandonedError), "he does not wait for the others"
        told.set()
        assert not one.done(), "the first one is still there"
        first.leave()
        assert isinstance(one.exception(10), AbandonedError)
    assert recent.get("key", caller(), lambda _: "made anew") == "made anew"
