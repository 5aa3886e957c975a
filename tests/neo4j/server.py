"""A real Neo4j server for the tests: started on free loopback ports, ended with the run.

``python tests/neo4j/server.py`` keeps the classes that a server loads, each as its Java has
them after checking: servers start in a third of the time. Nothing depends on it but time.
"""

from __future__ import annotations

import atexit
import ctypes
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from install import CURRENT, FLOOR, Flavour, SetupError, cache, install, java_for
from neo4j import GraphDatabase
from neo4j.exceptions import Neo4jError, ServiceUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from neo4j import Driver

USER: Final = "neo4j"
START_SECONDS: Final = 120
_OPENED: Final = ("java.nio", "java.io", "sun.nio.ch", "java.util.concurrent", "java.lang")
_PR_SET_PDEATHSIG: Final = 1


class Server:
    """A server with a throwaway home; the same home can be stopped, killed and started again.

    Parameters
    ----------
    flavour : Flavour
    settings : mapping, optional
        Lines for ``neo4j.conf``.
    home : Path, optional
        Where it keeps its data; a new folder that is removed with the server otherwise.

    """

    def __init__(
        self, flavour: Flavour = FLOOR, settings: Mapping[str, str] | None = None, home: Path | None = None
    ) -> None:
        java = java_for(flavour)
        if java is None:
            raise SetupError(f"Neo4j {flavour.version} needs Java {flavour.java[0]}: python tests/neo4j/install.py")
        self.flavour = flavour
        self.password = secrets.token_hex(16)
        self.port, self._http = _free_ports(2)
        self.url = f"bolt://127.0.0.1:{self.port}"
        self.settings = dict(settings or {})
        self._own = home is None
        self.home = home or _new_home()
        self._java = [str(java), "-cp", f"{install(flavour)}/*"]
        self._process: subprocess.Popen[bytes] | None = None
        (self.home / "conf").mkdir(parents=True, exist_ok=True)
        self._configure()
        self.admin("dbms", "set-initial-password", self.password)
        atexit.register(self.remove)

    def start(self, *options: str) -> None:
        """Start the server, with options for Java if there are any, and wait until it answers."""
        self._configure()
        options = options or (f"-XX:SharedArchiveFile={_archive(self.flavour)}",)
        opened = [f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in _OPENED]
        java, *path = self._java
        # No server of a test lives long enough to earn back what the last level of compiling costs.
        command = [java, "-Xms512m", "-Xmx1g", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", *options, *opened]
        command += [*self.flavour.options, *path, self.flavour.main, f"--home-dir={self.home}"]
        command += [f"--config-dir={self.home / 'conf'}"]
        with (self.home / "console.log").open("ab") as log:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_die_with_parent(),  # noqa: PLW1509 - started before any thread; nothing else covers a killed run
            )
        self._wait()

    def admin(self, *arguments: str) -> str:
        """Run ``neo4j-admin`` on the stopped server and return what it printed."""
        environment = os.environ | {"NEO4J_HOME": str(self.home), "NEO4J_CONF": str(self.home / "conf")}
        command = [*self._java, "org.neo4j.cli.AdminTool", *arguments]
        command[1:1] = ["-Xmx512m", *self.flavour.options]
        done = subprocess.run(command, cwd=self.home, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SetupError(f"neo4j-admin {arguments[0]} failed: {done.stdout[-2000:]}{done.stderr[-2000:]}")
        return done.stdout

    def stop(self) -> None:
        """Stop the server in order."""
        self._end(signal.SIGTERM, START_SECONDS)

    def kill(self) -> None:
        """Kill the server as a power cut would."""
        self._end(signal.SIGKILL)

    def remove(self) -> None:
        """End the server and remove its home."""
        self.kill()
        atexit.unregister(self.remove)
        if self._own:
            shutil.rmtree(self.home, ignore_errors=True)

    def driver(self) -> Driver:
        """Return a driver of the test's own."""
        return GraphDatabase.driver(self.url, auth=(USER, self.password), max_transaction_retry_time=0)

    @property
    def pid(self) -> int:
        """The id of its process."""
        assert self._process is not None
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether the process is there."""
        return self._process is not None and self._process.poll() is None

    def _end(self, how: signal.Signals, within: float = 60) -> None:
        if self._process is not None and self._process.poll() is None:
            os.killpg(self._process.pid, how)
            self._process.wait(within)
        self._process = None

    def _configure(self) -> None:
        lines = {
            "server.default_listen_address": "127.0.0.1",
            "server.bolt.listen_address": f"127.0.0.1:{self.port}",
            "server.bolt.advertised_address": f"127.0.0.1:{self.port}",
            "server.http.listen_address": f"127.0.0.1:{self._http}",
            "server.https.enabled": "false",
            "server.memory.pagecache.size": "256m",
            "dbms.usage_report.enabled": "false",
            "db.tx_log.rotation.retention_policy": "keep_none",
        } | self.settings
        text = "".join(f"{name}={value}\n" for name, value in lines.items())
        (self.home / "conf/neo4j.conf").write_text(text, encoding="utf-8")

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        with self.driver() as driver:
            while True:
                try:
                    driver.execute_query("RETURN 1", database_="neo4j")
                except (ServiceUnavailable, Neo4jError) as error:
                    if not self.running or time.monotonic() > deadline:
                        said = (self.home / "console.log").read_text(encoding="utf-8", errors="replace")
                        raise SetupError(f"Neo4j did not start: {error}\n{said[-2000:]}") from None
                    time.sleep(0.1)
                else:
                    return


def keep_classes(flavour: Flavour) -> None:
    """Keep the classes that a server of this flavour loads, unless they are there."""
    archive = _archive(flavour)
    if archive.exists():
        return
    part = archive.with_suffix(".part")
    part.unlink(missing_ok=True)
    server = Server(flavour)
    try:
        server.start(f"-XX:ArchiveClassesAtExit={part}")
        server.stop()
    finally:
        server.remove()
    if part.exists():
        part.rename(archive)


def _archive(flavour: Flavour) -> Path:
    """Return where the classes of a flavour are: another Java reads past those of this one."""
    return cache() / f"neo4j-{flavour.version}" / "classes.jsa"


def _new_home() -> Path:
    """Return a new folder; those of runs that were killed, which nobody uses any more, are removed."""
    for left in Path(tempfile.gettempdir()).glob("depgraph-neo4j-*-*"):
        run = left.name.split("-")[2]
        if run.isdecimal() and not _alive(int(run)):
            shutil.rmtree(left, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=f"depgraph-neo4j-{os.getpid()}-"))


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for bound in sockets:
        bound.bind(("127.0.0.1", 0))
    ports = [bound.getsockname()[1] for bound in sockets]
    for bound in sockets:
        bound.close()
    return ports


def _die_with_parent() -> Callable[[], object] | None:
    """Return what makes a child die with this process, however that ends; None where the system cannot."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


if __name__ == "__main__":
    for each in (FLOOR, CURRENT):
        if java_for(each) is not None:
            keep_classes(each)
