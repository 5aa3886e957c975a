"""Which part of a source a delivery of notices is: notices add up, and the same files again are the same part."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

    from depgraph.ports import Given

CAVEAT: Final = (
    "Procurement notices: what was bought without a notice, or before the first one here, is not known; a supplier"
    " that won is taken to deliver until the contract ends."
)
"""What every answer that rests on notices says."""

_AT_ONCE: Final = 1 << 20


def part_of(given: Given) -> str:
    """Return the name of a delivery: what was given first, and the begin of a SHA-256 of all that is in it."""
    sha = hashlib.sha256()
    for path in given.paths:
        for file in sorted(path.rglob("*")) if path.is_dir() else (path,):
            if file.is_file():
                _add(file, sha)
    return f"{given.paths[0].resolve().name} {sha.hexdigest()[:12]}"


def _add(file: Path, sha: hashlib._Hash) -> None:
    try:
        with file.open("rb") as stream:
            while block := stream.read(_AT_ONCE):
                sha.update(block)
    except OSError:
        # Whoever reads the files says what is wrong with this one.
        sha.update(file.name.encode("utf-8", "surrogateescape"))
