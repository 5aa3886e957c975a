"""Facts for the tests of the embedded store, and programs that run in a process of their own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import depgraph
from depgraph.model import Facts, Import, Marking, Node

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture
def run() -> Import:
    return Import("register", "", "2026-01-01", Marking(), 50, "CC0-1.0")


@pytest.fixture
def some() -> Callable[..., list[Facts]]:
    """Say of so many names that they are parties; `size` is the length of each name."""

    def made(count: int, size: int = 10, start: int = 0) -> list[Facts]:
        numbers = range(start, start + count)
        return [Facts(nodes=(Node(f"name:{at}", {"name": f"{at:0{size}}"}, f"r:{at}"),)) for at in numbers]

    return made


@pytest.fixture
def program() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start Python source as a process of its own that can import depgraph; end it with the test."""
    started: list[subprocess.Popen[str]] = []

    def start(source: str, *arguments: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-u", "-c", source, *arguments],
            stdout=subprocess.PIPE,
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=Path(depgraph.__file__).parents[1],
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()
