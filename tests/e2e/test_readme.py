"""Every command of the README works, and what it shows is what comes out."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, flags=re.MULTILINE | re.DOTALL)


COMMANDS = [line[2:] for block in blocks("console") for line in block.splitlines() if line.startswith("$ ")]


def test_the_readme_shows_commands() -> None:
    assert len(COMMANDS) > 10
    assert {"make demo", "make test"} <= set(COMMANDS)


@pytest.mark.long
def test_every_depgraph_command_works(depgraph, tmp_path: Path) -> None:
    (register,) = blocks("csv")
    (tmp_path / "register").mkdir()
    (tmp_path / "register" / "needs.csv").write_text(register, encoding="utf-8")
    shown = {}
    for command in COMMANDS:
        words = shlex.split(command)
        if words[0] != "depgraph":
            continue
        done = depgraph(*words[1:])
        assert done.returncode == 0, f"{command}: {done.stderr}"
        assert done.stdout or done.stderr, command
        shown[command] = done.stdout
    (table,) = blocks("text")
    (spof,) = [text for command, text in shown.items() if "spof" in command and "--sector" in command]
    assert [line.rstrip() for line in table.splitlines()] == [line.rstrip() for line in spof.splitlines()]


def test_what_the_readme_names_is_there() -> None:
    for link in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / link).exists(), link
    for path in (
        "docs/report.png",
        "data_samples/SOURCES.md",
        "data_samples/register",
        "LICENCE",
        "bench/results.json",
    ):
        assert path in README
        assert (ROOT / path).exists(), path


@pytest.mark.long
def test_make_demo_does_everything_in_a_clean_clone(tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True, timeout=120)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("DEPGRAPH", "VIRTUAL"))}
    make = shutil.which("make")
    assert make
    done = subprocess.run(
        [make, "demo"], cwd=clone, env=environment, capture_output=True, text=True, check=False, timeout=1200
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert "Microsoft" in done.stdout
    assert (clone / "demo" / "report.html").stat().st_size > 50_000
    left = subprocess.run(["git", "status", "--porcelain"], cwd=clone, capture_output=True, text=True, check=True)
    assert left.stdout == "", "the demo leaves nothing that git would see"
