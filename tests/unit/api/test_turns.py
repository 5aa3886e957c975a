"""One works at a time, in the order of arrival; who is gone leaves the line."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from api.callers import AbandonedError, BusyError, Caller
from api.turns import Seats, Turns


def test_one_at_a_time_in_the_order_in_which_they_came() -> None:
    turns, ending = Turns(), Event()
    worked: list[int] = []
    inside = 0

    def work(number: int) -> None:
        nonlocal inside
        with turns.turn(Caller(ending)):
            inside += 1
            assert inside == 1
            worked.append(number)
            inside -= 1

    with ThreadPoolExecutor(8) as pool:
        with turns.turn(Caller(ending)):
            waiting = []
            for number in range(8):
                waiting.append(pool.submit(work, number))
                while len(turns._line) < number + 2:
                    pass
            assert worked == []
        for one in waiting:
            one.result(10)
    assert worked == list(range(8))


@pytest.mark.parametrize("end", ["the server ends", "he leaves"])
def test_who_is_gone_leaves_the_line(end: str) -> None:
    turns, ending = Turns(), Event()
    caller, entered = Caller(ending), Event()

    def work() -> None:
        with turns.turn(caller):
            entered.set()

    with ThreadPoolExecutor(1) as pool:
        with turns.turn(Caller(Event())):
            waiting = pool.submit(work)
            while len(turns._line) < 2:
                pass
            if end == "the server ends":
                ending.set()
            else:
                caller.leave()
            assert isinstance(waiting.exception(10), AbandonedError)
        assert not entered.is_set()
    with turns.turn(Caller(Event())):
        pass


def test_whoever_has_a_seat_needs_no_second() -> None:
    seats = Seats(1)
    one, other = Caller(Event()), Caller(Event())
    with seats.seat(one), seats.seat(one), pytest.raises(BusyError), seats.seat(other):
        raise AssertionError("there was no seat")
    with seats.seat(other):
        pass


def test_an_error_frees_the_turn_and_the_seat() -> None:
    turns, seats, caller = Turns(), Seats(1), Caller(Event())
    for _ in range(2):
        with pytest.raises(ValueError, match="no"), seats.seat(caller), turns.turn(caller):
            raise ValueError("no")
