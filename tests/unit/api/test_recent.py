"""Results made once, however many ask."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

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


def test_an_error_reaches_all_who_wait_and_is_not_kept() -> None:
    recent: Recent[int] = Recent(2)
    together = Barrier(8)

    def fail() -> int:
        raise ValueError("no")

    def ask() -> int:
        together.wait(10)
        return recent.get("key", fail)

    with ThreadPoolExecutor(8) as pool:
        errors = [future.exception() for future in [pool.submit(ask) for _ in range(8)]]
    assert [type(error) for error in errors] == [ValueError] * 8
    assert recent.get("key", lambda: 9) == 9


def test_the_longest_unasked_goes_first() -> None:
    recent: Recent[str] = Recent(2)
    made: list[str] = []

    def ask(key: str) -> None:
        recent.get(key, lambda: made.append(key) or key)  # type: ignore[func-returns-value]  # notes and returns

    for key in ("a", "b", "a", "c", "a", "b"):
        ask(key)
    assert made == ["a", "b", "c", "b"]
