"""The import command: what is refused, what is skipped, and what is left when it is ended half way."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

MANY = 300_000


def meta(depgraph: Callable[..., Any]) -> dict[str, Any]:
    return json.loads(depgraph("status", "--json").stdout)["meta"]


def write(path: Path, *rows: str, header: str = "dependent,provider,share") -> Path:
    path.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("name", "content", "outcome"),
    [
        ("needs.csv", b"", (3, "needs.csv: is empty: a header row is needed")),
        ("needs.csv", b"dependent,provider\na,\n", (3, "needs.csv:2: provider: is empty: a value is needed")),
        ("needs.csv", b"dependent,provider,share\na,b,2\n", (3, "needs.csv:2: share: 2 lies outside [0, 1]")),
        ("needs.csv", b"dependent,provider\ncaf\xe9,b\n", (3, "needs.csv:2: the byte 0xE9 is not UTF-8")),
        ("contracts.csv", b"dependent,provider\na,b\n", (2, "contracts.csv' is neither needs.csv nor nodes.csv")),
        ("register.zip", b"PK", (3, "register.zip: is not a zip archive that can be read")),
        ("register.xlsx", b"PK", (3, "register.xlsx: is not a zip archive that can be read")),
    ],
)
def test_bad_input_is_one_line_and_changes_nothing(
    depgraph: Callable[..., Any], tmp_path: Path, name: str, content: bytes, outcome: tuple[int, str]
) -> None:
    assert depgraph("import", "register", write(tmp_path / "needs.csv", "a,b,1")).returncode == 0
    before = meta(depgraph)
    path = tmp_path / "bad" / name
    path.parent.mkdir()
    path.write_bytes(content)
    code, said = outcome
    done = depgraph("import", "register", path)
    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert meta(depgraph) == before


def test_columns_are_ignored_by_name(depgraph: Callable[..., Any], tmp_path: Path) -> None:
    path = write(tmp_path / "needs.csv", "a,b,x,y", header="dependent,provider,colour,remarks")
    refused = depgraph("import", "register", path, "--ignore", "remarks")
    assert refused.returncode == 3
    assert "needs.csv:1: colour: is not a known column" in refused.stderr
    assert depgraph("import", "register", path, "--ignore", "remarks", "--ignore", "colour").returncode == 0
    assert depgraph("import", "register", path, "--ignore", "Remarks, colour").returncode == 0


def test_parts_stand_beside_each_other(depgraph: Callable[..., Any], tmp_path: Path) -> None:
    for part, supplier in (("north", "x"), ("south", "y")):
        done = depgraph("import", "register", write(tmp_path / "needs.csv", f"a,{supplier},"), "--part", part)
        assert done.returncode == 0
    assert meta(depgraph)["counts"]["needs"] == 2


def test_a_zip_bomb_is_refused_in_seconds(depgraph: Callable[..., Any], tmp_path: Path) -> None:
    path = tmp_path / "register.zip"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as opened,
        opened.open("needs.csv", "w", force_zip64=True) as member,
    ):
        for _ in range(100):
            member.write(bytes(1 << 20))
    begin = time.monotonic()
    done = depgraph("import", "register", path)
    assert done.returncode == 3
    assert "register.zip/needs.csv: unpacks to more than" in done.stderr
    assert time.monotonic() - begin < 30


@pytest.mark.long
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL], ids=lambda how: how.name)
def test_an_import_ended_half_way_leaves_the_store_as_it_was(
    depgraph: Callable[..., Any], tmp_path: Path, how: signal.Signals
) -> None:
    store = tmp_path / "store.sqlite"
    assert depgraph("import", "register", write(tmp_path / "needs.csv", "a,b,1")).returncode == 0
    before = meta(depgraph)
    write(tmp_path / "needs.csv", *(f"a{number},b{number % 99},0.5" for number in range(MANY)))
    environment = os.environ | {"DEPGRAPH_STORE": str(store)}
    with subprocess.Popen(
        [Path(sys.executable).with_name("depgraph"), "import", "register", tmp_path / "needs.csv"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as importing:
        log = Path(f"{store}-wal")
        while not (log.exists() and log.stat().st_size > 1 << 20):
            assert importing.poll() is None, "it ended before it could be interrupted"
            time.sleep(0.01)
        importing.send_signal(how)
        out, said = importing.communicate(timeout=120)
    assert importing.returncode == (130 if how == signal.SIGINT else -how)
    assert out == ""
    assert "Traceback" not in said
    after = meta(depgraph)
    assert (after["revision"], after["graph_digest"]) == (before["revision"], before["graph_digest"])
    assert depgraph("import", "register", write(tmp_path / "needs.csv", "a,c,1")).returncode == 0
    assert meta(depgraph)["revision"] == before["revision"] + 1


def test_a_document_of_others_is_read_past_its_new_keys(depgraph: Callable[..., Any], tmp_path: Path) -> None:
    product = {"id": "P", "csp": "Clouds Inc.", "cso": "Cloud", "service_model": [""], "logo": "", "price": 1}
    data = {"Products": [product, {"cso": "no id"}, 7], "Agencies": [{"id": 1, "parent": "Agency"}]}
    path = tmp_path / "2023-05-02.json"
    path.write_text(json.dumps({"meta": {"last_change": "2023-05-02"}, "data": data}), encoding="utf-8")
    refused = depgraph("import", "fedramp", path, "--allow-implausible")
    assert refused.returncode == 3
    assert "2023-05-02.json#/data/Products/1: id: the key is missing (and 1 more)" in refused.stderr
    done = depgraph("import", "fedramp", path, "--allow-implausible", "--skip-bad", "--json")
    answer = json.loads(done.stdout)
    assert (done.returncode, answer["meta"]["skipped"]) == (0, 2)
    assert [row["record"] for row in answer["rows"] if row["code"] == "unknown-key"] == [
        "2023-05-02.json#/data/Products/0/price"
    ]
    quiet = depgraph("import", "fedramp", path, "--allow-implausible", "--skip-bad", "--ignore", "price")
    assert "2 bad ones skipped" in quiet.stdout
    assert "price" not in quiet.stderr


def test_an_empty_snapshot_is_no_data_and_changes_nothing(depgraph: Callable[..., Any], tmp_path: Path) -> None:
    assert depgraph("import", "register", write(tmp_path / "needs.csv", "a,b,1")).returncode == 0
    before = meta(depgraph)
    path = tmp_path / "2026-04-30.json"
    path.write_bytes(b"")
    done = depgraph("import", "fedramp", path)
    assert (done.returncode, done.stdout) == (3, "")
    assert "2026-04-30.json: is empty: no data in it" in done.stderr
    assert meta(depgraph) == before


def test_a_document_that_would_fill_the_memory_is_too_large_in_seconds(
    depgraph: Callable[..., Any], tmp_path: Path
) -> None:
    path = tmp_path / "data.json"
    for filling in (b"{}," * (60 << 20), b"{}," * (20 << 20)):
        path.write_bytes(b"[" + filling + b"{}]")
        begin = time.monotonic()
        done = depgraph("import", "fedramp", path)
        assert done.returncode == 3
        assert "data.json: is too large: " in done.stderr
        assert time.monotonic() - begin < 10
