"""JSON documents: what is read, and where it is said to be broken."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from depgraph.errors import InputError, MissingPathError
from importers.readers.documents import MAX_BYTES, parse_document, read_document, read_records

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "^data.json: is empty: no data in it"),
        (b" \n", "^data.json: is empty: no data in it"),
        (b'{"a": [1, 2', r"^data.json:1: column 12: not JSON: .* the file seems cut off"),
        (b'{"a": "cut', "^data.json:1: column 7: .*cut off"),
        (b'{\n"a": tru\n, "b": 1}', "^data.json:2: column 6: not JSON: expecting value$"),
        (b'{"a": 1, "b": {"x": 1}, "c": [{"k": 1, "j": 2, "k": 3}]}', "^data.json#/c/0: k: the key stands twice"),
        (b'{"a": NaN}', "NaN is not a number that JSON allows"),
        (b'{"a": -Infinity}', "-Infinity is not a number"),
        (b'{"a": 1e999}', "'1e999' is too large"),
        (b"[1]", "^data.json#: is a list: an object is wanted"),
        (b'"text"', "is a text: an object is wanted"),
        (b'\xff\xfe{\x00"\x00', "^data.json:1: is UTF-16, not UTF-8"),
        (b'{"a": 1,\n"b": "caf\xe9"}', "^data.json:2: the byte 0xE9 is not UTF-8"),
        (b'{"a":\n\x00 1}', "^data.json:2: has a NUL byte"),
        (b'{"a":' + b"[" * 200_000, "nested too deeply|cut off"),
        (b'{"a": ' + b"9" * 5_000 + b"}", "Exceeds the limit"),
    ],
)
def test_a_document_that_cannot_be_read_says_where(content: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        parse_document(content, "data.json")
    assert "\n" not in str(caught.value)


def test_a_byte_order_mark_and_crlf_are_good(tmp_path: Path) -> None:
    path = tmp_path / "data.json"
    path.write_bytes(b'\xef\xbb\xbf{"a":\r\n "x"}\r\n')
    entry = read_document(path)
    assert entry.text("a") == "x"
    assert entry.record == "data.json#"


def test_a_document_above_the_limit_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "data.json"
    path.write_bytes(b'{"a": "' + b"x" * (1 << 20) + b'"}')
    assert read_document(path).text("a").startswith("x")
    with pytest.raises(InputError, match=r"data.json: is too large: 1 MiB are the most that is read"):
        read_document(path, limit=1 << 20)


def test_a_missing_path_and_a_folder_are_errors_of_usage(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.json"):
        with pytest.raises(MissingPathError, match="is not a file"):
            read_document(path)


def test_a_document_may_be_a_list_of_objects(tmp_path: Path) -> None:
    path = tmp_path / "rows.json"
    path.write_text('[{"name": "a"}, {"name": "b"}]', encoding="utf-8")
    found = read_records(path)
    assert [entry.text("name") for entry in found] == ["a", "b"]
    assert [entry.record for entry in found] == ["rows.json#/0", "rows.json#/1"]
    path.write_text('[{"name": "a"}, 7]', encoding="utf-8")
    good, bad = read_records(path)
    assert good.text("name") == "a"
    with pytest.raises(InputError, match=r"rows\.json#/1: is a whole number: an object is wanted"):
        bad.text("name")
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(InputError, match="a list is wanted"):
        read_records(path)
    path.write_text("[]", encoding="utf-8")
    with pytest.raises(InputError, match=r"^rows\.json: is empty: no data in it"):
        read_records(path)


def test_a_document_is_called_what_the_reader_calls_it(tmp_path: Path) -> None:
    path = tmp_path / "nl.json"
    path.write_text('[{"name": "a"}]', encoding="utf-8")
    (entry,) = read_records(path, name="summary/nl.json")
    assert entry.record == "summary/nl.json#/0"


@pytest.mark.parametrize("filling", [b"{},", b"[],", b"1,", b'{"a":1},'])
def test_many_values_are_too_large_at_once_however_short_the_file(filling: bytes) -> None:
    begin = time.monotonic()
    with pytest.raises(InputError, match=r"^data\.json: is too large: it has more than 4,000,000 values") as caught:
        parse_document(b'{"a": [' + filling * (MAX_BYTES // len(filling) - 9) + b"1]}", "data.json")
    assert time.monotonic() - begin < 10
    assert caught.value.findings[0].code == "too-large"


def test_memory_that_runs_out_is_told_as_such(tmp_path: Path) -> None:
    path = tmp_path / "data.json"
    path.write_text(json.dumps({"rows": [{"k": number} for number in range(1_000_000)]}), encoding="utf-8")
    script = (
        "import resource, sys; from pathlib import Path; from importers.readers.documents import read_document;"
        "resource.setrlimit(resource.RLIMIT_AS, (160 << 20, 160 << 20));"
        "read_document(Path(sys.argv[1]))"
    )
    done = subprocess.run([sys.executable, "-c", script, path], capture_output=True, text=True, check=False)
    assert "InputError: data.json: is too large for the memory that this machine has left" in done.stderr
