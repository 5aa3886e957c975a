"""Damaged and hostile notices in XML: whatever bytes are changed there are facts or findings, and nothing is fetched."""

from __future__ import annotations

import zipfile
from importlib import resources
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest

from depgraph.model import Level
from depgraph.ports import Given
from depgraph.usecases.validation import Validation
from importers import eforms, ted
from tests.unit.importers.damage import cut, flipped

if TYPE_CHECKING:
    from collections.abc import Callable

    from depgraph.ports import Source

MUTATIONS = 200
SOURCES = [eforms.SOURCE, ted.SOURCE]


def samples(source: Source) -> list[bytes]:
    folder = Path(str(resources.files("data_samples"))) / source.name
    return [path.read_bytes() for path in sorted(folder.glob("*.xml"))]


def an_element(content: bytes, random: Random) -> tuple[int, int]:
    """Return where an element without elements in it begins and ends."""
    while True:
        end = content.find(b"</", random.randrange(len(content)))
        begin = content.rfind(b"<", 0, end)
        if 0 <= begin < end and content[begin + 1 : begin + 2].isalpha() and b"/>" not in content[begin:end]:
            return begin, content.index(b">", end) + 1


def without_an_element(content: bytes, random: Random) -> bytes:
    begin, end = an_element(content, random)
    return content[:begin] + content[end:]


def with_an_element_twice(content: bytes, random: Random) -> bytes:
    begin, end = an_element(content, random)
    return content[:end] + content[begin:end] + content[end:]


def with_another_text(content: bytes, random: Random) -> bytes:
    begin, end = an_element(content, random)
    inner = content.index(b">", begin) + 1
    text = random.choice([b"", b"7", b"-1.5", b"x" * 2_000, b"2025-13-41", b"1e999", b"&#x202e;", "Ünïcode".encode()])
    return content[:inner] + text + content[content.rindex(b"</", inner, end) :]


CHANGES = (flipped, cut, without_an_element, with_an_element_twice, with_another_text)


@pytest.mark.parametrize("change", CHANGES, ids=[change.__name__ for change in CHANGES])
@pytest.mark.parametrize("source", SOURCES, ids=[source.name for source in SOURCES])
def test_a_damaged_notice_is_read_or_told(
    tmp_path: Path, source: Source, change: Callable[[bytes, Random], bytes]
) -> None:
    whole = samples(source)
    path = tmp_path / "a.xml"
    for seed in range(MUTATIONS // len(CHANGES)):
        random = Random(seed)
        path.write_bytes(change(random.choice(whole), random))
        facts = list(source.read(Given((path,), all_cpv=True, veat=True)))
        assert facts, seed
        validation = Validation()
        assert [found for fact in facts for found in validation.findings(fact)] == [], seed


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'<!DOCTYPE a [<!ENTITY b "xxxxxxxxxx"><!ENTITY c "&b;&b;&b;&b;">]><a>&c;</a>', "declares entities"),
        (b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "declares entities"),
        (b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd"><a/>', "declares entities"),
        (b"<a>" * 500 + b"</a>" * 500, "within one another"),
        (b"<a>" + b"<b/>" * 1_100_000 + b"</a>", "more than 1,000,000 elements"),
        (b"<a b='" + b"x" * 5_000_000 + b"'/>", "a tag has more than"),
        (b"", "no element"),
        (b"\xff\xfe<\x00", "is no XML that can be read"),
    ],
    ids=["laughs", "file", "network", "depth", "elements", "attribute", "empty", "cut"],
)
@pytest.mark.parametrize("source", SOURCES, ids=[source.name for source in SOURCES])
def test_a_bomb_or_trick_is_refused(tmp_path: Path, source: Source, content: bytes, said: str) -> None:
    path = tmp_path / "a.xml"
    path.write_bytes(content)
    (error,) = [finding for fact in source.read(Given((path,))) for finding in fact.findings]
    assert error.level is Level.ERROR
    assert said in error.message


@pytest.mark.parametrize("source", SOURCES, ids=[source.name for source in SOURCES])
def test_other_files_of_a_folder_are_told_and_a_file_that_was_named_says_why_it_is_not_read(
    tmp_path: Path, source: Source
) -> None:
    (tmp_path / "README.md").write_text("about the files", encoding="utf-8")
    (tmp_path / "a.xml").write_text("<a/>", encoding="utf-8")
    told = [finding for fact in source.read(Given((tmp_path,))) for finding in fact.findings]
    assert ("README.md", Level.NOTE) in [(finding.record, finding.level) for finding in told]
    (wrong,) = [finding for fact in source.read(Given((tmp_path / "README.md",))) for finding in fact.findings]
    assert (wrong.level, wrong.record.partition(":")[0]) == (Level.ERROR, "README.md")


@pytest.mark.parametrize("source", SOURCES, ids=[source.name for source in SOURCES])
def test_the_bar_of_an_import_goes_on_notice_by_notice(tmp_path: Path, source: Source) -> None:
    whole = samples(source)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for at, content in enumerate(whole):
            archive.writestr(f"{at}.xml", content)
    told: list[float] = []
    list(source.read(Given((tmp_path / "a.zip",), reached=told.append)))
    assert told == pytest.approx([(at + 1) / len(whole) for at in range(len(whole))])
