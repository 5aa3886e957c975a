"""What there is to know of a source before it is imported."""

from __future__ import annotations

from depgraph.ports import Source
from depgraph.usecases.answer import captions
from depgraph.usecases.keeping.sources import ListedSource, list_sources


def test_sources_are_listed_as_declared() -> None:
    source = Source(
        name="tiny",
        title="A tiny source",
        publisher="nobody",
        licence="CC0-1.0",
        url="https://example.org/tiny",
        formats="CSV",
        read=lambda _: iter(()),
    )
    assert (
        list_sources([source, source])
        == (ListedSource("tiny", "A tiny source", "nobody", "CC0-1.0", "CSV", "https://example.org/tiny"),) * 2
    )
    assert all(captions(ListedSource).values())
