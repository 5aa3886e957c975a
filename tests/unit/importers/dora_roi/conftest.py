"""A package that breaks no rule, for every test to change."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

sys.path.append(str(Path(__file__).parent))
from dora_bank import Bank

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def bank(tmp_path: Path) -> Bank:
    """Give a package that breaks no rule."""
    return Bank(tmp_path)


@pytest.fixture
def other(tmp_path: Path) -> Callable[[str], Bank]:
    """Make another package beside it."""
    return lambda stem: Bank(tmp_path, stem)
