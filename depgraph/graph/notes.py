"""What a reader of any answer must know of the imports behind its graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from depgraph.ports import Imported

CAVEAT: Final = "caveat"
"""Code of the finding that says what every answer from a source must say."""


def notes_of(imports: Sequence[Imported]) -> tuple[str, ...]:
    """Return of each import without its bad records how many these are, then the caveats of all."""
    return (*_left_out(imports), *_caveats(imports))


def _left_out(imports: Sequence[Imported]) -> Iterator[str]:
    for imported in imports:
        run, receipt = imported.run, imported.receipt
        if receipt.left_out:
            part = f" (part '{run.part}')" if run.part else ""
            yield (
                f"{receipt.left_out:,} of {receipt.records:,} records of '{run.source}'{part} were left out, since they"
                " are bad (--skip-bad)"
            )


def _caveats(imports: Sequence[Imported]) -> tuple[str, ...]:
    found = {finding.message for imported in imports for finding in imported.findings if finding.code == CAVEAT}
    return tuple(sorted(found))
