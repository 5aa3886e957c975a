"""Every command of the README works, and what it shows is what comes out."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BEFORE, IN_NEO4J, OVER_HTTP, AFTER = re.split(
    r"^(## In Neo4j\n.*?)(## Over HTTP\n.*?)(?=^## )", README, flags=re.MULTILINE | re.DOTALL
)


def blocks(language: str, text: str = BEFORE + AFTER) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)


def commands(text: str) -> list[str]:
    return [line[2:] for block in blocks("console", text) for line in block.splitlines() if line.startswith("$ ")]


COMMANDS = commands(BEFORE + AFTER)


def test_the_readme_shows_commands() -> None:
    assert len(COMMANDS) > 10
    assert {"make demo", "make test"} <= set(COMMANDS)


@pytest.mark.long
def test_every_depgraph_command_works(depgraph, tmp_path: Path) -> None:
    (register,) = blocks("csv")
    (tmp_path / "register").mkdir()
    (tmp_path / "register" / "needs.csv").write_text(register, encoding="utf-8")
    for name, text in zip(("chances.toml", "second.toml"), blocks("toml"), strict=True):
        (tmp_path / name).write_text(text, encoding="utf-8")
    shown = {}
    for command in COMMANDS:
        words = shlex.split(command)
        if words[0] != "depgraph":
            continue
        done = depgraph(*words[1:])
        assert done.returncode == 0, f"{command}: {done.stderr}"
        assert done.stdout or done.stderr, command
        shown[command] = done.stdout
    (chains,) = [text for command, text in shown.items() if "depgraph paths" in command]
    assert chains.startswith("1. ")
    (table,) = blocks("text")
    (spof,) = [text for command, text in shown.items() if "spof" in command and "--sector" in command]
    assert [line.rstrip() for line in table.splitlines()] == [line.rstrip() for line in spof.splitlines()]


@pytest.mark.xdist_group("neo4j")
def test_the_first_connection_to_neo4j(tmp_path: Path, depgraph: Callable[..., Any], empty_neo4j: Any) -> None:
    (register,) = blocks("csv")
    (tmp_path / "register").mkdir()
    (tmp_path / "register" / "needs.csv").write_text(register, encoding="utf-8")
    assert depgraph("import", "register", "register", "--store", "my.sqlite").returncode == 0
    # The server of the tests stands in for that of the container; everything else runs as it is written.
    secret, started, *then = commands(IN_NEO4J)
    assert started.startswith("docker compose up ")
    password = tmp_path / "secrets/neo4j_password"
    subprocess.run(["bash", "-euc", secret], cwd=tmp_path, check=True)
    assert len(password.read_text(encoding="utf-8").strip()) == 48
    password.write_text(f"{empty_neo4j.password}\n", encoding="utf-8")
    _, _, address = empty_neo4j.url.partition("://")
    script = "\n".join(then).replace("127.0.0.1:7687", address)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DEPGRAPH")}
    environment |= {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "COLUMNS": "100"}
    done = subprocess.run(
        ["bash", "-euc", script], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "1 import copied to neo4j://" in done.stderr
    assert depgraph("spof", "--store", "my.sqlite").stdout.replace("revision 1", "revision 2") in done.stdout
    (query,) = blocks("cypher", IN_NEO4J)
    header, _, *rows = [line.strip("| ").split(" | ") for line in IN_NEO4J.splitlines() if line.startswith("| ")]
    with empty_neo4j.driver() as driver:
        found = driver.execute_query(query, database_="neo4j")
    assert list(found.keys) == header
    assert [list(record.values()) for record in found.records] == [[json.loads(cell) for cell in row] for row in rows]


def test_the_first_calls_over_http_and_what_each_role_asks(tmp_path: Path) -> None:
    (register,) = blocks("csv")
    (tmp_path / "register").mkdir()
    (tmp_path / "register" / "needs.csv").write_text(register, encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    shown = "".join(blocks("console", OVER_HTTP)).replace("127.0.0.1:8000", f"127.0.0.1:{port}")
    lines = shown.replace("serve --store", f"serve --port {port} --store").splitlines()
    # Each command, and a line after it that tells where the next one begins.
    script = [f"{line[2:]}\necho\necho ..." for line in lines if line.startswith("$ ")]
    client = f"KEY=auditor.key {sys.executable} {ROOT / 'docs/client.py'} http://127.0.0.1:{port}"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DEPGRAPH")}
    environment |= {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    done = subprocess.run(
        ["bash", "-euc", "\n".join(["trap 'kill $(jobs -p)' EXIT", *script, client])],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    *said, last = done.stdout.split("...\n")
    printed = [line for part in said for line in part.splitlines() if line]
    assert printed == [line for line in lines if not line.startswith("$ ")]
    assert last.splitlines() == ["Cloud BV 0 0", "Payroll SA 0 0", "Hosting Ltd 0 0"], "all pages of two rows"


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
