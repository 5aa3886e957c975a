"""Nine notices that exist both in eForms and in OCDS say the same; where the files differ it stands here, with its place.

The OCDS files were converted from the others. What differs in them, beside the names of keys:

- `2024-113575.json#/tender/items/1`, `.../parties/*/additionalIdentifiers/0/scheme`: an item without class, and numbers
  of Norwegian companies under the British scheme GB-COH: neither says anything here.
- `*.json#/ocid`: made up anew by the converter, so that the procedure is known by `tender/id`.
- `*.json` of the three notices of intention (`2024-113575`, `veat_*`): tagged as awards, nothing says that they only announce
  one: they are what eForms gives with `--veat`.
- Those of `DIFFERENT`, each with what stands in either file.
"""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from depgraph.graph import assemble
from depgraph.model import Import, Marking
from depgraph.ports import Counts, Given, Imported
from importers import eforms, ocds

SAMPLES = Path(str(resources.files("data_samples")))
PAIRS = sorted(
    path.stem for path in (SAMPLES / "eforms").glob("*.xml") if (SAMPLES / "ocds" / f"{path.stem}.json").is_file()
)

DIFFERENT = {
    "can-modif_2023-101032": {
        # can-modif_2023-101032.xml:78, cbc:Name; can-modif_2023-101032.json#/parties/0/name joins cbc:Department to it.
        "Ålesund kommune": "Ålesund kommune - Innkjøp",
    }
}
"""What eForms says -> what OCDS says."""


INTENDED = {"2024-113575", "veat_2022-365499", "veat_2022-627736"}


def test_those_that_may_be_intentions_are_counted_among_releases() -> None:
    """All that are, and one award that was made without a call for competition as well."""
    counted = set()
    for stem in PAIRS:
        facts = ocds.SOURCE.read(Given((SAMPLES / "ocds" / f"{stem}.json",)))
        counted |= {stem for fact in facts for one in fact.findings if one.code == "maybe-intention"}
        again = ocds.SOURCE.read(Given((SAMPLES / "ocds" / f"{stem}.json",), veat=True))
        assert not [one for fact in again for one in fact.findings if one.code == "maybe-intention"]
    assert counted == INTENDED | {"can-standard_2024-100829"}


def imported(source: Any, path: Path, revision: int) -> Imported:
    facts = list(source.read(Given((path,), veat=True)))
    return Imported(
        Import(source.name, path.name, "2025-01-01", Marking(), source.trust, ""),
        revision,
        Counts(),
        tuple(finding for fact in facts for finding in fact.findings),
        nodes=[node for fact in facts for node in fact.nodes],
        needs=[need for fact in facts for need in fact.needs],
    )


def both(stem: str) -> tuple[Imported, Imported]:
    return (
        imported(eforms.SOURCE, SAMPLES / "eforms" / f"{stem}.xml", 1),
        imported(ocds.SOURCE, SAMPLES / "ocds" / f"{stem}.json", 2),
    )


def said(one: Imported, different: dict[str, str]) -> tuple[Any, Any]:
    """Return all that an import says, without where: nodes with attributes, and needs."""

    def same(text: Any) -> Any:
        for mine, theirs in different.items():
            text = text.replace(theirs, mine) if isinstance(text, str) else text
        return text

    nodes = {same(node.id): {key: same(value) for key, value in node.attributes.items()} for node in one.nodes}
    needs = {tuple(map(same, need._replace(record=""))) for need in one.needs}
    return nodes, needs


def test_there_are_nine() -> None:
    assert len(PAIRS) == 9


@pytest.mark.parametrize("stem", PAIRS)
def test_a_pair_says_the_same(stem: str) -> None:
    first, second = both(stem)
    different = DIFFERENT.get(stem, {})
    assert said(first, different) == said(second, different)
    if different:
        assert said(first, {}) != said(second, {}), "a difference that is listed is there"


@pytest.mark.parametrize("stem", [stem for stem in PAIRS if stem not in DIFFERENT])
def test_both_in_one_store_are_there_once_each_need_with_two_records(stem: str) -> None:
    first, second = both(stem)
    alone = assemble([first], as_of="2025-01-01").graph
    for order in ([first, second], [second, first]):
        graph = assemble(order, as_of="2025-01-01").graph
        assert graph.nodes.id.tolist() == alone.nodes.id.tolist()
        assert len(graph.needs.dependent) == len(alone.needs.dependent)
        for at in range(len(graph.needs.dependent)):
            told = graph.provenance(graph.needs.evidence, at)
            assert sorted(one.source for one in told) == ["eforms", "ocds"]
