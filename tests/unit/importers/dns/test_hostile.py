"""Damaged and hostile files: facts that pass the checks of an import, findings or an error, and nothing else."""

from __future__ import annotations

import json
import zipfile
from importlib import resources
from pathlib import Path
from random import Random

import pytest

from depgraph.errors import DepgraphError, InputError
from depgraph.ports import Given
from depgraph.usecases.validation import Validation
from importers.dns import SOURCE

SAMPLE = Path(str(resources.files("data_samples") / "dns"))
MUTATIONS = 200


def json_lines() -> bytes:
    """Return the sample's first records as zdns prints them."""
    answers = [
        {"type": "NS", "name": "aardenburg.example", "answer": "ns-12.awsdns-07.com"},
        {"type": "MX", "name": "aardenburg.example", "answer": "mx.example", "preference": 10},
        {"type": "TXT", "name": "aardenburg.example", "answer": "v=spf1 include:amazonses.com ~all"},
    ]
    lines = [
        {
            "name": "aardenburg.example",
            "results": {answer["type"]: {"status": "NOERROR", "data": {"answers": [answer]}}},
        }
        for answer in answers
    ]
    return "\n".join(map(json.dumps, lines)).encode()


def mutated(content: bytes, random: Random) -> bytes:
    """Return content with a bit flipped, its end cut off, or a line gone or doubled."""
    at = random.randrange(len(content))
    lines = content.splitlines(keepends=True)
    line = random.randrange(len(lines))
    return random.choice(
        [
            content[:at] + bytes([content[at] ^ (1 << random.randrange(8))]) + content[at + 1 :],
            content[:at],
            b"".join(lines[:line] + lines[line + 1 :]),
            b"".join(lines[: line + 1] + lines[line:]),
        ]
    )


def test_mutations_are_valid_or_told(tmp_path: Path) -> None:
    random = Random(20)
    contents = {path.name: path.read_bytes() for path in SAMPLE.iterdir()} | {"zdns.json": json_lines()}
    told = 0
    for _ in range(MUTATIONS):
        changed = random.choice(sorted(contents))
        for name, content in contents.items():
            (tmp_path / name).write_bytes(mutated(content, random) if name == changed else content)
        validation = Validation()
        try:
            facts = list(SOURCE.read(Given((tmp_path,))))
        except DepgraphError:
            told += 1
            continue
        assert [found for fact in facts for found in validation.findings(fact)] == []
        told += any(finding.level == "error" for fact in facts for finding in fact.findings)
    assert MUTATIONS // 10 < told < MUTATIONS


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a.nl. NS ns.h.nl.\n\xff\n", "is not UTF-8"),
        (b"a.nl. NS ns.h.nl.\n\0\n", "NUL byte"),
        (b"a.nl. TXT " + b"x" * (1 << 21), "more than"),
        (b'{"name": "a.nl", "results": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested too deeply|an object"),
        (b"$INCLUDE ../../secret\n", "another file is not read"),
        (b"$GENERATE 1-2000000000 h$.a.nl. A 192.0.2.1\n", "makes more than"),
    ],
)
def test_what_would_take_too_much_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "x"
    path.write_bytes(content)
    try:
        facts = list(SOURCE.read(Given((path,))))
    except InputError as error:
        told = str(error)
    else:
        told = " ".join(str(finding) for fact in facts for finding in fact.findings)
    assert any(part in told for part in message.split("|")), told


def test_a_zip_that_grows_too_much_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("z.zone", b"; nothing but a comment\n" * 3_000_000)
    with pytest.raises(InputError):
        list(SOURCE.read(Given((path,))))


def test_addresses_of_persons_are_not_imported() -> None:
    zone = SAMPLE / "gemeenten.zone"
    facts = list(SOURCE.read(Given((zone,))))
    assert "hostmaster" not in repr(facts)
    assert "@" not in repr(facts)
