"""The mail of Dutch and Belgian municipalities: who receives it, keeps it, and may send it."""

from __future__ import annotations

from depgraph.model import Kind
from depgraph.ports import Source
from importers.municipal_mail.meaning import read
from importers.municipal_mail.measurements import stated_date

SOURCE = Source(
    name="municipal-mail",
    title="Mail of Dutch and Belgian municipalities, measured in DNS (mxmap)",
    publisher="mxmap.it, from the work of David Huser (mxmap.ch)",
    licence="CC BY-SA 4.0",
    url="https://github.com/mxmap-it/mxmap.it",
    formats="summary_XX.json, dns_cache_XX.json and municipalities_XX.json of one or more countries, or their folder",
    read=read,
    stated_date=stated_date,
    caveat=(
        "Municipal mail: sending rights (SPF) are evidence of a relation, not proof of a contract; a server's name in a"
        " municipality's own domain does not say who runs it."
    ),
    expect={
        Kind.PARTY: range(300, 5_000),
        Kind.FUNCTION: range(600, 40_000),
        Kind.SERVICE: range(100, 5_000),
    },
    trust=40,
)
