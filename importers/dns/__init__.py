"""Records of DNS: who carries the mail, the web site and the name of each organisation's domains.

Reads one or more files, told apart by their content:

- zones (RFC 1035), with `$ORIGIN`, `$TTL` and a bounded `$GENERATE`; `$INCLUDE` is refused;
- what dig, massdns (`-o S`, `-o J`), zdns and dnsx print; nothing is asked of the network;
- records as CSV or JSON lines with `domain`, `type`, `value`;
- a list of whose domains they are: CSV with `domain` and `organisation` (an id), and, where known, `name`, `country`,
  `sector`, `people`. Without it each registrable domain with name or mail servers is an organisation by itself.

## What becomes what

- A domain's mail and its web site are functions of its organisation, where the records show one; a domain that shows
  neither has the function of being found. Each needs the domain's name servers: any one of them is enough.
- Mail servers (MX), name servers (NS) and the names that a web site's name stands for (CNAME, DNAME, the alias form of
  HTTPS records) show the supplier: by a reference table of suppliers with all their domains, else by registrable
  domain. The domain of another organisation on the list is that organisation's.
- Each further owner of a name on the way to a web site stands behind it (all of them are needed).
- Addresses show the network behind a server: by the ranges that clouds publish, else by the number of the autonomous
  system where the data have it.
- Each further sender that the SPF record names is an application of its own, which may stop without it (`maybe`); what
  that sender's own record takes in stands behind it, as far as the records are there.

## What is ignored, and why

- Records that say nothing of who carries a domain (SOA, DS, CAA, keys, signatures ...), and classes other than IN.
- Wildcards: they answer for names that nobody asked for.
- Addresses of persons in records: data of persons are not imported.
- The web site of the domain itself where `www` has one.

## Beware

- Mail and web servers in the organisation's own domain are run by nobody knows whom; name servers in its own domain
  count as its own.
- Several mail servers or addresses may back each other up, or not: their requirement is `unknown`.
- A right to send is no proof of a contract. A parked domain, or one that a registrar's default servers answer for,
  looks like any other.
- A question without an answer (SERVFAIL, time-out) is told: what it asked for is not known.
"""

from __future__ import annotations

from depgraph.ports import Source
from importers.dns.files import stated_date
from importers.dns.meaning import read

SOURCE = Source(
    name="dns",
    title="Records of DNS: zones, and what measuring tools print",
    publisher="whoever measured, or publishes the zone",
    licence="that of the file",
    url="https://www.rfc-editor.org/rfc/rfc1035",
    formats=(
        "zones, output of dig, massdns, zdns or dnsx, CSV or JSON lines with domain, type, value; and a CSV of whose"
        " domains they are, with domain and organisation"
    ),
    read=read,
    stated_date=stated_date,
    caveat=(
        "DNS: sending rights (SPF) are evidence of a relation, not proof of a contract; a server's name in an"
        " organisation's own domain does not say who runs it."
    ),
    trust=40,
    about=__doc__,
)
