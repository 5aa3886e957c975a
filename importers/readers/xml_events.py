"""XML from strangers, read as it comes: no tree is built, and no document type declaration is allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol
from xml.parsers import expat  # a document type declaration is refused below, and with it every entity

from importers.readers.faults import fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import BinaryIO

    from depgraph.errors import InputError

BLOCK: Final = 1 << 18
MAX_TOKEN: Final = 1 << 22
"""Bytes of one tag with its attributes."""


class Handler(Protocol):
    """What hears the events of a part."""

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Hear that an element begins; `name` is its namespace, a blank and its local name."""

    def end(self, name: str) -> None:
        """Hear that an element ends."""

    def text(self, text: str) -> None:
        """Hear a piece of text."""


def _ignored(_: expat.XMLParserType) -> None:
    """Do without the parser."""


def parse(
    stream: BinaryIO,
    label: str,
    handler: Handler,
    *,
    damaged: Callable[[str, str], InputError],
    begun: Callable[[expat.XMLParserType], None] = _ignored,
) -> Iterator[None]:
    """Read a document block by block; the handler has heard all of a block when it is yielded.

    Parameters
    ----------
    damaged : callable
        Gives the error about a document that is not what it should be, of its label and what is wrong.
    begun : callable
        Given the parser, which knows the line that it is at.

    Raises
    ------
    InputError
        If it is not well-formed, declares a document type, or has a tag of more than `MAX_TOKEN` bytes.

    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = handler.start
    parser.EndElementHandler = handler.end
    parser.CharacterDataHandler = handler.text
    parser.StartDoctypeDeclHandler = lambda *_: _refuse(damaged, label)
    begun(parser)
    fed = 0
    try:
        while block := stream.read(BLOCK):
            parser.Parse(block)
            fed += len(block)
            if fed - parser.CurrentByteIndex > MAX_TOKEN:
                raise fault(label, "", f"a tag has more than {MAX_TOKEN:,} bytes", "too-large")
            yield
        parser.Parse(b"", True)  # noqa: FBT003  # takes no keyword
        yield
    except expat.ExpatError as error:
        raise damaged(label, str(error)) from None


def _refuse(damaged: Callable[[str, str], InputError], label: str) -> None:
    raise damaged(label, "its XML declares entities, which no program that writes such files does")
