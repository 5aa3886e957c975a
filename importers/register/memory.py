"""What the texts of a column mean, read once: a million cells have few different texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

K = TypeVar("K")
T = TypeVar("T")

REMEMBERED: Final = 1 << 16
"""Texts of one column after which all are forgotten: memory stays bounded."""


class Memory(dict[K, T]):
    """Text of a cell -> what it means; the latest ones are remembered.

    Parameters
    ----------
    read : callable
        Gives the meaning of a text, or raises; what is wrong is not remembered.
    most : int
        How many texts are remembered.

    """

    def __init__(self, read: Callable[[K], T], *, most: int = REMEMBERED) -> None:
        self._read = read
        self._most = most

    def __missing__(self, written: K) -> T:
        if len(self) >= self._most:
            self.clear()
        value = self[written] = self._read(written)
        return value

    def column(self, texts: Sequence[K]) -> list[T]:
        """Return what each text of a column means, at once where all are the same; at least one is needed."""
        if texts.count(texts[0]) == len(texts):
            return [self[texts[0]]] * len(texts)
        return list(map(self.__getitem__, texts))
