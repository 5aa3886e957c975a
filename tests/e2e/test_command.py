"""The command line: answers, forms, exit codes."""

from __future__ import annotations

import csv
import io
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from depgraph.analytics.basis.units import By
from depgraph.analytics.measures.centrality import Measure
from depgraph.usecases.answer import captions
from depgraph.usecases.keeping.status import HeldImport
from depgraph.usecases.questions.blast import Casualty
from depgraph.usecases.questions.centrality import Central
from depgraph.usecases.questions.compared import Compared
from depgraph.usecases.questions.concentration import Share
from depgraph.usecases.questions.cutsets import CutSet, CutSetCount
from depgraph.usecases.questions.importance import Important
from depgraph.usecases.questions.interruptions import Interruption
from depgraph.usecases.questions.nodes import Found, Shown
from depgraph.usecases.questions.pairs import Pair
from depgraph.usecases.questions.paths import Path as Chain
from depgraph.usecases.questions.simulation import Distribution
from depgraph.usecases.questions.spof import RankedPoint

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "data_samples" / "register"
CHANGES = ROOT / "data_samples" / "changes"
EXAMPLE = ROOT / "data_samples" / "probabilities" / "example.toml"
CABLE = ROOT / "data_samples" / "scenarios" / "cable-cut.toml"
UPDATE = ROOT / "data_samples" / "scenarios" / "bad-update.json"

QUESTIONS = {
    ("spof",): RankedPoint,
    ("spof", "--by", "group"): RankedPoint,
    ("spof", "--by", "country"): RankedPoint,
    ("concentration", "--by", "party"): Share,
    ("concentration", "--market", "both", "--tier", "all"): Share,
    ("blast", "Example Cloud Inc"): Casualty,
    ("blast", "Example Cloud Inc", "--by", "group"): Casualty,
    ("outage", "Example Cloud Inc", "--days", "3"): Interruption,
    ("outage", "Example Shared Services", "--forever"): Interruption,
    ("cutsets", "function:pay benefits"): CutSet,
    ("cutsets", "function:pay benefits", "--by", "place", "--count"): CutSetCount,
    ("pairs", "--by", "place"): Pair,
    ("find", "example"): Found,
    ("show", "Example Cloud Inc"): Shown,
    ("centrality", "--measure", "betweenness"): Central,
    ("simulate", "--probabilities", str(EXAMPLE), "--trials", "100"): Distribution,
    ("importance", "function:pay benefits", "--probabilities", str(EXAMPLE)): Important,
    ("what-if", str(CHANGES / "exit.toml"), "--by", "group"): Compared,
    ("what-if", "--scenario", str(CHANGES / "exercised-fallback.toml")): Compared,
    ("status",): HeldImport,
}


@pytest.mark.parametrize("question", QUESTIONS, ids=" ".join)
def test_three_forms_of_one_answer(question, depgraph, register) -> None:
    as_json, as_csv, as_table = (depgraph(*question, *form) for form in (["--json"], ["--csv"], []))
    answer = json.loads(as_json.stdout)
    # JSON and tables have a place for what is left out; beside rows alone there is standard error.
    left_out = f"depgraph: {answer['meta']['partial']}\n" if "partial" in answer["meta"] else ""
    for done, said in ((as_json, ""), (as_csv, left_out), (as_table, "")):
        assert (done.returncode, done.stderr) == (0, said)
    assert set(answer) == {"meta", "rows"}
    assert answer["rows"]
    for name in ("version", "command", "parameters", "as_of", "revision", "graph_digest", "counts", "marking"):
        assert name in answer["meta"]
    assert answer["meta"]["command"] == question[0]
    columns = list(captions(QUESTIONS[question]))
    assert all(list(row) == columns for row in answer["rows"])
    table = list(csv.DictReader(io.StringIO(as_csv.stdout)))
    assert list(table[0]) == list(dict.fromkeys((*columns, "marking"))), "the register is not for everybody"
    assert len(table) == len(answer["rows"])
    for cells, row in zip(table, answer["rows"], strict=True):
        for column, value in row.items():
            if not isinstance(value, str | None):
                assert json.loads(cells[column]) == value, column
    assert as_table.stdout.strip()
    assert "\x1b" not in as_table.stdout, "no colours where nobody looks"


@pytest.mark.parametrize("question", QUESTIONS, ids=" ".join)
def test_the_same_facts_give_the_same_bytes(question, depgraph, register, tmp_path) -> None:
    other = tmp_path / "other.sqlite"
    depgraph(
        "import", "register", SAMPLE / "nodes.csv", SAMPLE / "needs.csv", "--retrieved", "2026-01-01", "--store", other
    )
    first = depgraph(*question, "--json")
    meta = json.loads(first.stdout)["meta"]
    assert (meta["format"], first.returncode) == ("1", 0)
    # What an answer says of how to get it again is all that it takes, also elsewhere.
    program, *again = shlex.split(meta["reproduce"].replace(str(register), str(other)))
    assert program == "depgraph"
    assert {"--store", "--as-of", "--revision"} <= set(again)
    second = depgraph(*again, "--json", DEPGRAPH_STORE="none.sqlite")
    assert first.stdout == second.stdout.replace(str(other), str(register)), "only the store has another name"


def test_a_reproduced_command_is_quoted(depgraph, tmp_path) -> None:
    (tmp_path / "needs.csv").write_text("dependent,provider\n-a $b,it's x\n", encoding="utf-8")
    assert depgraph("import", "register", tmp_path / "needs.csv", "--retrieved", "2026-01-01").returncode == 0
    first = depgraph("paths", "--json", "--min-confidence", "0.5", "--limit", "3", "--", "-a $b", "it's x")
    line = json.loads(first.stdout)["meta"]["reproduce"]
    assert line == (
        "depgraph paths --limit 3 --min-confidence 0.5 --as-of 2026-01-01 --revision 1"
        f" --store {tmp_path}/store.sqlite -- '-a $b' 'it'\"'\"'s x'"
    )
    _, command, *words = shlex.split(line)
    assert depgraph(command, "--json", *words).stdout == first.stdout


def test_a_marking_stands_on_tables_and_csv(depgraph, tmp_path) -> None:
    (tmp_path / "needs.csv").write_text("dependent,provider,requirement\na,x,r\na,y,r\n", encoding="utf-8")
    asked = ("import", "register", tmp_path / "needs.csv", "--retrieved", "2026-01-01")
    assert depgraph(*asked, "--marking", "tlp:clear").returncode == 0
    assert "marking" not in depgraph("spof").stdout + depgraph("spof", "--csv").stdout
    assert depgraph(*asked, "--marking", "tlp:amber", "--hub", "north").returncode == 0
    for command in (["spof"], ["show", "a"], ["paths", "a", "x"], ["outage", "x", "--days", "1"], ["find", "a"]):
        assert "marking: tlp:amber (hubs: north)" in depgraph(*command).stdout.splitlines()
    for name in ("spof", "gaps", "concentration"):
        rows = list(csv.DictReader(io.StringIO(depgraph(name, "--csv").stdout)))
        assert rows
        assert {list(row)[-1] for row in rows} == {"marking"}
        assert {row["marking"] for row in rows} == {"tlp:amber (hubs: north)"}
    answers = depgraph("gaps", "--csv").stdout
    (tmp_path / "needs.csv").write_text(answers, encoding="utf-8", newline="")
    assert depgraph("import", "register", tmp_path / "needs.csv", "--part", "answers").returncode == 0


def test_the_same_bytes_in_every_process(process, example) -> None:
    first, second = (
        process("spof", "--by", "group", "--json", DEPGRAPH_STORE=str(example), PYTHONHASHSEED=seed) for seed in "12"
    )
    assert first.returncode == 0
    assert first.stdout == second.stdout


def test_paths_cite_each_hop(depgraph, register) -> None:
    found = json.loads(depgraph("blast", "Example Software House", "--json").stdout)
    victim = max(found["rows"], key=lambda row: len(row["witness"]))
    chains = json.loads(depgraph("paths", victim["id"], "Example Software House", "--json").stdout)["rows"]
    assert chains
    for chain in chains:
        assert list(chain) == list(captions(Chain))
        assert len(chain["nodes"]) - 1 == chain["length"] == len(chain["relations"]) == len(chain["records"])
        assert all(".csv:" in record for record in chain["records"])


def test_choices_are_those_of_the_core(depgraph) -> None:
    assert all(f"{by.value}" in depgraph("spof", "--help").stdout for by in By)
    assert all(f"{measure.value}" in depgraph("centrality", "--help").stdout for measure in Measure)


def test_help_loads_nothing_heavy() -> None:
    code = "import sys; from cli.commands import app_for; app_for(); print(sorted({name.split('.')[0] for name in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    for heavy in ("numpy", "numba", "rich", "pandas", "networkx", "fastapi", "neo4j", "pydantic", "sqlite3"):
        assert f"'{heavy}'" not in loaded


def test_without_a_scheduler_nothing_of_dask_is_loaded(register) -> None:
    asked = [
        sys.executable,
        "-X",
        "importtime",
        "-m",
        "cli.main",
        "simulate",
        "--probabilities",
        EXAMPLE,
        "--trials",
        "9",
    ]
    loaded = subprocess.run(asked, capture_output=True, text=True, check=True).stderr
    assert "| numba\n" in re.sub(r" +", " ", loaded)
    for package in ("dask", "distributed", "depgraph.cluster"):
        assert not re.search(rf"\| +{package}\b", loaded)


def test_a_scenario_simulated(depgraph, register) -> None:
    done = depgraph("simulate", "--scenario", UPDATE, "--trials", "200", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    meta = json.loads(done.stdout)["meta"]
    assert meta["parameters"]["scenario"] == "bad-update.json"
    assert meta["scenario"]["probabilities"] == json.loads(UPDATE.read_text(encoding="utf-8"))["probabilities"]
    assert any("do not count here" in note for note in meta["notes"])


def test_a_simulation_says_what_is_likely_and_what_makes_the_tail(depgraph, register, tmp_path) -> None:
    chances = tmp_path / "chances.toml"
    chances.write_text("[kind]\nparty = 0.2\n", encoding="utf-8")
    said = depgraph("simulate", "--probabilities", str(chances), "--trials", "400").stdout
    assert "organisations" in said
    assert "Most likely to fail:" in said
    assert "Struck more often in the worst 5 % of the trials:" in said


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["spof", "--by", "planet"], 2, "'planet' is not one of"),
        (["spof", "--limit", "-1"], 2, "--limit"),
        (["nonsense"], 2, "nonsense"),
        (["show", "name:Nobody At All"], 2, "no node has the id"),
        (["show", "lie:123"], 2, "unknown scheme"),
        (["blast", "unknown:"], 2, "cannot be made to fail"),
        (["paths", "name:Nobody", "name:Noone"], 2, "name:Nobody"),
        (["spof", "--fail-over", "nan"], 2, "--fail-over"),
        (["concentration", "--cost-at-most", "5"], 2, "--cost-at-most is about costs, not about count"),
        (["concentration", "--weight", "cost", "--cost-at-most", "-1"], 2, "--cost-at-most must be euros a year"),
        (["what-if", str(CHANGES / "exit.toml"), "--fail-over", "-1"], 2, "--fail-over"),
        (["spof", "--as-of", "31-12-2025"], 2, "write it as 2025-12-31"),
        (["spof", "--as-of", "01-03-2026"], 2, "write 2026-03-01 if the day comes first, 2026-01-03 if the month does"),
        (["spof", "--hub", "caf\udce9"], 2, "the argument 'caf\\udce9' is not UTF-8"),
        (["find", "one\x1b[2Jtwo"], 2, "has a control character (U+001B)"),
        (["import", "register", str(SAMPLE), "--part", "a\nb"], 2, "has a control character (U+000A)"),
        (["spof", "--revision", "77"], 2, "77"),
        (["spof", "--min-confidence", "7"], 2, "[0, 1]"),
        (["spof", "--sector", "moon"], 2, "moon"),
        (["spof", "--json", "--csv"], 2, "exclude each other"),
        (["sources", "--json", "--csv"], 2, "exclude each other"),
        (["import", "nothing", "."], 2, "there is no source"),
        (["import", "register", "not-there"], 2, "not-there"),
        (["find", "  "], 2, "empty"),
        (["simulate"], 2, "--probabilities"),
        (["simulate", "--probabilities", "a.toml", "--scenario", "b.toml"], 2, "give one of --probabilities FILE and"),
        (["simulate", "--scenario", "not-there.toml"], 2, "not-there.toml: no such file"),
        (["simulate", "--scenario", str(CABLE)], 3, "cable-cut.toml: probabilities: the scenario does not say how"),
        (["simulate", "--probabilities", "not-there.toml"], 2, "not-there.toml: no such file"),
        (["simulate", "--probabilities", str(EXAMPLE), "--trials", "0"], 2, "--trials"),
        (["simulate", "--probabilities", str(EXAMPLE), "--trials", "10000001"], 2, "take 1 to 10,000,000"),
        (["simulate", "--probabilities", __file__], 3, "test_command.py: is not TOML"),
        (["what-if"], 2, "give one FILE"),
        (["what-if", "one.toml", "--scenario", "two.toml"], 2, "give one FILE"),
        (["what-if", "not-there.toml"], 2, "not-there.toml: no such file"),
        (
            ["what-if", str(ROOT / "data_samples" / "scenarios" / "cloud-region-down.toml")],
            3,
            "nothing changes in this scenario",
        ),
        (["importance", "function:pay benefits"], 2, "--probabilities"),
        (["importance", "name:Nobody", "--probabilities", str(EXAMPLE)], 2, "no node has the id"),
        (["report", "auditor", "--out", "report.docx"], 2, ".docx"),
        (["report", "auditor", "--out", "nowhere/report.html"], 2, "nowhere"),
        (["spof", "--store", "http://127.0.0.1/"], 2, "is no store"),
        (["spof", "--store", "neo4j://user:secret@127.0.0.1"], 2, "credentials"),
    ],
    ids=lambda value: ascii(" ".join(value)) if isinstance(value, list) else None,
)
def test_an_error_is_one_line_with_its_code(arguments, code, said, depgraph, register) -> None:
    done = depgraph(*arguments)
    assert done.returncode == code
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert said in done.stderr
    assert "secret" not in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("simulate", "--probabilities", "not-there.toml"),
        ("show", "name:Nobody At All"),
        ("what-if", "not-there.toml"),
        ("import", "register", "not-there"),
        ("gaps",),
        ("status",),
    ],
    ids=" ".join,
)
def test_two_forms_are_refused_before_the_work(arguments, depgraph, tmp_path) -> None:
    done = depgraph(*arguments, "--json", "--csv", "--store", tmp_path / "none" / "store.sqlite")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "depgraph: --json and --csv exclude each other: choose one\n"


def test_a_traceback_only_for_who_asks(depgraph, register) -> None:
    assert "Traceback" in depgraph("show", "name:Nobody", "--debug").stderr
    assert "Traceback" not in depgraph("show", "name:Nobody").stderr


def test_an_empty_store_says_how_to_begin(depgraph, monkeypatch, tmp_path) -> None:
    monkeypatch.delenv("DEPGRAPH_STORE")
    done = depgraph("spof", XDG_DATA_HOME=str(tmp_path))
    assert done.returncode == 2
    assert "depgraph demo" in done.stderr
    assert depgraph("status").returncode == 0
    copied = depgraph("copy", "--to", "copy.sqlite")
    assert copied.returncode == 2
    assert "nothing to copy" in copied.stderr


def test_a_mistyped_store_is_no_empty_one(depgraph, register) -> None:
    for named in ({"DEPGRAPH_STORE": "none.sqlite"}, {"DEPGRAPH_STORE": str(register.with_name("stor.sqlite"))}):
        for command in (("spof",), ("status",), ("find", "x"), ("copy", "--to", "copy.sqlite"), ("prune",), ("serve",)):
            done = depgraph(*command, **named)
            assert (done.returncode, done.stdout) == (2, "")
            assert f"{named['DEPGRAPH_STORE']}: no such file" in done.stderr
    assert f"did you mean {register}?" in done.stderr


@pytest.mark.parametrize("command", ["spof", "concentration"])
def test_fail_over_ends_with_one(command, depgraph, register) -> None:
    assert depgraph(command, "--fail-over", "0").returncode == 1
    assert depgraph(command, "--fail-over", "10000").returncode == 0


def test_a_gate_does_not_pass_on_what_has_no_index(depgraph, register) -> None:
    for asked in (["--tier", "all"], ["--weight", "cost", "--cost-at-most", "1e6"]):
        done = depgraph("concentration", *asked, "--fail-over", "10000")
        assert done.returncode == 1
        assert "is not a number, so that nothing shows that it is at most 10000: " in done.stderr


@pytest.mark.parametrize(("limit", "code"), [("0.99", 1), ("1", 0), ("1.5", 1), ("9999", 0)])
def test_fail_over_of_a_change_is_about_a_score_or_an_index(limit, code, depgraph, register) -> None:
    """After everybody has left for the south one party stops everything: a score of 1."""
    done = depgraph("what-if", CHANGES / "exit.toml", "--by", "group", "--fail-over", limit)
    assert (done.returncode, bool(done.stderr)) == (code, code == 1)


def test_a_limit_says_what_it_left_out(depgraph, register) -> None:
    few, every = (json.loads(depgraph("spof", "--limit", limit, "--json").stdout) for limit in ("1", "0"))
    assert len(few["rows"]) == 1
    assert few["rows"][0] == every["rows"][0]
    assert few["meta"]["partial"] == f"1 of {len(every['rows'])} units that something depends on"
    assert "partial" not in every["meta"]


def test_dry_run_stores_nothing(depgraph, tmp_path) -> None:
    done = depgraph("import", "register", SAMPLE, "--dry-run")
    assert done.returncode == 0
    assert "nothing stored" in done.stdout
    assert not (tmp_path / "store.sqlite").exists()


def test_findings_go_to_a_file(depgraph, tmp_path) -> None:
    (tmp_path / "needs.csv").write_text("dependent,provider,share\na,x,2\nb,y,nine\nc,=z,0.5\n", encoding="utf-8")
    refused = depgraph("import", "register", tmp_path / "needs.csv", "--findings", "found.csv")
    assert refused.returncode == 3
    with (tmp_path / "found.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["level"], row["record"], row["field"]) for row in rows] == [
        ("error", "needs.csv:2", "share"),
        ("error", "needs.csv:3", "share"),
    ]
    kept = depgraph("import", "register", tmp_path / "needs.csv", "--skip-bad", "--json")
    assert kept.returncode == 0
    outcome = json.loads(kept.stdout)
    assert (outcome["meta"]["skipped"], outcome["meta"]["counts"]["needs"], len(outcome["rows"])) == (2, 1, 2)


def test_csv_says_beside_the_rows_what_is_left_out(depgraph, register) -> None:
    some, every = (depgraph("spof", "--csv", "--limit", limit) for limit in ("1", "0"))
    assert len(some.stdout.splitlines()) == 2
    assert re.fullmatch(r"depgraph: 1 of \d+ units that something depends on\n", some.stderr)
    assert every.stderr == ""


def test_csv_cells_are_no_formulas(depgraph, tmp_path) -> None:
    text = 'dependent,provider\na,"=1+1"\na,\uff1d2+2\n'
    (tmp_path / "needs.csv").write_text(text, encoding="utf-8")
    assert depgraph("import", "register", tmp_path / "needs.csv").returncode == 0
    rows = list(csv.reader(io.StringIO(depgraph("spof", "--csv").stdout)))
    assert sorted(row[:2] for row in rows[1:]) == [["name:=1+1", "'=1+1"], ["name:\uff1d2+2", "'\uff1d2+2"]]


def test_what_turns_text_reaches_no_table_message_or_page(depgraph, tmp_path) -> None:
    (tmp_path / "needs.csv").write_text("dependent,provider\nTown A,evil\u202eVB tsoH\n", encoding="utf-8")
    assert depgraph("import", "register", tmp_path / "needs.csv").returncode == 0
    for command in (["spof"], ["show", "Town A"], ["find", "evil"], ["paths", "Town A", "evil\u202eVB tsoH"]):
        shown = depgraph(*command)
        assert "evil\\u202eVB tsoH" in shown.stdout
        assert "\u202e" not in shown.stdout + shown.stderr + depgraph(*command, "--json").stdout
    assert "\u202e" not in depgraph("show", "\u202e").stderr
    assert depgraph("report", "auditor", "--out", "report.html").returncode == 0
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "evil\\u202eVB tsoH" in page
    assert "\u202e" not in page


@pytest.mark.parametrize("settings", [{"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C", "PYTHONUTF8": "0"}], ids=str)
def test_what_cannot_be_encoded_is_escaped(settings, process, depgraph, tmp_path) -> None:
    (tmp_path / "needs.csv").write_text("dependent,provider\nTown A,\u00c9cole\n", encoding="utf-8")
    assert depgraph("import", "register", tmp_path / "needs.csv").returncode == 0
    settings = {**settings, "DEPGRAPH_STORE": str(tmp_path / "store.sqlite"), "PYTHONCOERCECLOCALE": "0"}
    table = process("show", "\u00c9cole", **settings)
    assert (table.returncode, table.stderr) == (0, "")
    assert "\\xc9cole" in table.stdout
    told = process("show", "\u00c9cole", "--json", **settings)
    assert json.loads(told.stdout)["rows"][0]["name"] == "\u00c9cole"


def test_the_reader_may_go_away(register) -> None:
    command = f"{Path(sys.executable).with_name('depgraph')} spof --csv --limit 0 --store {register} | head -1"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.stdout.startswith("id,name,kind")


@pytest.mark.parametrize("width", ["40", "80", "200"])
def test_tables_fit_the_terminal(width, depgraph, register) -> None:
    done = depgraph("spof", COLUMNS=width)
    assert done.returncode == 0
    assert max(len(line) for line in done.stdout.splitlines()) <= int(width)
    assert "Example" in done.stdout
    assert ("too narrow for" in done.stdout) == (width != "200")


ESSENTIAL = {
    ("spof",): ("name", "score"),
    ("concentration",): ("name", "share"),
    ("concentration", "--market", "sector"): ("market", "name", "share"),
    ("blast", "Example Cloud Inc"): ("name", "certain"),
    ("outage", "Example Cloud Inc", "--days", "3"): ("name", "hour", "hours down"),
    ("pairs", "--by", "place"): ("first name", "second name", "functions"),
    ("cutsets", "function:pay benefits"): ("order", "names", "certain"),
    ("centrality",): ("name", "value"),
    ("importance", "function:pay benefits", "--probabilities", str(EXAMPLE)): ("name", "probability"),
}


@pytest.mark.parametrize("question", ESSENTIAL, ids=" ".join)
def test_a_narrow_terminal_shows_what_was_asked_for(question, depgraph, register) -> None:
    lines = depgraph(*question, COLUMNS="40").stdout.splitlines()
    assert max(len(line) for line in lines) <= 40
    header = next(lines[at - 1] for at, line in enumerate(lines) if line.startswith("\u2500"))
    for column in ESSENTIAL[question]:
        assert column in header


@pytest.mark.parametrize("change", sorted(path.name for path in CHANGES.iterdir()))
def test_a_narrow_terminal_shows_before_and_after_a_change(change, depgraph, register) -> None:
    lines = depgraph("what-if", CHANGES / change, COLUMNS="40").stdout.splitlines()
    assert max(len(line) for line in lines) <= 40
    headers = [lines[at - 1].split() for at, line in enumerate(lines) if line.startswith("\u2500")]
    assert headers
    assert all(header[1:3] == ["before", "after"] for header in headers)


def test_completion_is_offered(process) -> None:
    done = process(_DEPGRAPH_COMPLETE="complete_bash", COMP_WORDS="depgraph cen", COMP_CWORD="1")
    assert done.stdout.split() == ["centrality"]


def test_sources_are_listed(depgraph) -> None:
    rows = json.loads(depgraph("sources", "--json").stdout)["rows"]
    assert {row["name"] for row in rows} >= {"register", "fedramp", "municipal-mail"}
    assert all(row["licence"] and row["formats"] for row in rows)


def test_one_source_is_told_in_full(depgraph) -> None:
    page = depgraph("sources", "register").stdout
    assert page.startswith("# register\n")
    assert "## What is ignored, and why" in page
    told = json.loads(depgraph("sources", "register", "--json").stdout)
    assert (told["meta"]["page"], [row["name"] for row in told["rows"]]) == (page, ["register"])
    wrong = depgraph("sources", "nosuch")
    every = ", ".join(row["name"] for row in json.loads(depgraph("sources", "--json").stdout)["rows"])
    assert "register" in every
    assert (wrong.returncode, f"use {every}" in wrong.stderr) == (2, True)


def test_a_copy_answers_alike(depgraph, register, tmp_path: Path) -> None:
    assert depgraph("copy", "--to", tmp_path / "copy.sqlite").returncode == 0
    there, here = (
        depgraph("spof", "--json", "--store", store).stdout for store in (tmp_path / "copy.sqlite", register)
    )
    assert there.replace(str(tmp_path / "copy.sqlite"), str(register)) == here
    assert "0 imports copied" in depgraph("copy", "--to", tmp_path / "copy.sqlite").stderr
    assert depgraph("prune", "--store", tmp_path / "copy.sqlite").returncode == 0
