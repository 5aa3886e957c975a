"""One works at a time, in the order of arrival; who is gone leaves the line."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event

import pytest

from api.callers import AbandonedError, BusyError, Caller
from api.turns import Seats, Turns


def test_one_at_a_time_in_the_order_in_which_they_came() -> None:
    turns, go = Turns(), Event()
    worked: list[int] = []
    inside = 0

    def work(number: int) -> int:
        nonlocal inside
        inside += 1
        assert inside == 1
        assert go.wait(10)
        worked.append(number)
        inside -= 1
        return number

    with ThreadPoolExecutor(8) as pool:
        waiting = []
        for number in range(8):
            waiting.append(pool.submit(turns.work, Caller(Event()), partial(work, number)))
            while turns._worker._work_queue.qsize() < number or not inside:
                pass
        assert worked == []
        go.set()
        assert [one.result(10) for one in waiting] == list(range(8))
    assert worked == list(range(8))


@pytest.mark.parametrize("end", ["the server ends", "he leaves"])
def test_who_is_gone_leaves_the_line(end: str) -> None:
    turns, ending = Turns(), Event()
    caller, begun, go = Caller(ending), Event(), Event()
    entered: list[str] = []

    def hold() -> None:
        begun.set()
        assert go.wait(10)

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(turns.work, Caller(Event()), hold)
        assert begun.wait(10)
        second = pool.submit(turns.work, caller, lambda: entered.append("second"))
        if end == "the server ends":
            ending.set()
        else:
            caller.leave()
        assert isinstance(second.exception(10), AbandonedError)
        go.set()
        first.result(10)
    assert turns.work(Caller(Event()), lambda: "third") == "third"
    assert entered == []


def test_whoever_has_a_seat_needs_no_second() -> None:
    seats = Seats(1)
    one, other = Caller(Event()), Caller(Event())
    with seats.seat(one), seats.seat(one), pytest.raises(BusyError), seats.seat(other):
        raise AssertionError("there was no seat")
    with seats.seat(other):
        pass


def test_an_error_frees_the_turn_and_the_seat() -> None:
    turns, seats, caller = Turns(), Seats(1), Caller(Event())

    def fail() -> None:
        raise ValueError("no")

    for _ in range(2):
        with pytest.raises(ValueError, match="no"), seats.seat(caller):
            turns.work(caller, fail)


def test_what_is_in_work_goes_on_for_a_while_when_the_server_ends() -> None:
    turns, ending, over = Turns(), Event(), Event()
    running, waiting, begun, go = Caller(ending, over), Caller(ending, over), Event(), Event()

    def hold() -> str:
        begun.set()
        assert go.wait(10)
        return "first"

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(turns.work, running, hold)
        assert begun.wait(10)
        second = pool.submit(turns.work, waiting, lambda: "second")
        ending.set()
        with pytest.raises(AbandonedError):
            second.result(10)
        assert not running.gone()
        go.set()
        assert first.result(10) == "first"
    over.set()
    assert running.gone()


def test_nobody_waits_longer_for_his_turn_than_he_may() -> None:
    turns, begun, go = Turns(0.2), Event(), Event()

    def hold() -> str:
        begun.set()
        assert go.wait(10)
        return "first"

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(turns.work, Caller(Event()), hold)
        assert begun.wait(10)
        with pytest.raises(BusyError, match="ask again"):
            turns.work(Caller(Event()), lambda: "second")
        go.set()
        assert first.result(10) == "first", "who had his turn has it as long as he needs it"
