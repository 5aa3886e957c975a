"""The evidence pack: all of a report and what it rests on, and what becomes of one that somebody changed."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import stat
import zipfile
from collections.abc import Callable, Collection, Iterator
from contextlib import closing
from dataclasses import replace
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from openpyxl import load_workbook

from depgraph.bootstrap import file_store
from depgraph.errors import InputError, UsageError
from depgraph.model import Facts, Import, Label, Marking, Need
from depgraph.ports import Given, Store
from depgraph.reports.making import asked_with, make_report
from depgraph.reports.pack import MANIFEST, SIGNATURE, STORE, SUMS, write_pack
from depgraph.reports.stored_zip import read_stored, unpack_stored, write_stored
from depgraph.reports.verifying import Differing, changed_in, verify_pack, verify_report
from depgraph.reports.writing import FORMS, save_report
from depgraph.stores.sqlite import SqliteStore
from depgraph.usecases.keeping.going_back import forget_import
from depgraph.usecases.keeping.importing import import_source
from depgraph.usecases.traces import Draw, keep_draw
from depgraph.usecases.view import Lens, open_view
from depgraph.usecases.viewers import COMMUNITY, viewer_of
from depgraph.usecases.visible import as_cut
from importers.register import SOURCE
from tests.unit.reports.conftest import NEEDS, NODES

HIDDEN = "dependent,provider\nfunction:Benefits,Secret Cellar\n"
NORTH = Marking(Label.AMBER, hubs=("north",))
SOUTH = Marking(Label.AMBER, hubs=("south",))
KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
QUICK = (".html", ".xlsx", ".json")
"""Formats without the one that takes most of the time; a pack with all has a shorter report."""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Give a store at revision 4, which is 3 to the north: one part for the north, one for the south, and one that was taken out."""
    folder = tmp_path_factory.mktemp("register")
    (folder / "north").mkdir()
    (folder / "north" / "needs.csv").write_text(NEEDS, encoding="utf-8")
    (folder / "north" / "nodes.csv").write_text(NODES, encoding="utf-8")
    for part in ("south", "gone"):
        (folder / part).mkdir()
        (folder / part / "needs.csv").write_text(HIDDEN.replace("Secret", part), encoding="utf-8")
    with closing(SqliteStore(":memory:")) as made:
        for part, marking in (("north", NORTH), ("gone", NORTH), ("south", SOUTH)):
            given = Given((folder / part,))
            import_source(made, SOURCE, given, today="2026-01-01", part=part, skip_bad=True, marking=marking)
        forget_import(made, "register", "gone")
        yield made


def packed(store: Store, out: Path, kind: str = "auditor", *, forms: Collection[str] = QUICK, since: str = "") -> Path:
    asked = asked_with(kind, {"hub": "north"}, as_keeper=False, packed=True, since=since)
    write_pack(out, store, asked, empty=file_store, key=KEY, forms=forms)
    return out


@pytest.fixture(scope="module")
def pack(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return packed(store, tmp_path_factory.mktemp("packs") / "pack.zip")


@pytest.fixture(scope="module")
def whole(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a pack in every format."""
    return packed(store, tmp_path_factory.mktemp("packs") / "whole.zip", "hub", forms=tuple(FORMS))


def unpacked(pack: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(pack) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def sealed(tmp_path: Path) -> Callable[[dict[str, bytes]], Path]:
    """Return a pack of these files whose sums are right, as a forger would make it."""

    def seal(files: dict[str, bytes]) -> Path:
        listed = {name: told for name, told in files.items() if name not in (SUMS, SIGNATURE)}
        sums = "".join(f"{hashlib.sha256(told).hexdigest()}  {name}\n" for name, told in sorted(listed.items()))
        places = {}
        for name, told in {**files, SUMS: sums.encode()}.items():
            places[name] = tmp_path / "files" / name
            places[name].parent.mkdir(parents=True, exist_ok=True)
            places[name].write_bytes(told)
        out = tmp_path / "forged.zip"
        with out.open("wb") as file:
            write_stored(file, places)
        return out

    return seal


def test_the_same_facts_give_the_same_bytes_of_which_all_hold(store: Store, whole: Path, tmp_path: Path) -> None:
    assert packed(store, tmp_path / "again.zip", "hub", forms=tuple(FORMS)).read_bytes() == whole.read_bytes()
    with zipfile.ZipFile(whole) as archive:
        members = archive.infolist()
        assert [one.filename for one in members] == sorted(one.filename for one in members)
        assert {Path(one.filename).suffix for one in members if "report/" in one.filename} == FORMS.keys()
        assert {one.date_time for one in members} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.testzip() is None
    verified = verify_pack(whole, opened=file_store, signed_by=KEY.public_key())
    assert verified.rows == ()
    assert (verified.files, verified.notes) == (len(members), ())
    assert verified.figures > 100


def test_a_format_that_should_be_there_is_missed(store: Store, tmp_path: Path) -> None:
    less = packed(store, tmp_path / "less.zip", forms=[".json"])
    assert verify_pack(less, opened=file_store, forms=[".json"]).rows == ()
    (row,) = verify_pack(less, opened=file_store, forms=[".json", ".xlsx"]).rows
    assert (row.file, row.told) == ("report/report.xlsx", "is missing")


def test_a_pack_tells_what_changed_and_holds_the_revisions_that_this_rests_on(store: Store, tmp_path: Path) -> None:
    """To the north: its part came first, another one came and went since the report that is compared with."""
    asked = asked_with("auditor", {"hub": "north"}, as_keeper=False, packed=False)
    north = asked_with("auditor", {"hub": "north"}, as_keeper=False, packed=True).lens.viewer
    first = tmp_path / "first.json"
    save_report(store, replace(asked, lens=Lens(revision=2, viewer=north)), first)
    for since, oldest in (("1", 1), ("2", 2), ("3", 3), (str(first), 2)):
        out = packed(store, tmp_path / "since.zip", forms=[".json"], since=since)
        verified = verify_pack(out, opened=file_store, forms=[".json"], signed_by=KEY.public_key())
        assert (verified.rows, verified.notes) == ((), ())
        files = unpacked(out)
        (tmp_path / "cut.sqlite").write_bytes(files[STORE])
        with closing(file_store(tmp_path / "cut.sqlite")) as cut:
            assert (cut.describe().revision, cut.describe().oldest) == (3, oldest)
        told = json.loads(files["report/report.json"])["since"]
        assert bool(told["facts"]) == (oldest == 2), since
        assert told["same"] is (True if since == str(first) else None)


def test_a_report_since_a_file_is_verified_without_that_file(store: Store, tmp_path: Path) -> None:
    first = tmp_path / "first.json"
    lens = Lens(revision=1)
    save_report(store, asked_with("auditor", {}, as_keeper=False, packed=False, lens=lens), first)
    asked = asked_with("auditor", {}, as_keeper=False, packed=False, since=str(first))
    _, report = make_report(store, asked)
    first.unlink()
    for ending in QUICK:
        (tmp_path / f"report{ending}").write_bytes(FORMS[ending](report, asked.template))
        verified = verify_report(tmp_path / f"report{ending}", store)
        assert (verified.rows, verified.notes) == ((), ()), ending
        assert verified.figures > 50


def test_a_report_since_a_revision_of_another_date_is_verified(tmp_path: Path) -> None:
    """Made without a date, and computed again as of the date that it has: the earlier facts stay as of their own."""
    need = Need("function:f", "name:x", "", "", "all", "", None, None, None, None, 1.0, "needs.csv:2")
    out = tmp_path / "report.json"
    with closing(SqliteStore(":memory:")) as store:
        for retrieved in ("2025-01-01", "2026-01-01"):
            store.replace(Import("register", "", retrieved, Marking(), 50, "CC0-1.0"), [Facts(needs=(need,))])
        save_report(store, asked_with("auditor", {}, as_keeper=False, packed=False, since="1"), out)
        assert json.loads(out.read_text(encoding="utf-8"))["since"]["as_of"] == "2025-01-01"
        assert verify_report(out, store).rows == ()


def test_its_facts_are_those_that_the_hub_sees_and_give_the_same_graph(
    store: Store, pack: Path, whole: Path, tmp_path: Path
) -> None:
    files = unpacked(pack)
    (tmp_path / "store.sqlite").write_bytes(files[STORE])
    lens = asked_with("auditor", {"hub": "north"}, as_keeper=False, packed=True).lens
    with closing(file_store(tmp_path / "store.sqlite")) as cut:
        told = cut.describe()
        assert [one.run.part for one in told.history] == ["north"]
        assert (told.revision, told.oldest) == (3, 3)
        assert open_view(as_cut(cut, lens.viewer), lens).graph.digest == open_view(store, lens).graph.digest
        with pytest.raises(UsageError, match="revision 1"):
            open_view(cut, lens.__class__(revision=1))
    manifest = json.loads(files[MANIFEST])
    assert manifest["report"]["graph_digest"] == open_view(store, lens).graph.digest
    assert manifest["report"]["parameters"] == {"hub": "north", "seen_by": "hub north", "as": ["hub:north"]}
    (given, _reference) = sorted(manifest["inputs"], key=lambda one: one["source"] != "register")
    assert {one["name"]: one["sha256"] for one in given["files"]} == {
        "needs.csv": hashlib.sha256(NEEDS.encode()).hexdigest(),
        "nodes.csv": hashlib.sha256(NODES.encode()).hexdigest(),
    }
    for hidden in ("south cellar", "gone cellar"):
        for every in (files, unpacked(whole)):
            assert not any(hidden in text.casefold() for text in readable(every)), "nothing that the north may not see"


def test_what_was_drawn_of_its_facts_goes_with_them_whenever_it_was_noted(store: Store, tmp_path: Path) -> None:
    """A draw after the revision of the report is a revision of its own."""
    asked = asked_with("auditor", {"sector": "central"}, as_keeper=True, packed=True)
    view = open_view(store, asked.lens)
    told = {"revision": view.revision, "as_of": "2026-01-01", "sector": "", "hub": "", "seed": 7, "size": 5}
    keep_draw(store, Draw(digest=view.graph.digest, drawn_on="2026-01-02", **told), SOUTH)
    then = replace(asked, lens=replace(asked.lens, revision=view.revision))
    write_pack(tmp_path / "pack.zip", store, then, empty=file_store, forms=[".json"])
    report = json.loads(unpacked(tmp_path / "pack.zip")["report/report.json"])
    assert report["meta"]["revision"] == view.revision
    assert [draw["seed"] for draw in report["samples"]["draws"]] == [7]
    assert verify_pack(tmp_path / "pack.zip", opened=file_store, forms=[".json"]).rows == ()


def readable(files: dict[str, bytes]) -> Iterator[str]:
    """Yield all text of all files: what is packed is unpacked."""
    from pypdf import PdfReader

    for name, told in files.items():
        yield told.decode("latin-1")
        if name.endswith(".xlsx"):
            yield from readable(unpacked_bytes(told))
        elif name.endswith(".pdf"):
            reader = PdfReader(BytesIO(told))
            yield " ".join(page.extract_text() for page in reader.pages)
            yield from (one.decode() for found in reader.attachments.values() for one in found)


def unpacked_bytes(told: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(told)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_facts_and_figures_are_there_to_be_read(pack: Path) -> None:
    files = unpacked(pack)
    needs = list(csv.DictReader(StringIO(files["facts/needs.csv"].decode())))
    assert len(needs) == len(NEEDS.splitlines()) - 2, "one row was left out, since it is bad"
    first = needs[0]
    assert (first["source"], first["part"], first["revision"], first["record"]) == (
        "register",
        "north",
        "1",
        "needs.csv:2",
    )
    assert (first["dependent"], first["provider"], first["cost_eur"], first["valid_to"]) == (
        "function:Benefits",
        "name:Alpha",
        "120000.0",
        "2026-06-30",
    )
    nodes = {row["id"]: row for row in csv.DictReader(StringIO(files["facts/nodes.csv"].decode()))}
    assert (nodes["name:Agency"]["country"], nodes["name:Agency"]["hub"]) == ("NL", "north")
    report = json.loads(files["report/report.json"])
    (groups,) = [told for name, told in files.items() if re.fullmatch(r"figures/\d+-groups\.csv", name)]
    rows = list(csv.DictReader(StringIO(groups.decode())))
    ranked = [row for section in report["sections"] for row in section["groups"]["rows"]]
    assert [(row["id"], float(row["score_upper"])) for row in rows] == [
        (row["id"], row["score_upper"]) for row in ranked
    ]


def test_a_byte_changed_anywhere_is_found(whole: Path, tmp_path: Path) -> None:
    told = whole.read_bytes()
    members = {member.name: member for member in read_stored(whole)}
    directory = told.index(b"PK\x01\x02", max(each.start + each.size for each in members.values()))
    places = {name: member.start + member.size // 2 for name, member in members.items() if name != SIGNATURE}
    places |= {"the date of a file": members[STORE].start - len(STORE) - 20, "the directory": directory + 12}
    for what, at in places.items():
        broken = tmp_path / "broken.zip"
        broken.write_bytes(told[:at] + bytes([told[at] ^ 1]) + told[at + 1 :])
        try:
            found = changed_in(broken, unpack_stored(broken, read_stored(broken), tmp_path), tmp_path / "anew.zip")
        except InputError:
            assert what == "the directory"
            continue
        named = {row.file for row in found}
        # Half of the sums is the hash or the name of some file.
        assert named == {what} if what in members and what != SUMS else named, what
        assert (tmp_path / "anew.zip").unlink(missing_ok=True) is None
    longer = tmp_path / "longer.zip"
    longer.write_bytes(told + b"\0")
    (row,) = changed_in(longer, unpack_stored(longer, read_stored(longer), tmp_path), tmp_path / "anew.zip")
    assert row.told == "the archive differs outside of its files"


def test_what_changed_is_named_with_what_it_should_be(pack: Path, tmp_path: Path) -> None:
    files = unpacked(pack)
    broken = tmp_path / "broken.zip"
    at = pack.read_bytes().index(files["facts/needs.csv"]) + 5
    broken.write_bytes(pack.read_bytes()[:at] + b"#" + pack.read_bytes()[at + 1 :])
    verified = verify_pack(broken, opened=file_store, forms=QUICK)
    assert {row.file for row in verified.rows} == {"facts/needs.csv"}
    assert verified.rows[0].told.startswith("has changed: SHA-256 ")
    assert (verified.rows[1].where, verified.rows[1].recomputed) == (
        "line 1",
        files["facts/needs.csv"].decode().split("\r\n")[0],
    )
    assert verified.notes == ("it is signed, and by whom was not asked: --signed-by public.pem checks that",)


def test_figures_that_a_forger_changed_everywhere_are_named(pack: Path, sealed: Callable[..., Path]) -> None:
    files = unpacked(pack)
    report = json.loads(files["report/report.json"])
    row = report["sections"][0]["groups"]["rows"][0]
    right, row["score_upper"] = row["score_upper"], 0.25
    files["report/report.json"] = json.dumps(report).encode()
    files["report/report.html"] = files["report/report.html"].replace(b" needs among ", b"1 needs among ")
    book = load_workbook(BytesIO(files["report/report.xlsx"]))
    book["groups"]["E2"].value = 9
    saved = BytesIO()
    book.save(saved)
    files["report/report.xlsx"] = saved.getvalue()
    files["more.txt"] = b"and more"
    verified = verify_pack(sealed(files), opened=file_store, forms=QUICK, signed_by=KEY.public_key())
    told = {(row.file, row.where): (row.told, row.recomputed) for row in verified.rows}
    assert told["report/report.json", "/sections/0/groups/rows/0/score_upper"] == ("0.25", json.dumps(right))
    assert any(file == "report/report.html" and "1 needs among" in one for (file, _), (one, _) in told.items())
    (cell,) = [where for file, where in told if file == "report/report.xlsx"]
    assert cell.startswith("/groups/E2 (")
    assert ("more.txt", "") in told
    assert told[SIGNATURE, ""][0] == "is no signature of this pack by the key that was given"
    assert {file for file, _ in told} == {
        "report/report.json",
        "report/report.html",
        "report/report.xlsx",
        "more.txt",
        SIGNATURE,
    }


def test_a_pack_without_the_signature_or_of_another_key(store: Store, pack: Path, sealed: Callable[..., Path]) -> None:
    other = Ed25519PrivateKey.from_private_bytes(bytes([1] * 32)).public_key()
    (row,) = verify_pack(pack, opened=file_store, forms=QUICK, signed_by=other).rows
    assert (row.file, row.recomputed) == (SIGNATURE, "one that is")
    files = unpacked(pack)
    del files[SIGNATURE]
    (row,) = verify_pack(sealed(files), opened=file_store, forms=QUICK, signed_by=KEY.public_key()).rows
    assert row == Differing(
        SIGNATURE, "", "is missing: the pack is not signed", "a signature by the key that was given"
    )


def test_facts_that_cannot_be_read_are_bad_input(pack: Path, sealed: Callable[..., Path]) -> None:
    files = unpacked(pack)
    files[STORE] = files[STORE].replace(b"Alpha", b"Alphb")
    with pytest.raises(InputError, match="cannot be made again of its facts"):
        verify_pack(sealed(files), opened=file_store, forms=QUICK)
    files[STORE] = b"no store"
    with pytest.raises(InputError, match="cannot be made again of its facts"):
        verify_pack(sealed(files), opened=file_store, forms=QUICK)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda told: told.replace(b'"version": "', b'"version": "9', 1), "verify it with that one"),
        (lambda told: told.replace(b"evidence pack 1", b"evidence pack 2"), "of another form"),
        (lambda _told: b'{"format": ' + b"[" * 100_000, "is not JSON"),
        (lambda _told: b"\xff", "not UTF-8"),
        (lambda told: told.replace(b'"hub": "north"', b'"hub": {"a": 1}'), "parameter 'hub'"),
        (lambda told: told.replace(b"report auditor", b"report of all"), "there is no report"),
    ],
)
def test_a_manifest_that_says_something_else_is_bad_input(
    pack: Path, sealed: Callable[..., Path], change: Callable[[bytes], bytes], said: str
) -> None:
    files = unpacked(pack)
    files[MANIFEST] = change(files[MANIFEST])
    with pytest.raises(InputError, match=said):
        verify_pack(sealed(files), opened=file_store, forms=QUICK)


def hostile(path: Path, *members: tuple[zipfile.ZipInfo, bytes], packing: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w", packing) as archive:
        for info, told in members:
            archive.writestr(info, told)
    return path


def test_archives_that_would_do_something_are_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("facts/link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    packed_ = zipfile.ZipInfo("bomb")
    packed_.compress_type = zipfile.ZIP_DEFLATED
    cases = {
        "which no pack has": [
            ("../../etc/passwd", b""),
            ("/etc/passwd", b""),
            ("a\\..\\b", b""),
            ("C:/x", b""),
            ("a/", b""),
        ],
        "is a link": [(link, b"/etc/passwd")],
        "is packed": [(packed_, bytes(10_000_000))],
    }
    for said, members in cases.items():
        for info, told in members:
            one = info if isinstance(info, zipfile.ZipInfo) else zipfile.ZipInfo(info)
            with pytest.raises(InputError, match=said):
                read_stored(hostile(tmp_path / "a.zip", (one, told)))
    with pytest.warns(UserWarning, match="Duplicate name"):
        twice = hostile(tmp_path / "b.zip", (zipfile.ZipInfo("a"), b"1"), (zipfile.ZipInfo("a"), b"2"))
    with pytest.raises(InputError, match="two files of one name"):
        read_stored(twice)
    with pytest.raises(InputError, match="in what is a file itself"):
        read_stored(hostile(tmp_path / "c.zip", (zipfile.ZipInfo("a"), b"1"), (zipfile.ZipInfo("a/b"), b"2")))
    (tmp_path / "d.zip").write_bytes(b"PK no")
    with pytest.raises(InputError, match="no zip archive"):
        read_stored(tmp_path / "d.zip")
    with pytest.raises(InputError, match="is no evidence pack"):
        verify_pack(hostile(tmp_path / "e.zip", (zipfile.ZipInfo("a"), b"1")), opened=file_store)


def test_files_of_an_archive_that_lie_in_each_other_are_refused(tmp_path: Path) -> None:
    """Both entries of the directory lead to the same bytes, as in a bomb of overlapping files."""
    whole = hostile(
        tmp_path / "a.zip", (zipfile.ZipInfo("a"), b"x" * 100), (zipfile.ZipInfo("b"), b"x" * 100)
    ).read_bytes()
    second = whole.rindex(b"PK\x01\x02")
    (tmp_path / "b.zip").write_bytes(whole[: second + 42] + bytes(4) + whole[second + 46 :])
    with pytest.raises(InputError, match=r"lies over another file|no zip archive"):
        read_stored(tmp_path / "b.zip")


def test_what_a_report_says_otherwise_is_named(store: Store, tmp_path: Path) -> None:
    asked = asked_with("auditor", {"sector": "central"}, as_keeper=False, packed=False)
    _, report = make_report(store, asked)
    page = FORMS[".html"](report, asked.template)
    cases = {
        ".html": page.replace(b"<td", b"<!-- --><td hidden", 1),
        ".json": FORMS[".json"](report, asked.template).replace(b'"organisations": 1,', b'"organisations": 2,', 1),
    }
    said = {}
    for ending, told in cases.items():
        (tmp_path / f"report{ending}").write_bytes(told)
        (said[ending],) = verify_report(tmp_path / f"report{ending}", store).rows
    assert said[".html"].told.startswith("reads the same, but its bytes are others")
    assert (said[".json"].where, said[".json"].told, said[".json"].recomputed) == (
        "/sections/0/population/organisations",
        "2",
        "1",
    )


def test_a_pdf_is_made_again_of_its_store(store: Store, tmp_path: Path) -> None:
    out = tmp_path / "report.pdf"
    save_report(store, asked_with("procurement", {"supplier": "Alpha"}, as_keeper=True, packed=False), out)
    verified = verify_report(out, store)
    assert (verified.rows, verified.notes) == ((), ())
    assert verified.figures > 20
    out.write_bytes(out.read_bytes() + b"%")
    (row,) = verify_report(out, store).rows
    assert row.told.startswith("reads the same, but its bytes are others")


@pytest.mark.parametrize(
    ("name", "told", "said"),
    [
        ("a.json", b"[]", "a table of keys"),
        ("a.json", b"{}", "is no report of depgraph"),
        ("a.json", b'{"meta": {"command": "report hub"}}', "is no whole report"),
        ("a.json", b"\xff\xfe", "is not UTF-8"),
        ("a.html", b"<p>no report", "is no report of depgraph"),
        ("a.xlsx", b"PK no", "the workbook: cannot be read"),
        ("a.pdf", b"%PDF-1.7 no", "the PDF: cannot be read"),
    ],
)
@pytest.mark.filterwarnings("ignore::pypdf.errors.PdfReadWarning")
def test_what_is_no_report_is_bad_input(store: Store, tmp_path: Path, name: str, told: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(told)
    with pytest.raises(InputError, match=said):
        verify_report(tmp_path / name, store)


def test_a_workbook_that_swells_is_refused(store: Store, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", bytes(40_000_000))
    with pytest.raises(InputError, match="zip bomb"):
        verify_report(tmp_path / "a.xlsx", store)


def test_a_pack_is_for_somebody() -> None:
    with pytest.raises(UsageError, match="for whom is it"):
        asked_with("auditor", {"sector": "central"}, as_keeper=False, packed=True)
    assert asked_with("auditor", {}, as_keeper=True, packed=True).given == {"as_keeper": True}
    agency = viewer_of(["organisation:Agency"])
    asked = asked_with("auditor", {"hub": "north"}, as_keeper=False, packed=True, lens=Lens(viewer=agency))
    assert asked.lens.viewer is agency
    assert asked_with("procurement", {"supplier": "x"}, as_keeper=False, packed=True).lens.viewer is COMMUNITY
