"""The mail of municipalities: who receives it, keeps it, and may send it."""

from __future__ import annotations

from depgraph.model import Kind
from depgraph.ports import Source
from importers.municipal_mail.meaning import read
from importers.municipal_mail.measurements import stated_date

SOURCE = Source(
    name="municipal-mail",
    title="Mail of municipalities, measured in DNS (mxmap)",
    publisher="mxmap.it, from the work of David Huser (mxmap.ch)",
    licence="CC BY-SA 4.0",
    url="https://github.com/mxmap-it/mxmap.it",
    formats=(
        "summary_XX.json, dns_cache_XX.json and municipalities_XX.json of one or more countries, or their folder;"
        " also as published, in a folder data"
    ),
    read=read,
    stated_date=stated_date,
    caveat=(
        "Municipal mail: sending rights (SPF) are evidence of a relation, not proof of a contract; a server's name in a"
        " municipality's own domain does not say who runs it."
    ),
    # From the Netherlands alone to all countries that are measured.
    expect={
        Kind.PARTY: range(300, 200_000),
        Kind.FUNCTION: range(600, 1_000_000),
        Kind.SERVICE: range(100, 100_000),
    },
    trust=40,
)
