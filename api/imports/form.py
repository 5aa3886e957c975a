"""Forms with files (multipart/form-data, RFC 7578), written to disk as they come in."""

from __future__ import annotations

import hashlib
import logging
import re
import unicodedata
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any, Final, NamedTuple

from anyio import to_thread
from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect

from api.callers import AbandonedError
from api.keys import Wrong, WrongRequestError
from depgraph.errors import StoreError

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.requests import Request

# What is wrong with a form is told to whoever sent it: it is no matter of the server.
logging.getLogger("python_multipart").addHandler(logging.NullHandler())

MULTIPART: Final = "multipart/form-data"

_PLAIN: Final = re.compile(r"\w[\w .()+,=@&'-]{0,119}")
"""A name that is no path, on any system."""

_PATH: Final = re.compile(rb'filename\s*=\s*"?(?:.:)?\\', re.IGNORECASE)
"""A name that is a path of Windows, of which the reader of the header would leave the last part."""

_MOST: Final = 200
"""Parts of a form."""

_LONGEST: Final = 2_000
"""Bytes of a text in it."""


class Upload(NamedTuple):
    """A file that came with a form.

    Attributes
    ----------
    field : str
        As what it came.
    name : str
        As whoever sent it calls it: no path.
    path : Path
        Where it lies, by a name of our own.
    size : int
    sha256 : str
        In hexadecimal.

    """

    field: str
    name: str
    path: Path
    size: int
    sha256: str


@dataclass(slots=True)
class Form:
    """What came in.

    Attributes
    ----------
    texts : list of pairs
        Names and texts, in the order in which they came.
    files : list of Upload

    """

    texts: list[tuple[str, str]] = field(default_factory=list)
    files: list[Upload] = field(default_factory=list)


async def read_form(request: Request, folder: Path, files: tuple[str, ...]) -> Form:
    """Read the form that a request brings, its files into a folder; `files` are the fields that may be any.

    Raises
    ------
    WrongRequestError
        If it is none, or has what it may not.
    StoreError
        If a file cannot be kept.

    """
    _, told = parse_options_header(request.headers.get("content-type", ""))
    boundary = told.get(b"boundary", b"")
    if not 1 <= len(boundary) <= 200:
        raise _wrong("Content-Type names no boundary: send a form with files, as curl -F does")
    reading = _Reading(folder, files)
    parser = MultipartParser(boundary, reading.callbacks())
    try:
        async for chunk in request.stream():
            # In a thread: a disk that is slow keeps nobody else waiting.
            await to_thread.run_sync(parser.write, chunk)
    except MultipartParseError as error:
        raise _wrong(f"the body is no form ({error}): send one with files, as curl -F does") from None
    except ClientDisconnect:
        raise AbandonedError("the form did not come in as a whole") from None
    except OSError as error:
        raise StoreError(f"what comes in cannot be kept ({error.strerror})") from None
    finally:
        reading.close()
    if not reading.whole:
        raise _wrong("the form ends before its last boundary: send all of it")
    return reading.form


class _Reading:
    """What was read of a form so far."""

    def __init__(self, folder: Path, files: tuple[str, ...]) -> None:
        self._folder, self._may_be_files = folder, files
        self.form, self.whole = Form(), False
        self._headers: dict[bytes, bytes] = {}
        self._name = self._value = b""
        self._parts = 0
        self._field, self._called = "", ""
        self._file: IO[bytes] | None = None
        self._digest = hashlib.sha256()
        self._text = bytearray()

    def callbacks(self) -> Any:
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._header_name,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_headers_finished": self._open,
            "on_part_data": self._data,
            "on_part_end": self._end,
            "on_end": self._finish,
        }

    def close(self) -> None:
        if self._file is not None:
            self._file.close()

    def _begin(self) -> None:
        self._parts += 1
        if self._parts > _MOST:
            raise _wrong(f"a form may have {_MOST} parts, and this one has more: pack files into a zip")
        self._headers = {}

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        self._headers[self._name.lower()] = self._value
        self._name = self._value = b""

    def _open(self) -> None:
        written = self._headers.get(b"content-disposition", b"")
        kind, told = parse_options_header(written)
        self._field = _text(told.get(b"name", b""))
        if kind != b"form-data" or not self._field:
            raise _wrong("a part of the form has no name: send Content-Disposition: form-data; name=...")
        if self._headers.get(b"content-transfer-encoding", b"binary").lower() not in (b"binary", b"8bit", b"7bit"):
            raise _wrong("send it as it is: without Content-Transfer-Encoding", self._field)
        if (b"filename" in told) != (self._field in self._may_be_files):
            is_file = "a file is wanted" if self._field in self._may_be_files else "a text is wanted, and no file"
            raise _wrong(f"{self._field}: {is_file}", self._field)
        self._text.clear()
        if b"filename" in told:
            name = _text(told[b"filename"])
            if _PATH.search(written):
                raise _unplain(self._field, f"...\\{name}")
            self._called = self._checked(name)
            self._digest = hashlib.sha256()
            self._file = (self._folder / str(len(self.form.files))).open("xb")

    def _checked(self, name: str) -> str:
        """Return the name of a file, which is to be one and no path."""
        name = unicodedata.normalize("NFC", name)
        if not _PLAIN.fullmatch(name) or name != name.rstrip(" ."):
            raise _unplain(self._field, name)
        if name.casefold() in {one.name.casefold() for one in self.form.files if one.field == self._field}:
            raise _wrong(f"{self._field}: two files are called '{name}': send each by a name of its own", self._field)
        return name

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._file is not None:
            self._file.write(data[start:end])
            self._digest.update(data[start:end])
            return
        self._text += data[start:end]
        if len(self._text) > _LONGEST:
            raise _wrong(f"{self._field}: a text may have {_LONGEST:,} bytes, and this one has more", self._field)

    def _end(self) -> None:
        if self._file is None:
            self.form.texts.append((self._field, _text(bytes(self._text), self._field)))
            return
        size = self._file.tell()
        self._file.close()
        path = self._folder / str(len(self.form.files))
        self.form.files.append(Upload(self._field, self._called, path, size, self._digest.hexdigest()))
        self._file = None

    def _finish(self) -> None:
        self.whole = True


def _text(written: bytes, where: str = "") -> str:
    try:
        return written.decode("utf-8")
    except UnicodeDecodeError:
        raise _wrong(f"{where or 'the form'}: is not in UTF-8: write it so", where) from None


def _shown(name: str) -> str:
    return "".join(sign if sign.isprintable() else "?" for sign in name[:100])


def _unplain(field: str, name: str) -> WrongRequestError:
    return _wrong(f"{field}: '{_shown(name)}' is no plain name of a file: leave out folders", field)


def _wrong(detail: str, where: str = "") -> WrongRequestError:
    return WrongRequestError([Wrong("body", where or (), detail)])
