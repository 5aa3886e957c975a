"""What a job does that imports: the import of the command, by somebody who sees less than all of the store."""

from __future__ import annotations

import base64
import hmac
import json
import shutil
from dataclasses import replace
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from api.audit.notes import Facts
from api.document import BASE
from api.imports.asked import FILES, ImportAsked
from api.jobs.errors import read_as_kept
from api.jobs.ledger import Ledger
from api.jobs.working import RESULT
from depgraph.errors import AccessError, DepgraphError, InputError, UsageError
from depgraph.ports import Given
from depgraph.usecases.answer import FORMAT, marking_told
from depgraph.usecases.keeping.importing import import_source
from depgraph.usecases.keeping.outcome import flat, outcome_of
from depgraph.usecases.keeping.owned import OwnedStore
from depgraph.usecases.keeping.receipts import input_files
from importers import SOURCES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.jobs.working import Work
    from depgraph.model import Marking
    from depgraph.usecases.keeping.importing import ImportAnswer

FINDINGS: Final = "findings.json"
"""A file of a job: what was found, also where it failed."""

GIVEN: Final = "files"
MAPPING: Final = "map"
"""Folders of a job, for the files that came with it."""


def do_import(work: Work) -> None:
    """Import what came with a request, and write what was found; the files are gone then."""
    if (work.folder / RESULT).exists():
        return  # a process that ended then had done all of it
    try:
        _import(work)
    except Exception:  # whatever it is, nobody needs them any more; a process that is killed begins anew with them
        _drop_files(work)
        raise
    _drop_files(work)


def _drop_files(work: Work) -> None:
    for name in (GIVEN, MAPPING):
        shutil.rmtree(work.folder / name, ignore_errors=True)


def _import(work: Work) -> None:
    if not (work.folder / GIVEN).exists():
        raise UsageError("the files are gone: send them again")
    with read_as_kept():
        asked = ImportAsked.model_validate({name: value for name, value in work.job.asked.items() if name not in FILES})
    marking = asked.marked()
    try:
        answer = _imported(work, asked, marking)
    except InputError as error:
        _write_findings(work, [flat(finding) for finding in error.findings], None, marking)
        raise InputError(_plain(work, str(error)), error.findings) from None
    except DepgraphError as error:
        error.args = (_plain(work, str(error)), *error.args[1:])
        raise
    else:
        rows = _write_findings(
            work, [flat(one, answer.verdict) for one in answer.findings], answer.revision, answer.run.marking
        )
        meta = {"format": FORMAT, "command": "import", **outcome_of(answer), "address": _address(work)}
        work.write(RESULT, json.dumps({"meta": meta, "rows": rows}).encode())


def _imported(work: Work, asked: ImportAsked, marking: Marking) -> ImportAnswer:
    if work.viewer is None:
        raise AccessError("an import is somebody's")
    source = next(one for one in SOURCES if one.name == asked.source)
    store = OwnedStore(work.store, work.viewer, partial(_token, work))
    given = _given(work, asked)
    # A process that ended before it told so may have stored it: then it is told now, and not stored again.
    stored = None
    if work.job.started and not asked.dry_run:
        part = store.part(source.name, asked.part or source.part_of(given), marking)
        files = input_files((*given.paths, *filter(None, (given.mapping,))))
        stored = store.stored(source.name, part, files, since=work.job.revision)
    answer = import_source(
        store,
        source,
        given,
        today=work.job.created[:10],
        retrieved=asked.retrieved or "",
        part=asked.part or "",
        marking=marking,
        dry_run=asked.dry_run or stored is not None,
        skip_bad=asked.skip_bad,
        allow_implausible=asked.allow_implausible,
        allow_future=asked.allow_future,
        may_weaken=True,  # what would be weaker than the part that it replaces was refused with its name
        everything=asked.all,
        knowing=store.known_with(marking),
        naming=lambda part: store.part(source.name, part, marking),
        progress=lambda count: work.progress(count, 0),
    )
    if stored is not None:
        answer = replace(answer, revision=stored)
    if answer.revision is not None:
        made = next(held for held in store.describe().history if held.revision == answer.revision)
        Ledger(work.folder.parent).imported(made.sha256, work.job)
    return answer


def _given(work: Work, asked: ImportAsked) -> Given:
    mapping = sorted((work.folder / MAPPING).iterdir())
    return Given(
        tuple(sorted((work.folder / GIVEN).iterdir())),
        frozenset(asked.ignore),
        asked.decimal or "",
        asked.placeholders or "",
        asked.authority or "",
        today=work.job.created[:10],
        mapping=mapping[0] if mapping else None,
        all_cpv=asked.all_cpv,
        veat=asked.veat,
        assume_years=asked.assume_years,
    )


def _token(work: Work, of: int) -> str:
    """Return what the name of a new part ends with: nothing that anybody can foresee, or work out again."""
    told = json.dumps([work.job.id, work.job.created, of])
    digest = hmac.digest(Ledger(work.folder.parent).secret(), told.encode(), sha256)
    return base64.b32encode(digest).decode().lower()[:8]


def _write_findings(
    work: Work, found: Sequence[dict[str, str]], revision: int | None, marking: Marking
) -> list[dict[str, str]]:
    """Write what was found, without the folders of this machine; return it."""
    rows = [{name: _plain(work, text) for name, text in row.items()} for row in found]
    meta = {"format": FORMAT, "command": "import", "address": _address(work), "marking": marking_told(marking)}
    work.note(Facts(len(rows), revision, marking.text))
    work.write(FINDINGS, json.dumps({"meta": meta, "rows": rows}).encode())
    return rows


def _address(work: Work) -> str:
    return f"{BASE}/imports/{work.job.id}/findings"


def _plain(work: Work, text: str) -> str:
    for name in (GIVEN, MAPPING):
        text = text.replace(f"{work.folder / name}/", "")
    return text
