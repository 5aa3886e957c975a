"""Files of probabilities: what they mean on a graph, and one clear line for what makes no sense."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from depgraph.analytics.basis.causes import Together
from depgraph.analytics.basis.units import By
from depgraph.errors import InputError, MissingPathError
from depgraph.model import Kind
from depgraph.testing import graph
from depgraph.usecases.documents import parsed
from depgraph.usecases.scenario.probabilities import read_probabilities, resolved

if TYPE_CHECKING:
    from pathlib import Path

WORLD = graph("f1@a f1>s1 s1>x s1>y x<g z>l1 q>unknown:q", {"g": {"country": "US"}, "y": {"country": "NL"}})

EVERYTHING = """
all = 0.001
[kind]
party = 0.01
service = {per_year = 4, hours = 2}
[country]
us = 0.5
[node]
x = 1
"function:f1" = 0
[common.group]
"*" = 0.02
g = 0.03
[common.place]
l1 = 0.04
[common.country]
NL = 0.05
[[together]]
nodes = ["x", "name:y"]
factor = 0.1
"""


def test_every_key_is_read() -> None:
    found = resolved(WORLD, parsed(EVERYTHING, "f", as_json=False), "f")
    assert found.every == 0.001
    assert found.kind == {Kind.PARTY: 0.01, Kind.SERVICE: pytest.approx(8 / 8774)}
    assert found.country == {"place:US": 0.5}
    assert found.node == {WORLD.position("x"): 1.0, WORLD.position("function:f1"): 0.0}
    assert found.common == {
        By.GROUP: {"*": 0.02, "name:g": 0.03},
        By.PLACE: {"place:l1": 0.04},
        By.COUNTRY: {"place:NL": 0.05},
    }
    assert found.together == (Together(nodes=(WORLD.position("x"), WORLD.position("y")), factor=0.1),)


BAD = {
    "": "no probability is above 0",
    "all = 0": "no probability is above 0",
    "all = 2": r"all: 2 is out of range: a number in \[0, 1\] is wanted",
    "all = -0.1": r"all: -0.1 is out of range",
    "all = nan": r"all: nan is out of range",
    f"all = {{per_year = 1{'0' * 400}, hours = 1}}": "all.per_year: inf is out of range",
    "all = true": "all: 'True' is not a number",
    "all = 'often'": "all: 'often' is not a number",
    "all = {per_year = 1}": "all: per_year and hours belong together",
    "all = {per_year = -1, hours = 1}": "all.per_year: -1 is out of range: a number of at least 0",
    "all = {per_year = inf, hours = 1}": "all.per_year: inf is out of range",
    "all = {per_year = 1, days = 1}": "all.days: the key is not known: use one of per_year, hours",
    "every = 0.1": "every: the key is not known: use one of all, kind, country, node, common, together",
    "kind = 0.1": "kind: a table is wanted",
    "kind.supplier = 0.1": "kind.supplier: is not a kind: use one of party, function",
    "node.nobody = 0.1": "node.nobody: .*nobody",
    "node.'unknown:q' = 0.1": "node.unknown:q: 'unknown:q' stands for a provider that nobody knows",
    "node.x = 0.1\nnode.'name:x' = 0.1": "node.name:x: this one stands here twice, by another name",
    "country.FR = 0.1": "country.FR: no party that something else needs is there",
    "common.sector.x = 0.1": "common.sector: the key is not known: use one of country, group",
    "common.group.'function:f1' = 0.1": "common.group.function:f1: is no group",
    "common.group.x = 0.1": "common.group.x: is no group: it belongs to that of 'name:g'",
    "all = 0.1\ntogether = 1": "together: a list of tables",
    "all = 0.1\n[[together]]\nnodes = 'x'": r"together\[0\]: a table with nodes",
    "all = 0.1\n[[together]]\nnodes = ['x', 'name:x']\nfactor = 0.1": r"together\[0\].nodes: at least two different",
    "all = 0.1\n[[together]]\nnodes = ['x', 'y']": r"together\[0\].factor: 'None' is not a number",
    "all = 0.1\n[[together]]\nnodes = ['x', 'y']\nfactor = 1.5": r"together\[0\].factor: 1.5 is out of range",
    "all = 0.1\n[[together]]\nnodes = ['x', 'y']\nbeta = 0.5": r"together\[0\].beta: the key is not known",
}


@pytest.mark.parametrize("text", BAD)
def test_what_makes_no_sense_is_named_with_its_key(text: str) -> None:
    with pytest.raises(InputError, match=f"^f.toml: {BAD[text]}"):
        resolved(WORLD, parsed(text, "f.toml", as_json=False), "f.toml")


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(MissingPathError, match="no such file"):
        read_probabilities(tmp_path / "none.toml")
    with pytest.raises(MissingPathError, match="is a folder, not a file"):
        read_probabilities(tmp_path)
    path = tmp_path / "p.toml"
    for content, said in (
        (b"all = ", "is not TOML"),
        (b"\xff", "is not UTF-8"),
        (b"#" * 1_000_001, "has more than .*of probab"),
    ):
        path.write_bytes(content)
        with pytest.raises(InputError, match=f"^p.toml: {said}"):
            read_probabilities(path)
    path = tmp_path / "p.json"
    for text, said in (("[1]", "a table of keys"), ("{", "is not JSON"), ("[" * 100_000, "is not JSON")):
        path.write_text(text)
        with pytest.raises(InputError, match=f"^p.json: {said}"):
            read_probabilities(path)


def test_both_forms_say_the_same(tmp_path: Path) -> None:
    (tmp_path / "p.toml").write_text("\ufeffall = 0.5\n", encoding="utf-8")
    (tmp_path / "p.json").write_text('{"all": 0.5}', encoding="utf-8")
    assert read_probabilities(tmp_path / "p.toml") == read_probabilities(tmp_path / "p.json") == {"all": 0.5}
