"""How a command ends that nobody waits for, or whose answer has nowhere to go."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = Path(sys.executable).with_name("depgraph")


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store whose answers are longer than a pipe holds."""
    folder = tmp_path_factory.mktemp("large")
    rows = "".join(f"dependent number {at},x\n" for at in range(5_000))
    (folder / "needs.csv").write_text(f"dependent,provider\n{rows}", encoding="utf-8")
    store = folder / "store.sqlite"
    subprocess.run([COMMAND, "import", "register", folder / "needs.csv", "--store", store], check=True)
    return store


def shell(command: str, store: Path) -> tuple[int, str]:
    """Return the exit code of a line of shell, and what it wrote to standard error."""
    line = command.replace("depgraph", f"'{COMMAND}'").replace("STORE", f"'{store}'")
    done = subprocess.run(["bash", "-o", "pipefail", "-c", line], capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


@pytest.mark.parametrize("form", ["--json", "--csv", ""])
def test_a_reader_who_has_seen_enough_is_no_failed_check(form: str, large: Path) -> None:
    assert shell(f"depgraph blast x {form} --store STORE | head -1", large) == (0, "")


def test_nobody_reads(large: Path) -> None:
    assert shell("depgraph blast x --csv --store STORE >&-", large) == (0, "")


def test_no_room_for_the_answer(large: Path) -> None:
    code, said = shell("depgraph blast x --csv --store STORE >/dev/full", large)
    assert code == 2
    assert said == "depgraph: the answer cannot be written (No space left on device): write it elsewhere\n"


def test_an_interrupt_says_that_it_was_one(large: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "scenario.toml"
    os.mkfifo(pipe)
    command = [COMMAND, "outage", "--scenario", pipe, "--store", large]
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process,
        # Opened at the other end too: the command waits for what will not come.
        pipe.open("w", encoding="utf-8"),
    ):
        process.send_signal(signal.SIGINT)
        out, said = process.communicate(timeout=300)
    assert (process.returncode, out) == (130, "")
    assert said == "depgraph: interrupted: nothing was left half-done\n"


IMPATIENT = """
import signal, sys
class Finder:
    def find_spec(name, path, target=None):
        if name == {module!r}:
            signal.raise_signal(signal.SIGINT)
sys.meta_path.insert(0, Finder)
from cli.main import main
main(["outage", "x", "--hours", "1", "--store", {store!r}])
"""


@pytest.mark.parametrize("module", ["typer", "cli.outages", "pydantic", "numpy", "depgraph.usecases.questions.outage"])
def test_an_interrupt_while_the_command_loads_says_that_it_was_one(module: str, large: Path) -> None:
    code = IMPATIENT.format(module=module, store=str(large))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr == "depgraph: interrupted: nothing was left half-done\n"


def test_a_choice_that_is_none(large: Path) -> None:
    code, said = shell("depgraph spof --by planet --store STORE", large)
    assert code == 2
    assert said.startswith("depgraph: Invalid value for '--by': 'planet' is not one of 'party'")
