"""Ask veraPDF whether a file keeps the rules of PDF/UA-1.

``python tests/verapdf/validating.py`` fetches it with Maven, as tests/neo4j/install.py does the server.
"""

from __future__ import annotations

import fcntl
import subprocess
import sys
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
sys.path.append(str(HERE.parent / "neo4j"))
from install import FLOOR, SetupError, cache, copy_jars, java_for  # noqa: E402

VERSION: Final = "1.28.1"


def jars() -> Path:
    """Return the folder of the jars, fetched if need be."""
    folder = cache() / f"verapdf-{VERSION}"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "lib").is_dir():
            copy_jars(HERE / "pom.xml", folder / "lib.part", expected="validation-model-*.jar")
            (folder / "lib.part").rename(folder / "lib")
    return folder / "lib"


def broken_rules(file: Path) -> list[str]:
    """Return the rules of PDF/UA-1 that a file breaks, each as often as it does."""
    java = java_for(FLOOR)
    if java is None:
        raise SetupError("veraPDF needs Java 17: run python tests/neo4j/install.py")
    script = ["org.mozilla.javascript.tools.shell.Main", str(HERE / "check.js"), str(file)]
    done = subprocess.run(
        [str(java), "-cp", f"{jars()}/*", *script], capture_output=True, text=True, check=False, timeout=120
    )
    *broken, last = done.stdout.splitlines() or [""]
    if "compliant after " not in last:
        raise SetupError(f"veraPDF said nothing: {done.stdout[-500:]}{done.stderr[-500:]}")
    return broken if last.startswith("not ") else []


if __name__ == "__main__":
    try:
        jars()
    except SetupError as error:
        sys.exit(str(error))
