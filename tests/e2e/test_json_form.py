"""The JSON form is what docs/json.md says: each key of `meta`, and the columns of each command's rows."""

from __future__ import annotations

import json
import re
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from openpyxl import load_workbook
from typer.main import get_command

from cli.commands import app_for
from depgraph.errors import DepgraphError
from depgraph.usecases.answer import FORMAT

if TYPE_CHECKING:
    from tests.e2e.conftest import Run

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
CITY = "name:Example City"
CHANGE = """\
name = "A second office suite"

[[adds]]
dependent = "name:Example City"
provider = "name:Example Cloud Inc"
"""
CHANCES = "[kind]\nparty = { per_year = 0.2, hours = 24 }\n"
RUNS = {
    "find": ("find", "example"),
    "show": ("show", CITY),
    "needs": ("needs", "--dependent", CITY),
    "paths": ("paths", CITY, "name:Example Cloud Inc"),
    "spof": ("spof",),
    "explain": ("explain", "spof/party/score_upper/name:Example Cloud Inc"),
    "blast": ("blast", "name:Example Cloud Inc"),
    "concentration": ("concentration",),
    "centrality": ("centrality",),
    "gaps": ("gaps",),
    "cutsets": ("cutsets", CITY),
    "cutsets --count": ("cutsets", CITY, "--count"),
    "pairs": ("pairs",),
    "outage": ("outage", "name:Example Cloud Inc", "--days", "3"),
    "simulate": ("simulate", "--probabilities", "chances.toml", "--trials", "100"),
    "importance": ("importance", CITY, "--probabilities", "chances.toml"),
    "what-if": ("what-if", "change.toml"),
    "diff": ("diff", "1", "2"),
    "trend": ("trend", "--measure", "hhi"),
    "watch": ("watch", "rules.toml", "--today", "2026-01-01"),
    "match": ("match", "names.csv"),
    "resolve": ("resolve",),
    "resolve decisions": ("resolve", "decisions"),
    "check": ("check", "name:Example Cloud Inc", "--buyer", "Example City", "--as-keeper"),
    "trace": ("trace", "--seed", "7", "--size", "5", "--out", "sample.xlsx"),
    "trace --results": ("trace", "--results", "filled.xlsx"),
    "status": ("status",),
}
WITHOUT_GRAPH = {
    "sources": ("sources",),
    "import": ("import", "register", "more"),
    "map": ("map", str(resources.files("data_samples") / "table" / "contracts.csv"), "--out", "made.toml"),
    "doctor": ("doctor",),
    "verify": ("verify", "forged.json"),
}


class Told(NamedTuple):
    """What the page says of one command; a key of `sometimes` is there where there is something to say."""

    always: set[str]
    sometimes: set[str]
    columns: list[str]


def documented() -> dict[str, Told]:
    told = {}
    for name, keys, columns in re.findall(r"^\| `([a-z -]+)` \| (.*) \| (.*) \|$", PAGE, re.MULTILINE):
        words = re.findall(r"`([a-z_0-9]+)`(\*?)", keys)
        told[name] = Told(
            {word for word, star in words if not star},
            {word for word, star in words if star},
            re.findall(r"`([a-z_0-9]+)`", columns),
        )
    return told


def of_every_answer() -> tuple[set[str], set[str]]:
    """Return the keys of `meta` that every answer has, and those that it may have."""
    section = PAGE.partition("\n## meta\n")[2].partition("\n## ")[0]
    words = re.findall(r"^- `([a-z_]+)`(\*?):", section, re.MULTILINE)
    return {word for word, star in words if not star}, {word for word, star in words if star}


@pytest.fixture
def store(depgraph: Run, tmp_path: Path) -> Run:
    assert depgraph("import", "register", ROOT / "data_samples" / "register").returncode == 0
    (tmp_path / "chances.toml").write_text(CHANCES, encoding="utf-8")
    (tmp_path / "rules.toml").write_text('[[rules]]\nkind = "index-above"\nabove = 10000\n', encoding="utf-8")
    (tmp_path / "change.toml").write_text(CHANGE, encoding="utf-8")
    (tmp_path / "names.csv").write_text("name\nExample Cloud\n", encoding="utf-8")
    (tmp_path / "twin").mkdir()
    (tmp_path / "twin" / "needs.csv").write_text(
        "dependent,provider\nTown,Example Cloud Incorporated\n", encoding="utf-8"
    )
    assert depgraph("import", "register", "twin", "--part", "twin").returncode == 0
    decided = depgraph("resolve", "reject", CITY, "name:Example Cloud Inc", "--who", "An analyst")
    assert decided.returncode == 0, decided.stderr
    assert depgraph("trace", "--seed", "7", "--size", "5", "--out", "filled.xlsx").returncode == 0
    book = load_workbook(tmp_path / "filled.xlsx")
    for row in book["sample"].iter_rows(min_row=2):
        row[-2].value = "correct"
    book.save(tmp_path / "filled.xlsx")
    asked = ("report", "procurement", "--supplier", "name:Example Cloud Inc", "--as-keeper", "--out", "forged.json")
    assert depgraph(*asked).returncode == 0
    report = json.loads((tmp_path / "forged.json").read_text(encoding="utf-8"))
    report["bidders"][0]["needed_by"] += 1
    (tmp_path / "forged.json").write_text(json.dumps(report), encoding="utf-8")
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "needs.csv").write_text("dependent,provider\nTown,N/A\n", encoding="utf-8")
    return depgraph


def test_every_command_answers_in_the_form_that_the_page_describes(store: Run) -> None:
    told = documented()
    always, sometimes = of_every_answer()
    assert {"format", "command"} <= always
    for name, arguments in RUNS.items():
        done = store(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        answer = json.loads(done.stdout)
        keys = set(answer["meta"])
        said = told[name]
        assert not (missing := (always | said.always) - keys), (name, missing)
        assert not (new := keys - always - sometimes - said.always - said.sometimes), (name, new)
        assert answer["rows"], name
        assert {tuple(row) for row in answer["rows"]} == {tuple(said.columns)}, name


def test_lists_that_rest_on_no_graph_have_their_own_keys(store: Run) -> None:
    told = documented()
    for name, arguments in WITHOUT_GRAPH.items():
        answer = json.loads(store(*arguments, *(["--placeholders", "unknown"] * (name == "import")), "--json").stdout)
        assert set(answer["meta"]) == {"format", "command"} | told[name].always, name
        assert {tuple(row) for row in answer["rows"]} == {tuple(told[name].columns)}, name


def test_no_command_is_missing_and_the_format_is_the_one_described() -> None:
    told = set(documented())
    assert told == {*RUNS, *WITHOUT_GRAPH, "demo"}
    commands = get_command(app_for()).commands  # type: ignore[attr-defined]  # a group of commands, as there are several
    answering = {name for name, command in commands.items() if any("--json" in each.opts for each in command.params)}
    assert {name.partition(" ")[0] for name in told} == answering
    assert f'now `"{FORMAT}"`' in PAGE


def test_the_exit_codes_of_errors_are_described() -> None:
    def every(error: type[DepgraphError]) -> set[int]:
        return {error.exit_code}.union(*(every(below) for below in error.__subclasses__()))

    described = {int(code) for code in re.findall(r"^\| ([0-9]+) \|", PAGE, re.MULTILINE)}
    assert described == every(DepgraphError) | {0, 1, 130}
