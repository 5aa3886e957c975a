"""Fetch the Neo4j Community server that the tests run against into a cache folder.

``python tests/neo4j/install.py`` does all of it, Java and Maven included where
it may; the fixtures call `install` and find everything in place.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

POM: Final = Path(__file__).with_name("pom.xml")
DEBIAN: Final = ("openjdk-17-jre-headless", "maven")


@dataclass(frozen=True, slots=True)
class Flavour:
    """A version of the server, and the Java that it runs on.

    `java` are the versions of Java that it may have, first and last inclusive.
    """

    version: str
    main: str
    java: tuple[int, int]
    options: tuple[str, ...] = ()


FLOOR: Final = Flavour("5.26.12", "org.neo4j.server.CommunityEntryPoint", (17, 21))
CURRENT: Final = Flavour(
    "2026.09.0",
    "org.neo4j.server.Neo4jCommunity",
    (21, 99),
    ("--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"),
)


class SetupError(Exception):
    """Java, Maven or the server is missing, and may not be put there."""


def cache() -> Path:
    """Return the folder outside the tree in which servers are kept."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "depgraph"


def java_for(flavour: Flavour) -> Path | None:
    """Return a Java that can run the server, or None."""
    first, last = flavour.java
    fitting = [(version, path) for path in _javas() if first <= (version := _version(path)) <= last]
    return min(fitting)[1] if fitting else None


def install(flavour: Flavour) -> Path:
    """Return the folder of the server's jars, fetched with Maven if need be.

    Raises
    ------
    SetupError
        If Java or Maven is missing and may not be installed, or the download fails.

    """
    folder = cache() / f"neo4j-{flavour.version}"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        jars = folder / "lib"
        if not jars.is_dir():
            _fetch(flavour, folder / "lib.part")
            (folder / "lib.part").rename(jars)
        return jars


def set_up() -> None:
    """Put Java, Maven and the server on this machine."""
    if java_for(FLOOR) is None or shutil.which("mvn") is None:
        _install_packages()
    for flavour in (FLOOR, CURRENT):
        if java_for(flavour) is not None:
            install(flavour)


def _javas() -> list[Path]:
    named = [Path(home) / "bin/java" for home in (os.environ.get("JAVA_HOME"),) if home]
    found = shutil.which("java")
    installed = sorted(Path("/usr/lib/jvm").glob("*/bin/java"))
    return [path for path in (*named, *([Path(found)] if found else []), *installed) if path.exists()]


def _version(java: Path) -> int:
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    match = re.search(r'version "(\d+)', said)
    return int(match[1]) if match else 0


def _install_packages() -> None:
    wanted = " ".join(DEBIAN)
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        raise SetupError(f"the tests need Java 17 and Maven: install them (Debian: apt-get install {wanted})")
    for command in (["apt-get", "-q", "update"], ["apt-get", "-q", "install", "-y", *DEBIAN]):
        if subprocess.run(command, check=False).returncode:
            raise SetupError(f"'{' '.join(command)}' failed: install {wanted} by hand")


def _fetch(flavour: Flavour, jars: Path) -> None:
    copy_jars(POM, jars, f"-Dneo4j.version={flavour.version}", expected="neo4j-server-*.jar")


def copy_jars(pom: Path, jars: Path, *properties: str, expected: str) -> None:
    """Copy what a project of Maven depends on into a folder.

    Raises
    ------
    SetupError
        If Maven is missing, or what is `expected` does not come.

    """
    if shutil.which("mvn") is None:
        raise SetupError("Maven is missing, so nothing can be fetched: run python tests/neo4j/install.py")
    shutil.rmtree(jars, ignore_errors=True)
    command = ["mvn", "-q", "-B", "-f", str(pom), *properties]
    command += ["dependency:copy-dependencies", f"-DoutputDirectory={jars}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode or not any(jars.glob(expected)):
        shutil.rmtree(jars, ignore_errors=True)
        raise SetupError(f"Maven could not fetch {expected}: {done.stdout[-500:]}{done.stderr[-500:]}")


if __name__ == "__main__":
    try:
        set_up()
    except SetupError as error:
        sys.exit(str(error))
