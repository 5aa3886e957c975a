"""Who is told that a kernel is being compiled: on a first start that takes longer than the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    Teller: TypeAlias = Callable[[str, int, int], None]
    """Told the kernel, the how manyth it is in this process, and how many there are at most; no name is the end."""

TELLERS: Final[list[Teller]] = []


def tell_compiling(teller: Teller) -> None:
    """Have it told from now on which kernel is being compiled, by the thread that compiles it.

    This module loads nothing of weight, so that whoever asks no question of a kernel can call it too.
    """
    TELLERS.append(teller)
