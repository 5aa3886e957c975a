"""Ask Spectral which rules of `ruleset.yaml` an OpenAPI document breaks.

``python tests/spectral/linting.py`` fetches it with npm, as tests/neo4j/install.py does the server with Maven.
"""

from __future__ import annotations

import fcntl
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

HERE: Final = Path(__file__).parent
sys.path.append(str(HERE.parent / "neo4j"))
from install import SetupError, cache  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Sequence

RULESET: Final = HERE / "ruleset.yaml"
_FILES: Final = ("package.json", "package-lock.json", ".npmrc")


def installed() -> Path:
    """Return the folder of Spectral, fetched if need be; no script of a package is run."""
    folder = cache() / "spectral"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        same = all((folder / name).is_file() and _same(folder / name, HERE / name) for name in _FILES)
        if not same or not (folder / "done").exists():
            for name in _FILES:
                shutil.copyfile(HERE / name, folder / name)
            npm = shutil.which("npm")
            if npm is None:
                raise SetupError("Spectral needs npm: install it (Debian: apt-get install nodejs npm)")
            done = subprocess.run(
                [npm, "ci", "--ignore-scripts"], cwd=folder, capture_output=True, text=True, check=False, timeout=600
            )
            if done.returncode:
                raise SetupError(f"npm ci ended with {done.returncode}: {done.stderr[-500:]}")
            (folder / "done").touch()
    return folder


def broken_rules(files: Sequence[Path]) -> dict[str, set[str]]:
    """Return of each file, by its name, the rules that it breaks; all in one run, which takes seconds."""
    command = installed() / "node_modules" / ".bin" / "spectral"
    arguments = ["lint", "--ruleset", str(RULESET), "--format", "json", "--quiet", *map(str, files)]
    done = subprocess.run([str(command), *arguments], capture_output=True, text=True, check=False, timeout=300)
    try:
        found = json.loads(done.stdout[done.stdout.index("[") :])
    except ValueError:
        raise SetupError(f"Spectral said nothing: {done.stdout[-500:]}{done.stderr[-500:]}") from None
    broken: dict[str, set[str]] = {file.name: set() for file in files}
    for each in found:
        broken[Path(each["source"]).name].add(each["code"])
    return broken


def _same(one: Path, other: Path) -> bool:
    return one.read_bytes() == other.read_bytes()


if __name__ == "__main__":
    try:
        installed()
    except SetupError as error:
        sys.exit(str(error))
