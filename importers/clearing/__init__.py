"""What an audited body answers about itself: the sheet that `depgraph clearing` writes, filled in.

## What becomes what

- A row of `needs` answered `agree` states the need once more; with `at_least` it states how many of the requirement's
  providers must work. Answered `deny`, the need stays and is *disputed*: it counts as one that may not be there, until
  an auditor decides (`depgraph clearing accept`, `reject`).
- A row of `attributes` with an answer states that attribute; of several sources the more trusted one counts.
- Every remark, in whichever sheet, is kept as it is written, and shown in the auditor's report.
- What names a document is *documented*, all else is *stated*.

## What is ignored, and why

Rows without an answer and a remark: nothing was said of them. Columns that the sheet has of what is on file: they are
there to be read.

## Beware

- A line about anybody but the organisation asked, its parts and its functions is refused.
- A later reply of an organisation replaces the one before.
- What contradicts another source widens the bounds, with a finding; it never overrules anybody.
"""

from __future__ import annotations

from depgraph.model import Label, Marking
from depgraph.ports import Source
from importers.clearing.reading import answered_on, organisation_of, read

SOURCE = Source(
    name="clearing",
    title="A reply of an audited body about itself, on the sheet that depgraph clearing writes",
    publisher="the organisation asked",
    licence="the organisation's own",
    url="",
    formats="one XLSX with the sheets about, needs, attributes and remarks",
    read=read,
    stated_date=answered_on,
    part_of=organisation_of,
    trust=85,
    replies=True,
    # What an organisation answers is for whom it answers, unless somebody says otherwise.
    marking=Marking(Label.AMBER),
    about=__doc__,
)
