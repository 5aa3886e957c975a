"""Formats of others change: a new key in every object of a sample loses nothing of it."""

from __future__ import annotations

import json
from importlib import resources
from itertools import count, cycle
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from depgraph.model import Level
from depgraph.ports import Given
from importers import SOURCES, dns, dora_roi, eforms, gleif, register, table, ted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from depgraph.model import Facts
    from depgraph.ports import Source

SAMPLES = Path(str(resources.files("data_samples")))
FOREIGN = [source for source in SOURCES if not (source is register.SOURCE or source.mapped or source.replies)]
"""Every source but those whose format is ours, and tables, whose columns a mapping names."""

KEY = "brand_new_key"
VALUES = (1, "x", None, [], {}, [{KEY: 1}], {KEY: {KEY: "c"}}, 0.5, True)


def grown(value: Any, values: Iterator[Any]) -> Any:
    """Return a document with a new key in every object, of one type after the other."""
    if isinstance(value, dict):
        return {key: grown(member, values) for key, member in value.items()} | {KEY: next(values)}
    if isinstance(value, list):
        return [grown(member, values) for member in value]
    return value


def said(facts: list[Facts]) -> tuple[list[Any], ...]:
    return tuple([one for fact in facts for one in getattr(fact, sort)] for sort in ("nodes", "needs", "ties"))


IN_XML = [eforms.SOURCE, ted.SOURCE]
DOCUMENTS = [source for source in FOREIGN if source not in (dns.SOURCE, dora_roi.SOURCE, gleif.SOURCE, *IN_XML)]
"""Those that are JSON documents; of a table or of lines, a new column or key is what a new key is here."""


@pytest.mark.parametrize("source", DOCUMENTS, ids=[source.name for source in DOCUMENTS])
def test_a_new_key_in_every_object_of_the_sample_is_read_past(source: Source, tmp_path: Path) -> None:
    folder = SAMPLES / source.name
    values = cycle(VALUES)
    for path in folder.glob("*.json"):
        document = grown(json.loads(path.read_text(encoding="utf-8")), values)
        (tmp_path / path.name).write_text(json.dumps(document), encoding="utf-8")
    before, after = (list(source.read(Given((folder_read,)))) for folder_read in (folder, tmp_path))
    assert said(after) == said(before)
    remarks = [finding for fact in after for finding in fact.findings if finding.field == KEY]
    assert {finding.level for finding in remarks} == {Level.WARNING}
    assert 2 <= len(remarks) < 40, "one for each kind of object that is read, however many there are"
    ignoring = source.read(Given((tmp_path,), frozenset({KEY})))
    ignored = [finding for fact in ignoring for finding in fact.findings if finding.code == "unknown-key"]
    assert ignored == []


@pytest.mark.parametrize("source", IN_XML, ids=[source.name for source in IN_XML])
def test_a_new_element_in_every_element_of_the_sample_is_read_past(source: Source, tmp_path: Path) -> None:
    for path in (SAMPLES / source.name).glob("*.xml"):
        tree = ET.parse(path)  # noqa: S314  # samples of ours
        for folder, new in (("before", False), ("after", True)):
            (tmp_path / folder).mkdir(exist_ok=True)
            for element in list(tree.iter()) if new else ():
                ET.SubElement(element, KEY)
            tree.write(tmp_path / folder / path.name, encoding="utf-8")
    before, after = (list(source.read(Given((tmp_path / folder,)))) for folder in ("before", "after"))
    assert said(after) == said(before)
    remarks = [finding for fact in after for finding in fact.findings if finding.field == KEY]
    assert {finding.level for finding in remarks} == {Level.WARNING}
    assert 2 <= len(remarks) < 40


@pytest.mark.parametrize("source", FOREIGN, ids=[source.name for source in FOREIGN])
def test_the_sample_has_no_key_that_is_not_known(source: Source) -> None:
    findings = [finding for fact in source.read(Given((SAMPLES / source.name,))) for finding in fact.findings]
    assert not [finding for finding in findings if finding.code in ("unknown-key", "not-read")]
    assert not [finding for finding in findings if finding.level is Level.ERROR]


def test_a_new_column_of_each_table_of_gleif_is_one_warning(tmp_path: Path) -> None:
    sample = SAMPLES / "gleif"
    for path in sample.glob("*.csv"):
        header, *rows = path.read_text(encoding="utf-8").splitlines()
        grown_rows = [f'{row},"{at}"' for at, row in enumerate(rows)]
        (tmp_path / path.name).write_text("\n".join([f'{header},"{KEY}"', *grown_rows]), encoding="utf-8")
    before, after = (list(gleif.SOURCE.read(Given((folder_read,)))) for folder_read in (sample, tmp_path))
    assert said(after) == said(before)
    remarks = [finding for fact in after for finding in fact.findings if finding.field == KEY]
    assert [(remark.level, remark.code) for remark in remarks] == [(Level.WARNING, "unknown-key")]
    assert "(3 times" in remarks[0].message


def test_a_new_column_of_the_table_is_one_warning(tmp_path: Path) -> None:
    sample, mapping = SAMPLES / "table" / "contracts.csv", SAMPLES / "table" / "contracts.toml"
    lines = sample.read_text(encoding="utf-8").splitlines()
    new = {2: KEY, **dict.fromkeys(range(3, 11), "x")}
    grown_lines = [f"{line};{new.get(at, '')}" for at, line in enumerate(lines)]
    (tmp_path / sample.name).write_text("\n".join(grown_lines), encoding="utf-8")
    before, after = (
        list(table.SOURCE.read(Given((path,), mapping=mapping))) for path in (sample, tmp_path / sample.name)
    )
    assert said(after) == said(before)
    remarks = [finding for fact in after for finding in fact.findings if finding.code == "new-column"]
    assert [(finding.level, finding.field) for finding in remarks] == [(Level.WARNING, KEY)]


def test_a_new_key_goes_into_every_object() -> None:
    assert grown({"a": [{"b": 1}, 2]}, count()) == {"a": [{"b": 1, KEY: 0}, 2], KEY: 1}
