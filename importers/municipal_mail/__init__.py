"""The mail of municipalities: who receives it, keeps it, and may send it.

## What becomes what

- A municipality is a party whose mail is one function. It `uses` the services that receive for its domain (MX
  records) and, where a name outside its own domain shows them, that of its mailboxes.
- Each further sender that its SPF record names is an application of its own: one more function.
- A service is `provided_by` the supplier that the reference tables give its host or network. What stands behind it
  (records that an SPF record takes in, networks from which servers answer) is `subcontracts` or `built_on`.

## What is ignored, and why

- What the files say of web sites, languages and classifications of others: it is not about who carries the mail, or
  is somebody's conclusion where the records themselves are there.
- Addresses of persons in records: data of persons are not imported.

## Beware

- A right to send is evidence of a relation and no proof of a contract.
- Several suppliers that receive may back each other up, or not: nobody says, so the requirement is `unknown`.
- A server's name in a municipality's own domain does not say who runs it: the supplier stays unknown.
- Municipalities that share one domain stay as many organisations.
"""

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
    about=__doc__,
)
