"""What runs depgraph elsewhere: images that are named by their digest, and command lines and settings that there are."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
import typer

from cli.commands import app_for
from depgraph.settings import Settings

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"(?:image:|FROM)\s+(?P<image>\S+)")
BY_DIGEST = re.compile(r"(?:\$\{[A-Z0-9_]+:-)?[a-z0-9./\-]+:[A-Za-z0-9._\-]+@sha256:[0-9a-f]{64}\}?")


def test_each_image_is_named_by_its_digest() -> None:
    images = NAMED.findall((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    assert len(images) == 2
    assert [image for image in images if not BY_DIGEST.fullmatch(image)] == []


def test_the_example_settings_name_the_same_server() -> None:
    settings = (ROOT / ".env.example").read_text(encoding="utf-8")
    named = re.search(r"^NEO4J_IMAGE=(.+)$", settings, re.MULTILINE)
    assert named
    assert f"${{NEO4J_IMAGE:-{named[1]}}}" in (ROOT / "compose.yaml").read_text(encoding="utf-8")


def test_the_image_is_compiled_by_the_user_who_looks_for_the_machine_code() -> None:
    steps = re.findall(
        r"^ {8}(USER|RUN|ENTRYPOINT)(.*)", (ROOT / "compose.yaml").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert [name for name, _ in steps[-3:]] == ["USER", "RUN", "ENTRYPOINT"]
    assert "depgraph demo" in steps[-2][1]


def compose() -> str:
    return (ROOT / "compose.yaml").read_text(encoding="utf-8")


def unit() -> str:
    return (ROOT / "docs" / "depgraph.service").read_text(encoding="utf-8")


def served() -> dict[str, list[str]]:
    """Return what each of them starts."""
    in_container = re.search(r"^    command: (\[.*\])$", compose(), re.MULTILINE)
    by_systemd = re.search(r"^ExecStart=/\S+/depgraph (.*)$", unit(), re.MULTILINE)
    assert in_container
    assert by_systemd
    return {"compose.yaml": json.loads(in_container[1]), "depgraph.service": shlex.split(by_systemd[1])}


@pytest.mark.parametrize("where", ["compose.yaml", "depgraph.service"])
def test_what_they_start_is_a_command_with_options_that_it_has(where: str) -> None:
    words = served()[where]
    assert words[0] == "serve"
    command = typer.main.get_command(app_for(words))
    with command.make_context("depgraph", words) as context:
        name, serve, rest = command.resolve_command(context, words)  # type: ignore[attr-defined]  # of a group
        with serve.make_context(name, rest) as asked:
            assert asked.params["port"] == 8000


def test_the_settings_that_they_give_are_settings() -> None:
    given = {*re.findall(r"^      (DEPGRAPH_\w+):", compose(), re.MULTILINE)}
    given |= {*re.findall(r"^Environment=(DEPGRAPH_\w+)=", unit(), re.MULTILINE)}
    assert {"DEPGRAPH_STORE", "DEPGRAPH_NEO4J_PASSWORD_FILE"} <= given
    assert given <= {f"DEPGRAPH_{name.upper()}" for name in Settings.model_fields}


def test_systemd_waits_for_what_is_in_work() -> None:
    """`serve` ends nine seconds after it is told to, at the latest."""
    told = re.search(r"^TimeoutStopSec=(\d+)$", unit(), re.MULTILINE)
    assert told
    assert int(told[1]) > 9
