"""The reference of the API as a page of the documentation, made from the OpenAPI document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from api.pages.documentation import operations

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from api.pages.documentation import Entry


def reference(document: Mapping[str, Any]) -> str:
    """Return the page, in Markdown."""
    return "\n".join(_lines(document)) + "\n"


def _lines(document: Mapping[str, Any]) -> Iterator[str]:
    yield "# Reference of the API"
    yield ""
    yield "Made from the OpenAPI document by `make docs`; a server shows the same at `/api/v1/docs`. [api.md](api.md)"
    yield "has what goes for all routes, [json.md](json.md) the keys of `meta` that every answer has."
    for operation in operations(document):
        yield ""
        yield f"## {operation.method} {operation.path}"
        yield ""
        yield operation.summary
        for title, entries in (
            ("parameter", operation.parameters),
            ("key of the body", operation.body),
            ("field of a row", operation.fields),
            ("in `meta`", operation.adds),
        ):
            yield from _table(title, entries)


def _table(title: str, entries: Iterable[Entry]) -> Iterator[str]:
    rows = [f"| `{entry.name}` | {_cell(entry.type)} | {_cell(entry.about)} |" for entry in entries]
    if rows:
        yield from ("", f"| {title} | type | what it is |", "| --- | --- | --- |", *rows)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
