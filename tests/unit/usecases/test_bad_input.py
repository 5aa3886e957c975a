"""Whatever is wrong with an input: one clear line, the right exit code, the store as it was."""

from __future__ import annotations

import stat
import struct
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from openpyxl import Workbook

from depgraph.errors import DepgraphError
from depgraph.ids import mint
from depgraph.model import Facts, Node
from depgraph.ports import Given, Source
from depgraph.stores.sqlite import SqliteStore
from depgraph.usecases.keeping.importing import import_source
from importers.readers.documents import read_document
from importers.register import SOURCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HEADER = "dependent,provider,relation,requirement,at_least,share,annual_cost_eur,valid_from,valid_to,confidence"


def read_json(given: Given) -> Iterator[Facts]:
    """Read a document of the shape {"nodes": [{"name": text, "people": whole number}]}."""
    root = read_document(given.paths[0])
    for item in root.items("nodes"):
        yield Facts((Node(mint("name", item.text("name")), {"people": item.whole("people")}, item.record),))
    root.close()


DOCUMENT = Source(name="document", title="", publisher="", licence="", url="", formats="", read=read_json)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteStore]:
    """Give a store that holds a good register and a good document."""
    folder = tmp_path_factory.mktemp("good")
    (folder / "needs.csv").write_text("dependent,provider\na,b\n")
    (folder / "good.json").write_text('{"nodes": [{"name": "a", "people": 1}]}')
    opened = SqliteStore(folder / "store")
    import_source(opened, SOURCE, Given((folder / "needs.csv",)), today="2025-01-01")
    import_source(opened, DOCUMENT, Given((folder / "good.json",)), today="2025-01-01")
    yield opened
    opened.close()


def held(store: SqliteStore) -> str:
    """Return everything that a store holds."""
    with store.load() as snapshot:
        imports = [(one.run, one.findings, *map(list, (one.nodes, one.needs, one.ties))) for one in snapshot.imports]
    return repr((store.describe(), imports))


def refuse(store: SqliteStore, source: Source, path: Path, said: str, exit_code: int) -> None:
    before = held(store)
    with pytest.raises(DepgraphError, match=said) as caught:
        import_source(store, source, Given((path,)), today="2025-01-01")
    assert caught.value.exit_code == exit_code
    assert len(str(caught.value).splitlines()) == 1
    assert len(str(caught.value)) < 600
    assert held(store) == before


def needs(*rows: str, header: str = HEADER) -> str:
    return "\n".join((header, *rows)) + "\n"


TEXTS = {
    "empty file": ("", "^needs.csv: is empty: a header row is needed"),
    "a header and nothing else": (needs(), "^nothing to import: no good record"),
    "UTF-16": (needs("a,b").encode("utf-16"), "^needs.csv:1: is UTF-16, not UTF-8: save it as UTF-8"),
    "Latin-1": (needs("café,b,,,,,,,,").encode("latin-1"), "^needs.csv:2: the byte 0xE9 is not UTF-8: save it"),
    "NUL bytes": (needs("a\0,b,,,,,,,,"), "^needs.csv:2: has a NUL byte"),
    "row too short": (needs("a,b"), "^needs.csv:2: has 2 cells where the header has 10"),
    "row too long": (needs("a,b,,,,,,,,,,"), "^needs.csv:2: has 12 cells where the header has 10: quote cells"),
    "missing column": ("dependent\na\n", "^needs.csv:1: provider: the column is missing"),
    "unknown column": ("dependent,provider,x\na,b,c\n", "^needs.csv:1: x: is not a known column: .* --ignore"),
    "duplicate header": ("dependent,provider,share,share\na,b,,\n", "^needs.csv:1: share: 2 columns have this name"),
    "other separator": ("dependent\tprovider\na\tb\n", "^needs.csv:1: columns are separated neither by commas nor"),
    "bad number": (needs("a,b,,,,half,,,,"), "^needs.csv:2: share: 'half' is not a number: write digits"),
    "decimal comma": (needs('a,b,,,,"0,5",,,,'), "^needs.csv:2: share: .* write a decimal point, 0.5"),
    "not a number": (needs("a,b,,,,nan,,,,"), "^needs.csv:2: share: 'nan' is not a number"),
    "infinite": (needs("a,b,,,,,-inf,,,"), "^needs.csv:2: annual_cost_eur: '-inf' is not a number"),
    "too large": (needs("a,b,,,,,1e999,,,"), "^needs.csv:2: annual_cost_eur: '1e999' is too large"),
    "bad date": (needs("a,b,,,,,,soon,,"), "^needs.csv:2: valid_from: 'soon' is not a date: write year-month-day"),
    "day first": (needs("a,b,,,,,,,31-12-2025,"), "^needs.csv:2: valid_to: .* write it as 2025-12-31"),
    "no such day": (needs("a,b,,,,,,2025-02-30,,"), "^needs.csv:2: valid_from: .* not a day of the calendar"),
    "bad enum": (needs("a,b,owns,,,,,,,"), "^needs.csv:2: relation: 'owns' is not known: use one of run_by, uses"),
    "share above 1": (needs("a,b,,,,1.5,,,,"), r"^needs.csv:2: share: 1.5 lies outside \[0, 1\]"),
    "share below 0": (needs("a,b,,,,-0.1,,,,"), r"^needs.csv:2: share: -0.1 lies outside \[0, 1\]"),
    "more than there are": (needs("a,b,,r,3,,,,,", "a,c,,r,3,,,,,"), "^needs.csv:2: at_least: asks for 3 of 2 prov"),
    "disagreement": (needs("a,b,,r,any,,,,,", "a,c,,r,all,,,,,"), "^needs.csv:3: at_least: says all, but needs.csv:2"),
    "ends before it begins": (needs("a,b,,,,,,2025-02-01,2025-01-31,"), "^needs.csv:2: valid_to: 2025-01-31 is befo"),
    "need of itself": (needs("a,name:a,,,,,,,,"), "^needs.csv:2: provider: 'name:a' cannot need itself"),
    "bad check digit": (needs("a,lei:529900T8BM49AURSDO56,,,,,,,,"), "^needs.csv:2: provider: .* check digits"),
    "an id of two kinds": (
        needs("a,mail,,,,,,,,", "a,service:mail,,,,,,,,"),
        "^needs.csv:3: provider: .* the party 'n",
    ),
    "a quote never closed": (needs('a,"b,,,,,,,,'), "^needs.csv:2: a quote that opens here is never closed"),
    "10 MB in one field": (needs("a," + "b" * 10_000_000), "^needs.csv:2: the line has more than 1,048,576 characters"),
    "10 MB over lines": (needs('a,"' + "b\n" * 5_000_000 + '"'), "^needs.csv:2: a cell has more than 131,072 charac"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_bad_table_of_needs(store: SqliteStore, tmp_path: Path, name: str) -> None:
    content, said = TEXTS[name]
    path = tmp_path / "needs.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    refuse(store, SOURCE, path, said, 3)


NODES = {
    "unknown owner": ("id,kind,owner\nf,function,nobody\n", "^nodes.csv:2: owner: 'name:nobody' is in no other row"),
    "an id of two kinds": ("id,kind\nx,service\nx,function\n", "^nodes.csv:3: id: 'x' is a service in nodes.csv:2"),
    "kind against scheme": ("id,kind\nservice:x,function\n", "^nodes.csv:2: id: 'service:x' is a service by its sch"),
    "the same node twice": ("id\nx\nx\n", "^nodes.csv:3: id: 'name:x' stands in nodes.csv:2 already"),
    "bad country": ("id,country\nx,Nederland\n", "^nodes.csv:2: country: .* write two letters, such as NL"),
    "bad fallback": ("id,fallback\nx,yes\n", "^nodes.csv:2: fallback: 'yes' is not known: use one of none, designed"),
    "people of a service": ("id,people\nservice:x,5\n", "^nodes.csv:2: people: a service has no people: leave it"),
}


@pytest.mark.parametrize("name", NODES)
def test_a_bad_table_of_nodes(store: SqliteStore, tmp_path: Path, name: str) -> None:
    content, said = NODES[name]
    (tmp_path / "nodes.csv").write_text(content)
    (tmp_path / "needs.csv").write_text("dependent,provider\na,b\n")
    refuse(store, SOURCE, tmp_path, said, 3)


def test_paths_that_are_not_there_or_of_the_wrong_sort(store: SqliteStore, tmp_path: Path) -> None:
    refuse(store, SOURCE, tmp_path / "needs.csv", "needs.csv' does not exist", 2)
    refuse(store, SOURCE, tmp_path, "holds neither needs.csv nor nodes.csv: give a folder or zip", 2)
    refuse(store, DOCUMENT, tmp_path, "is not a file", 2)
    (tmp_path / "needs.csv").mkdir()
    refuse(store, SOURCE, tmp_path / "needs.csv", "holds neither needs.csv nor nodes.csv", 2)


def zipped(path: Path, name: str, content: bytes | str, attributes: int = 0) -> None:
    member = zipfile.ZipInfo(name)
    member.external_attr = attributes
    member.compress_type = zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(path, "w") as opened:
        opened.writestr(member, content)


def lying(path: Path) -> None:
    zipped(path, "needs.csv", bytes(1 << 20))
    content = bytearray(path.read_bytes())
    struct.pack_into("<L", content, content.rindex(b"PK\x01\x02") + 24, 100)
    path.write_bytes(content)


def encrypted(path: Path) -> None:
    zipped(path, "needs.csv", "dependent,provider\n")
    content = bytearray(path.read_bytes())
    content[6] |= 1
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)


ROW = b"a,b\n"

ARCHIVES: dict[str, tuple[Callable[[Path], None], str]] = {
    "bomb": (
        lambda path: zipped(path, "needs.csv", b"dependent,provider\n" + ROW * (8 << 20)),
        r"^r.zip/needs.csv: unpacks to more than .* looks like a zip bomb",
    ),
    "a size that lies": (lying, r"^(needs.csv:1: has a NUL byte|r.zip/needs.csv: cannot be unpacked)"),
    "an archive in an archive": (
        lambda path: zipped(path, "inner.zip", b"PK"),
        r"^r.zip: holds neither needs.csv nor nodes.csv",
    ),
    "outside": (lambda path: zipped(path, "../needs.csv", ROW), r"^r.zip: holds the name '../needs.csv', outside"),
    "absolute": (lambda path: zipped(path, "/needs.csv", ROW), r"^r.zip: holds the name '/needs.csv', outside"),
    "link": (
        lambda path: zipped(path, "needs.csv", "/etc/passwd", (stat.S_IFLNK | 0o777) << 16),
        r"^r.zip: holds the link 'needs.csv'",
    ),
    "encrypted": (encrypted, r"^r.zip: 'needs.csv' is encrypted: unpack it with its password first"),
    "not an archive": (lambda path: path.write_bytes(b"dependent,provider\n") and None, r"^r.zip: is not a zip arch"),
}


@pytest.mark.parametrize("name", ARCHIVES)
def test_a_bad_archive(store: SqliteStore, tmp_path: Path, name: str) -> None:
    make, said = ARCHIVES[name]
    path = tmp_path / "r.zip"
    make(path)
    refuse(store, SOURCE, path, said, 3)


def test_a_workbook_with_formulas(store: SqliteStore, tmp_path: Path) -> None:
    workbook = Workbook()
    workbook.worksheets[0].title = "needs"
    for row in (["dependent", "provider"], ["a", "b"], ["a", '=CONCAT("b","c")']):
        workbook.worksheets[0].append(row)
    path = tmp_path / "register.xlsx"
    workbook.save(path)
    refuse(
        store,
        SOURCE,
        path,
        "^register.xlsx/needs:3: provider: cell B3 holds a formula, whose value is not known: paste",
        3,
    )


def test_a_workbook_that_is_none_or_has_no_such_sheet(store: SqliteStore, tmp_path: Path) -> None:
    path = tmp_path / "register.xlsx"
    Workbook().save(path)
    refuse(store, SOURCE, path, "^register.xlsx: has no sheet 'needs' or 'nodes'", 3)
    path.write_text("dependent,provider\n")
    refuse(store, SOURCE, path, "^register.xlsx: is not a zip archive that can be read", 3)


DOCUMENTS = {
    "truncated": ('{"nodes": [{"name": "a", "pe', "^d.json:1: column 26: not JSON: .* the file seems cut off"),
    "empty": ("", "^d.json: is empty: no data in it"),
    "a list": ("[]", "^d.json#: is a list: an object is wanted"),
    "list for object": ('{"nodes": [[]]}', "^d.json#/nodes/0: is a list: an object is wanted"),
    "object for list": ('{"nodes": {}}', "^d.json#/nodes: nodes: is an object: a list is wanted"),
    "number for text": ('{"nodes": [{"name": 5, "people": 1}]}', "^d.json#/nodes/0/name: name: is a whole number: a"),
    "text for number": (
        '{"nodes": [{"name": "a", "people": "1"}]}',
        "^d.json#/nodes/0/people: people: is a text: a whole number is wanted",
    ),
    "missing key": ('{"nodes": [{"name": "a"}]}', "^d.json#/nodes/0: people: the key is missing"),
    "too many values": ('{"nodes": [' + "{}," * 3_000_000 + "{}]}", "^d.json: is too large: it has more than 4,000,0"),
    "one key twice": ('{"nodes": [{"name": "a", "name": "b"}]}', "^d.json#/nodes/0: name: the key stands twice"),
    "not a number": ('{"nodes": [{"name": "a", "people": NaN}]}', "^d.json: NaN is not a number that JSON allows"),
    "half a character": (r'{"nodes": [{"name": "\ud800", "people": 1}]}', r"^d.json#/nodes/0/name: .* U\+D800"),
    "UTF-16": ('{"nodes": []}'.encode("utf-16"), "^d.json:1: is UTF-16, not UTF-8"),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_bad_document(store: SqliteStore, tmp_path: Path, name: str) -> None:
    content, said = DOCUMENTS[name]
    path = tmp_path / "d.json"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    refuse(store, DOCUMENT, path, said, 3)
