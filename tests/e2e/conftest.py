"""The command, driven as a user drives it: most tests within this process, which spares its start."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from processes import Starter

from cli.main import main

ROOT = Path(__file__).parents[2]
COMMAND = Path(sys.executable).with_name("depgraph")


class Done(NamedTuple):
    """What a run of the command left behind."""

    returncode: int
    stdout: str
    stderr: str


Run = Callable[..., Done]


def own_cache(arguments: list[str], settings: dict[str, str], cache: str) -> dict[str, str]:
    """Return the setting that keeps a test out of the user's cache folder, where graphs of a server would go."""
    named = [*arguments, settings.get("DEPGRAPH_STORE", "")]
    return {"DEPGRAPH_CACHE": cache} if any("://" in one for one in named) else {}


def install(arguments: list[str], settings: dict[str, str]) -> Done:
    """Run the installed command as a process of its own."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DEPGRAPH")}
    done = subprocess.run(
        [COMMAND, *arguments],
        env=environment | own_cache(arguments, settings, "off") | settings,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        stdin=subprocess.DEVNULL,
    )
    return Done(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def depgraph(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command in a folder of its own; settings of the environment by keyword."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("DEPGRAPH")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("DEPGRAPH_STORE", str(tmp_path / "store.sqlite"))
    monkeypatch.setenv("COLUMNS", "100")

    def run(*arguments: str | Path, **settings: str) -> Done:
        said = [str(argument) for argument in arguments]
        for name, value in (own_cache(said, settings, str(tmp_path / "cache")) | settings).items():
            monkeypatch.setenv(name, value)
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(said)
        out, err = capsys.readouterr()
        return Done(int(ended.value.code or 0), out, err)

    return run


@pytest.fixture(scope="session")
def process() -> Callable[..., Done]:
    """Run the installed command as a process of its own."""
    return lambda *arguments, **settings: install([str(argument) for argument in arguments], settings)


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store with the example register, for reading."""
    store = tmp_path_factory.mktemp("register") / "store.sqlite"
    sample = str(ROOT / "data_samples" / "register")
    done = install(["import", "register", sample, "--retrieved", "2026-01-01"], {"DEPGRAPH_STORE": str(store)})
    assert done.returncode == 0, done.stderr
    return store


@pytest.fixture
def register(example: Path, depgraph: Run, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make the example register the store of the test."""
    assert depgraph
    monkeypatch.setenv("DEPGRAPH_STORE", str(example))
    return example


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Return the folder that the demo made, and what it printed."""
    out = tmp_path_factory.mktemp("demo")
    done = install(["demo", "--out", str(out)], {"COLUMNS": "100"})
    assert done.returncode == 0, done.stderr
    return out, done.stdout


@pytest.fixture(scope="session")
def starter() -> Iterator[Starter]:
    """Give what starts schedulers and workers of Dask fast."""
    made = Starter()
    yield made
    made.stop()
