"""What makes a graph from facts: this program, its reference tables and its libraries, as one digest."""

from __future__ import annotations

import hashlib
import sys
import unicodedata
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np

_PACKAGE: Final = Path(__file__).parents[2]
_ROOMS: Final = (
    *("*", "graph/*", "regulation/*", "resolution/*", "stores/graphs/*"),
    *("usecases/view.py", "usecases/candidates.py"),
)
"""All that has a say in what is assembled from facts and in what a file holds of it: modules and their tables."""


@cache
def code_digest() -> str:
    """Return the SHA-256 of the code and tables that make a graph, and of the versions of what they rest on."""
    rests_on = (np.__version__, unicodedata.unidata_version, sys.byteorder)
    sha = hashlib.sha256(" ".join(rests_on).encode())
    for path in sources():
        sha.update(f"\n{path.relative_to(_PACKAGE).as_posix()} ".encode() + hashlib.sha256(path.read_bytes()).digest())
    return sha.hexdigest()


def sources() -> list[Path]:
    """Return the files of which the digest is taken."""
    return sorted(path for room in _ROOMS for path in _PACKAGE.glob(room) if path.is_file())
