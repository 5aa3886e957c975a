"""Reports without names: none is left in any format, and whose number is whose only the facts or the key tell."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from depgraph.errors import MissingPathError, UsageError
from depgraph.model import DISPUTES, REMARK, Decision, Facts, Finding, Import, Label, Level, Marking, Need
from depgraph.ports import Given, Store
from depgraph.reports.kinds import KINDS
from depgraph.reports.making import Asked, asked_again, asked_with, make_report
from depgraph.reports.redacting import read_key
from depgraph.reports.writing import FORMS
from depgraph.stores.sqlite import SqliteStore
from depgraph.usecases.answer import plain
from depgraph.usecases.keeping.copy import copy_store
from depgraph.usecases.keeping.importing import import_source
from depgraph.usecases.replies import CLEARING
from depgraph.usecases.traces import Counted, Draw, Traced, keep_draw, keep_result
from depgraph.usecases.view import open_view
from importers.register import SOURCE

NEEDS = """dependent,provider,service_type,requirement,at_least,annual_cost_eur,valid_from,valid_to
function:Quellpaying,Zirkonhost,S03,,,120000,,2026-06-30
function:Quellpaying,domain:zirkonmail.example,mailing by Xylobox,,,80000,,
function:Permitting Vlinderdam,Zirkonhost,S03,Xylobox deal,any,,,
function:Permitting Vlinderdam,Ypsilon Cloud,S03,Xylobox deal,any,5000,,
Survey Wombat,Zirkonhost,S03,,,20000,,
Survey Wombat,unknown:,S17,,,,,
Survey Wombat,ypsilon cloud B.V.,S04,,,,,
service:Ypsilon suite,Zirkonhost,,,,,,
Ypsilon Cloud,service:Ypsilon suite,,,,,,
"""
NODES = """id,kind,name,country,sector,hub,owner,people,owned_by,identifiers
function:Quellpaying,function,Quellpaying benefits,,,,Agency Okapi,1000,,
function:Permitting Vlinderdam,function,Permitting Vlinderdam,,,,Town Vlinderdam,700,,
Agency Okapi,party,Agency Okapi,NL,central,Jackalhub,,,,
Town Vlinderdam,party,Town Vlinderdam,NL,central,Jackalhub,,,,
Survey Wombat,party,Survey Wombat,BE,research,Jackalhub,,,,
Zirkonhost,party,Zirkonhost,US,,,,,Umbra Holding,lei:529900T8BM49AURSDO55
Umbra Holding,party,Umbra Holding,US,,,,,,
domain:zirkonmail.example,party,Zirkon Mail Ltd,US,,,,,Umbra Holding,
"""
TOLD = (
    "quellpaying", "zirkon", "vlinderdam", "ypsilon", "wombat", "okapi", "umbra", "jackal", "xylobox",
    "529900t8bm49aurgdo55", "529900t8bm49aursdo55", "needs.csv", "nodes.csv", "eastern part",
)  # fmt: skip
"""What tells a name, an id, a domain, a file or a record apart from all else."""

ASKED = {
    "auditor": {},
    "hub": {"hub": "Jackalhub"},
    "procurement": {
        "supplier": "Zirkonhost",
        "buyer": "Agency Okapi",
        "service_type": "S03",
        "against": ("Ypsilon Cloud",),
    },
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("register")
    (folder / "needs.csv").write_text(NEEDS, encoding="utf-8")
    (folder / "nodes.csv").write_text(NODES, encoding="utf-8")
    with closing(SqliteStore(":memory:")) as made:
        marking = Marking(Label.AMBER, hubs=("Jackalhub",), organisations=("Okapi Audit",))
        import_source(made, SOURCE, Given((folder,)), today="2026-01-01", part="Eastern part", marking=marking)
        yield made


@pytest.fixture(scope="module")
def heard(store: Store) -> Iterator[Store]:
    """Return the same facts with the replies of two bodies, a decision, a sample that was traced and one that was not."""
    with closing(SqliteStore(":memory:")) as made:
        copy_store(store, made)
        marking = Marking(Label.AMBER, organisations=("Agency Okapi",))

        def denied(dependent: str, provider: str, requirement: str, row: int) -> Need:
            record = f"okapi-answers.xlsx/needs:{row}"
            return Need(
                dependent,
                provider,
                "uses",
                requirement,
                "",
                "",
                None,
                None,
                None,
                None,
                1.0,
                record,
                "",
                None,
                denied=True,
            )

        payer, permits = "function:Quellpaying", "function:Permitting Vlinderdam"
        for body, needs in (
            (
                "name:Agency Okapi",
                [denied(payer, "name:Zirkonhost", "S03", 2), denied(payer, "name:Gone Narwhal", "", 3)],
            ),
            (
                "name:Town Vlinderdam",
                [denied(permits, f"name:{name}", "Xylobox deal", 4) for name in ("Zirkonhost", "Ypsilon Cloud")],
            ),
        ):
            remark = "Ask Pangolina Smith (pangolina@zirkonmail.example): we left Zirkonhost"
            about = needs[0].dependent
            note = Finding(Level.NOTE, REMARK, needs[0].record, about, remark)
            run = Import(CLEARING, body, "2026-02-01", marking, 85, "")
            made.replace(run, [Facts(needs=tuple(needs), findings=(note,))])
        stands = Decision(
            permits,
            "name:Zirkonhost",
            same=True,
            evidence="Pangolina",
            record="depgraph clearing",
            who="Ann",
            decided="2026-02-02",
            reasons=("Xylobox deal",),
        )
        gone = stands._replace(second="name:Ypsilon Cloud", same=False)
        made.replace(Import(DISPUTES, "", "2026-02-02", marking, 0, ""), [Facts(decisions=(stands, gone))])
        view = open_view(made)
        draw = Draw(
            digest=view.graph.digest, revision=view.revision, as_of=view.graph.as_of, sector="central",
            hub="Jackalhub", seed=7, size=3, drawn_on="2026-02-03",
        )  # fmt: skip
        keep_draw(made, draw, marking)
        keep_draw(made, replace(draw, seed=8), marking)
        counted = [
            Counted(sample=sample, frame=20, drawn=3, correct=1, wrong=1, untraceable=1)
            for sample in ("facts", "influence")
        ]
        traced = Traced(draw=draw, counted=tuple(counted), confidence=0.95, read_on="2026-02-04")
        keep_result(made, traced, marking)
        yield made


def asked(kind: str, secret: bytes = b"") -> Asked:
    found = asked_with(kind, ASKED[kind], as_keeper=True, packed=False)
    return replace(found, redact=True, secret=secret)


@pytest.fixture(scope="module")
def made(store: Store) -> Callable[..., Any]:
    """Return the report of a kind without names, each made once."""
    kept: dict[tuple[str, bytes], Any] = {}

    def make(kind: str, secret: bytes = b"") -> Any:
        if (kind, secret) not in kept:
            kept[kind, secret] = make_report(store, asked(kind, secret))[1]
        return kept[kind, secret]

    return make


def readable(name: str, told: bytes) -> Iterator[tuple[str, str]]:
    """Yield all that a file says, whatever it is packed in: text, parts, metadata and attached files."""
    yield name, told.decode("latin-1")
    if name.endswith(".xlsx"):
        with zipfile.ZipFile(BytesIO(told)) as archive:
            for part in archive.namelist():
                yield f"{name}/{part}", archive.read(part).decode("utf-8")
    elif name.endswith(".pdf"):
        reader = PdfReader(BytesIO(told))
        yield f"{name} text", " ".join(page.extract_text() for page in reader.pages)
        yield f"{name} metadata", f"{reader.metadata} {reader.outline}"
        for one in (each for found in reader.attachments.values() for each in found):
            yield f"{name} attached", one.decode()
        for number in range(1, reader.trailer["/Size"]):
            yield f"{name} object {number}", str(reader.get_object(number))


def found_in(text: str) -> list[str]:
    folded = text.casefold().replace("\\\\20 ", " ")
    return [each for each in TOLD if each in folded]


@pytest.mark.parametrize("kind", list(KINDS))
def test_no_name_is_left_in_any_format(store: Store, made: Callable[..., Any], kind: str) -> None:
    whole = make_report(store, replace(asked(kind), redact=False))[1]
    template = asked(kind).template
    named = set(found_in(FORMS[".json"](whole, template).decode()))
    assert len(named) >= 8, "what is looked for is there with names"
    for ending, form in FORMS.items():
        for part, text in readable(f"report{ending}", form(made(kind), template)):
            assert found_in(text) == [], part
            assert whole.meta.graph_digest not in text, part
            if part in ("report.html", "report.json", "report.pdf text"):
                assert "figures, countries, sectors, dates and what depends on what may still" in " ".join(text.split())


def test_no_name_is_left_of_what_was_traced_and_of_what_bodies_answered(heard: Store) -> None:
    """Sections 8 and 9 tell states, dates, figures and numbers; not a word of what somebody wrote."""
    told = (*TOLD, "pangolina", "narwhal", "okapi-answers", "we left")
    whole, without = (make_report(heard, replace(asked("auditor"), redact=redact))[1] for redact in (False, True))
    digest = whole.meta.graph_digest
    found = [each for each in told if each in FORMS[".json"](whole, "auditor.html").decode().casefold()]
    assert {"pangolina", "okapi-answers", "we left", "zirkon", "jackal"} <= set(found), "it is there with names"
    replies, samples = without.replies, without.samples
    assert [one.state for one in replies.denials] == ["disputed", "gone", "stands", "taken out"]
    assert (len(replies.rounds), len(replies.remarks), len(samples.draws), len(samples.traced)) == (2, 2, 2, 1)
    assert [one.width_after for one in replies.rounds] == [one.width_after for one in whole.replies.rounds]
    assert samples.traced[0].rates == whole.samples.traced[0].rates
    assert all(re.fullmatch(r"party \d+", one.organisation) for one in (*replies.rounds, *replies.remarks))
    assert all(re.fullmatch(r"function \d+", one.about) for one in replies.remarks)
    for ending, form in FORMS.items():
        for part, text in readable(f"report{ending}", form(without, "auditor.html")):
            folded = text.casefold().replace("\\\\20 ", " ")
            assert [each for each in (*told, digest) if each in folded] == [], part


@pytest.mark.parametrize("kind", list(KINDS))
def test_every_figure_is_the_one_with_names(store: Store, made: Callable[..., Any], kind: str) -> None:
    whole = make_report(store, replace(asked(kind), redact=False))[1]

    def numbers(value: object) -> list[float]:
        if isinstance(value, dict):
            return [number for name, item in value.items() if name != "records" for number in numbers(item)]
        if isinstance(value, list):
            return [number for item in value for number in numbers(item)]
        return [value] if isinstance(value, int | float) else []

    def without_files(report: Any) -> Any:
        flat = plain(report)
        for basis in flat.get("basis", []):
            basis.pop("files")
        return flat

    assert sorted(numbers(without_files(made(kind)))) == sorted(numbers(without_files(whole)))


def test_a_number_is_the_same_party_throughout(store: Store, made: Callable[..., Any]) -> None:
    whole = make_report(store, replace(asked("auditor"), redact=False))[1]
    pairs = {
        (row.id, told.id, told.name)
        for section, other in zip(whole.sections, made("auditor").sections, strict=True)
        for row, told in zip(section.groups.rows, other.groups.rows, strict=True)
    }
    assert len({given for given, _, _ in pairs}) == len({told for _, told, _ in pairs}) == len(pairs)
    assert all(told == name and told.startswith("party ") for _, told, name in pairs)


def test_the_facts_or_a_key_decide_and_each_report_is_numbered_by_itself(
    made: Callable[..., Any], store: Store
) -> None:
    def order(kind: str, secret: bytes = b"") -> list[str]:
        report = make_report(store, asked(kind, secret))[1]
        return (
            [row.id for row in report.groups.rows]
            if kind == "hub"
            else [row.id for row in report.sections[0].groups.rows]
        )

    keys = [bytes([number]) * 16 for number in range(6)]
    assert order("hub") == [row.id for row in made("hub").groups.rows], "the same facts give the same numbers"
    assert len({tuple(order("hub", key)) for key in keys}) > 1
    assert plain(make_report(store, asked("hub", keys[0]))[1]) == plain(make_report(store, asked("hub", keys[0]))[1])
    assert len({tuple(order("auditor", key)) == tuple(order("hub", key)) for key in keys}) > 0


def test_members_are_in_the_order_of_their_numbers_and_not_of_their_names(made: Callable[..., Any]) -> None:
    numbers = [int(member.name.removeprefix("party ")) for member in made("hub").members]
    assert numbers == sorted(numbers)
    assert {member.sector for member in made("hub").members} == {"central", "research"}


def test_what_an_award_moves_is_in_the_order_of_numbers_and_not_of_names(store: Store) -> None:
    moves = asked_with(
        "procurement",
        {"supplier": "domain:zirkonmail.example", "buyer": "Town Vlinderdam", "service_type": "S03"},
        as_keeper=True,
        packed=False,
    )
    for number in range(6):
        report: Any = make_report(store, replace(moves, redact=True, secret=bytes([number]) * 16))[1]
        removed = [int(each["ids"][0].removeprefix("party ")) for each in report.bidders[0].scenario["removes"]]
        assert len(removed) == 2
        assert removed == sorted(removed)


def test_what_was_asked_is_told_by_numbers_and_cannot_be_verified(made: Callable[..., Any]) -> None:
    told = made("procurement").meta.parameters
    assert (told["redact"], told["service_type"]) == ("names", "S03")
    assert all(str(told[name]).startswith("party ") for name in ("supplier", "buyer"))
    assert made("procurement").bidders[0].id == told["supplier"]
    with pytest.raises(UsageError, match="names are redacted in this report"):
        asked_again(json.loads(FORMS[".json"](made("procurement"), "procurement.html"))["meta"])


def test_a_key_is_a_secret(tmp_path: Path) -> None:
    (tmp_path / "key.bin").write_bytes(bytes(15))
    with pytest.raises(UsageError, match="16 bytes at least"):
        read_key(tmp_path / "key.bin")
    with pytest.raises(MissingPathError, match="cannot be read"):
        read_key(tmp_path / "none.bin")
    (tmp_path / "key.bin").write_bytes(bytes(32))
    assert read_key(tmp_path / "key.bin") == bytes(32)
