"""XML documents of a bounded size as trees of elements that know their line; names without namespace or prefix."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from importers.readers.faults import fault
from importers.readers.xml_events import parse

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from typing import BinaryIO
    from xml.parsers.expat import XMLParserType

    from depgraph.errors import InputError
    from importers.readers.remarks import Remarks

MAX_BYTES: Final = 64 * 1024 * 1024
MAX_ELEMENTS: Final = 1_000_000
MAX_DEPTH: Final = 200


class Element:
    """One element: its name without namespace, its attributes likewise, its own text, and what is in it."""

    __slots__ = ("attributes", "children", "line", "name", "pieces")

    def __init__(self, name: str, attributes: Mapping[str, str], line: int) -> None:
        self.name = name
        self.attributes = attributes
        self.line = line
        self.children: list[Element] = []
        self.pieces: list[str] = []

    @property
    def text(self) -> str:
        """Its own text, white space collapsed: not that of elements in it."""
        return " ".join("".join(self.pieces).split())

    def each(self, *path: str) -> Iterator[Element]:
        """Yield the elements at the end of a path of names below this one; ``*`` is any name."""
        if not path:
            yield self
            return
        for child in self.children:
            if path[0] in (child.name, "*"):
                yield from child.each(*path[1:])

    def first(self, *path: str) -> Element | None:
        """Return the first element at the end of a path."""
        return next(self.each(*path), None)

    def said(self, *path: str) -> str:
        """Return the text of the first element at the end of a path that has one; empty if none has."""
        return next((found.text for found in self.each(*path) if found.text), "")

    def all(self) -> Iterator[Element]:
        """Yield this element and all below it, in the order of the document."""
        waiting = [self]
        while waiting:
            here = waiting.pop()
            yield here
            waiting += reversed(here.children)

    def close(self, known: Collection[str], label: str, remarks: Remarks, path: str = "") -> None:
        """Tell the elements in this one whose names are not known."""
        for child in self.children:
            if child.name not in known:
                remarks.unknown_key(path or self.name, child.name, f"{label}:{child.line}")


def read_elements(stream: BinaryIO, label: str) -> Element:
    """Return the root of a document.

    Raises
    ------
    InputError
        If it is not well-formed, declares a document type (and with it entities), is larger than `MAX_BYTES`, or has
        more than `MAX_ELEMENTS` elements or a deeper nesting than `MAX_DEPTH`.

    """
    tree = _Tree(label)
    for blocks, _ in enumerate(parse(stream, label, tree, damaged=_damaged, begun=tree.take)):
        if blocks << 18 > MAX_BYTES:
            raise fault(label, "", f"is too large: {MAX_BYTES >> 20} MiB are the most that is read", "too-large")
    if tree.root is None:
        raise _damaged(label, "it has no element")
    return tree.root


def _damaged(label: str, what: str) -> InputError:
    return fault(label, "", f"is no XML that can be read: {what}: fetch it again", "bad-xml")


class _Tree:
    """Hears a document, and builds its tree."""

    def __init__(self, label: str) -> None:
        self.root: Element | None = None
        self._label = label
        self._open: list[Element] = []
        self._count = 0
        self._parser: XMLParserType | None = None

    def take(self, parser: XMLParserType) -> None:
        """Know the parser, and so the line."""
        self._parser = parser

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Hear that an element begins."""
        self._count += 1
        line = self._parser.CurrentLineNumber if self._parser else 0
        if self._count > MAX_ELEMENTS or len(self._open) >= MAX_DEPTH:
            what = f"it has more than {MAX_ELEMENTS:,} elements, or {MAX_DEPTH} within one another"
            raise fault(f"{self._label}:{line}", "", f"is too large: {what}", "too-large")
        local = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        element = Element(name.rpartition(" ")[2], local, line)
        if self._open:
            self._open[-1].children.append(element)
        else:
            self.root = element
        self._open.append(element)

    def end(self, name: str) -> None:  # noqa: ARG002 - the parser knows that it is the one that is open
        """Hear that an element ends."""
        self._open.pop()

    def text(self, text: str) -> None:
        """Hear a piece of text."""
        self._open[-1].pieces.append(text)
