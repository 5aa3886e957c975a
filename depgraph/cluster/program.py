"""What a process runs: the version and digest of depgraph, and of what its numbers rest on."""

from __future__ import annotations

import hashlib
import platform
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_PACKAGE: Final = Path(__file__).parents[1]
_SAME: Final = {"depgraph": "version of depgraph", "code": "code of depgraph", "numpy": "NumPy"}
"""What must be the same on both sides, in words."""


@cache
def program() -> dict[str, str]:
    """Return versions by name, the digest of the code, and which processor it is compiled for."""
    import llvmlite.binding as llvm  # type: ignore[import-untyped]  # noqa: PLC0415 - it has no types, and is for who asks

    sha = hashlib.sha256()
    for path in sorted(_PACKAGE.rglob("*.py")):
        sha.update(path.relative_to(_PACKAGE).as_posix().encode() + hashlib.sha256(path.read_bytes()).digest())
    versions = {name: version(name) for name in ("depgraph", "numpy", "numba", "llvmlite", "distributed")}
    return versions | {
        "code": sha.hexdigest(),
        "python": platform.python_version(),
        "cpu": f"{platform.machine()} {llvm.get_host_cpu_name()}",
    }


def differences(ours: Mapping[str, str], theirs: Mapping[str, str]) -> str:
    """Return in words in what a worker is another one, so that nothing may be asked of it; empty if in nothing."""
    found = []
    for name, words in _SAME.items():
        if ours[name] != theirs.get(name):
            here, there = (side.get(name, "none")[:12] for side in (ours, theirs))
            found.append(f"its {words} is {there}, and {here} here")
    return "; ".join(found)


def described(of: Mapping[str, str]) -> str:
    """Return what the bytes of a worker rest on."""
    return f"NumPy {of['numpy']}, numba {of['numba']}, llvmlite {of['llvmlite']}, CPU {of['cpu']}"
