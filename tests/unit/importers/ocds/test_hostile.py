"""Damaged and hostile files: whatever bytes are changed there are facts or findings, and memory is bounded."""

from __future__ import annotations

import json
import tracemalloc
from importlib import resources
from io import BytesIO
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest

from depgraph.model import Finding, Level
from depgraph.ports import Given
from depgraph.usecases.validation import Validation
from importers.ocds import SOURCE
from importers.ocds.gathering import LISTS
from importers.readers.entries import entries
from tests.unit.importers.damage import cut, flipped, with_a_line_twice, without_a_line

if TYPE_CHECKING:
    from collections.abc import Callable

SAMPLES = sorted(Path(str(resources.files("data_samples"))).joinpath("ocds").glob("*.json"))
MUTATIONS = 200


def of_another_type(content: bytes, random: Random) -> bytes:
    """Put a value of another type in the place of one."""
    document = json.loads(content)
    places: list[tuple[object, object]] = []
    waiting: list[object] = [document]
    while waiting:
        here = waiting.pop()
        inside = (
            list(here.items()) if isinstance(here, dict) else list(enumerate(here)) if isinstance(here, list) else []
        )
        places += [(here, key) for key, _ in inside]
        waiting += [value for _, value in inside]
    holder, key = random.choice(places)
    holder[key] = random.choice([None, 7, -1.5, "x", [], {}, [[]], {"id": None}, True, "", 10**400])  # type: ignore[index]
    return json.dumps(document).encode()


CHANGES = (flipped, cut, without_a_line, with_a_line_twice, of_another_type)


@pytest.mark.parametrize("change", CHANGES, ids=[change.__name__ for change in CHANGES])
def test_a_damaged_file_is_read_or_told(tmp_path: Path, change: Callable[[bytes, Random], bytes]) -> None:
    for seed in range(MUTATIONS // len(CHANGES)):
        random = Random(seed)
        path = tmp_path / "a.json"
        path.write_bytes(change(random.choice(SAMPLES).read_bytes(), random))
        facts = list(SOURCE.read(Given((path,), all_cpv=True)))
        assert facts, seed
        validation = Validation()
        assert [found for fact in facts for found in validation.findings(fact)] == [], seed


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"x": [' + b"{}," * 1_000_000 + b"{}]}", "more than 100,000 values"),
        (b'{"releases": [{"x": [' + b"1," * 1_000_000 + b"1]}]}", "more than 100,000 values"),
    ],
    ids=["beside", "inside"],
)
def test_a_bomb_is_refused_in_bounded_memory(content: bytes, said: str) -> None:
    """With a fortieth of the values that are allowed, it takes a fortieth of the time."""
    tracemalloc.start()
    found = next(one for one in entries(BytesIO(content), "a.json", LISTS, values=100_000) if isinstance(one, Finding))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found.level is Level.ERROR
    assert said in found.message
    assert peak < 100 * 2**20


@pytest.mark.parametrize(
    "content",
    [
        '{"releases": [{"x": [%s]}]}',
        '{"x": [%s]}',
        '[{"x": [%s]}]',
        "{%s}",
    ],
)
def test_the_bound_of_values_holds_to_the_value(content: str) -> None:
    def wrong(count: int) -> bool:
        written = ",".join(f'"k{at}": 1' if content == "{%s}" else "1" for at in range(count))
        read = entries(BytesIO((content % written).encode()), "a.json", LISTS, values=1_000)
        return any(isinstance(one, Finding) and "more than 1,000 values" in one.message for one in read)

    least = next(count for count in range(990, 1_010) if wrong(count))
    assert all(map(wrong, range(least, least + 600, 97)))
    assert not any(map(wrong, range(0, least, 97)))


def test_a_million_releases_that_say_nothing_are_told_in_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b'{"releases": [' + b"{}," * 1_000_000 + b"{}]}")
    tracemalloc.start()
    first = next(fact for fact in SOURCE.read(Given((path,))) if fact.findings)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert first.findings[0].level is Level.ERROR
    assert "neither ocid nor id" in first.findings[0].message
    assert peak < 100 * 2**20


def test_a_large_package_is_read_in_the_memory_of_a_release(tmp_path: Path) -> None:
    one = {"buyer": {"name": "Town"}, "tender": {"classification": {"scheme": "CPV", "id": "72000000"}}}
    text = "x" * 10_000
    path = tmp_path / "a.json"
    with path.open("w", encoding="utf-8") as file:
        file.write('{"releases": [')
        for number in range(1_500):
            awards = [{"id": "1", "description": text, "suppliers": [{"name": f"Host {number % 7}"}]}]
            made = one | {"ocid": f"ocds-x-{number}", "id": "1", "date": "2025-01-01T00:00:00Z", "awards": awards}
            file.write(("," if number else "") + json.dumps(made))
        file.write("]}")
    assert path.stat().st_size > 15 * 10**6
    tracemalloc.start()
    told: list[float] = []
    needs = sum(len(fact.needs) for fact in SOURCE.read(Given((path,), reached=told.append)))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert needs == 3_000
    assert told == sorted(told), "the bar never goes back"
    assert any(0.1 < part < 0.3 for part in told), "nor does it stand still while all is gathered"
    assert told[-1] == 1.0
    assert peak < 10 * 2**20
