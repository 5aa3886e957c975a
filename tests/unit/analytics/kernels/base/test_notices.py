"""Who is told of a kernel that is compiled: its name, how manyth it is, and the end; parts of it are not told."""

from __future__ import annotations

from depgraph.analytics.kernels.base.compiling import TELLERS, tell_compiling
from depgraph.analytics.kernels.base.jit import compiled, inner
from depgraph.analytics.kernels.base.notices import KERNELS


@inner
def part(number) -> int:
    return number + 1


def test_each_kernel_is_told_once() -> None:
    told: list[tuple[str, int, int]] = []
    tell_compiling(lambda *notice: told.append(notice))
    try:
        kernels = [compiled(eval("lambda number: part(number) + 1", {"part": part})) for _ in range(2)]  # noqa: S307 - a kernel of no module
        for _ in range(2):
            assert [kernel(3) for kernel in kernels] == [5, 5]
    finally:
        TELLERS.pop()
    names, numbers, most = zip(*told, strict=True)
    assert [bool(name) for name in names] == [True, False, True, False]
    assert numbers[0] == numbers[1] == numbers[2] - 1
    assert all(number <= at_most for number, at_most in zip(numbers, most, strict=True))
    assert most[-1] >= len(KERNELS)
