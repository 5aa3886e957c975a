"""The container images are the ones that were meant: each is named by its digest."""

from __future__ import annotations

import re
from pathlib import Path

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
