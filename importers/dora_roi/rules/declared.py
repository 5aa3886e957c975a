"""Rules about the small files of a package: what must be there, parameters and filing indicators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from importers.dora_roi.filing import Breach
from importers.dora_roi.rules.rule import Asked, Quality, Rule, Weight, as_read
from importers.dora_roi.taxonomy import templates
from importers.readers.values import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importers.dora_roi.filing import Filing

TRUE: Final = ("true", "1")
_BOOLEANS: Final = (*TRUE, "false", "0")
_FILE: Final = "reports/FilingIndicators.csv"


def _boolean(filing: Filing, _: Asked) -> Iterator[Breach]:
    for template, reported in filing.indicators.items():
        if reported and reported not in _BOOLEANS:
            message = f"{template} is {shown(reported)}: write true"
            yield Breach("704", filing.place(_FILE), template, message)


def _missing(filing: Filing, asked: Asked) -> Iterator[Breach]:
    yield from as_read("705")(filing, asked)
    known = {breach.message.split(" ")[0] for breach in filing.breaches if breach.rule == "705"}
    for template, reported in filing.indicators.items():
        if not reported and template not in known:
            yield Breach("705", filing.place(_FILE), template, "is neither true nor false: write true")


def _known(filing: Filing, _: Asked) -> Iterator[Breach]:
    for template in filing.indicators:
        if template not in templates():
            yield Breach("510", filing.place(_FILE), template[:40], "is no template of the register: take it out")


def _all_reported(filing: Filing, _: Asked) -> Iterator[Breach]:
    """Yield the templates that are not declared or not there; a file that could not be read is a cause of its own."""
    read = bool(filing.indicators) or not any(_FILE in breach.record for breach in filing.breaches)
    for code, template in templates().items():
        reported = filing.indicators.get(code)
        if read and (reported is None or reported in ("false", "0")):
            message = "all templates must be declared true, and be there without rows where there is nothing to report"
            yield Breach("808", filing.place(_FILE), code, message)
        if code not in filing.tables:
            record = filing.place(f"reports/{template.file}")
            yield Breach(
                "808", record, "", "is not there: add it, with its header alone where there is nothing to report"
            )


RULES: Final = (
    Rule("701", Weight.REJECTS, Quality.COMPLETENESS, "the small files are there and not empty", as_read("701")),
    Rule("702", Weight.REJECTS, Quality.UNIFORMITY, "filing indicators have two columns", as_read("702")),
    Rule("703", Weight.REJECTS, Quality.CONSISTENCY, "each template is declared once", as_read("703")),
    Rule("704", Weight.REJECTS, Quality.VALIDITY, "filing indicators are true or false", _boolean),
    Rule("705", Weight.REJECTS, Quality.COMPLETENESS, "each declared template has its indicator", _missing),
    Rule("510", Weight.WARNS, Quality.VALIDITY, "filing indicators are of templates of the register", _known),
    Rule("723", Weight.REJECTS, Quality.UNIFORMITY, "parameters.csv has the columns name and value", as_read("723")),
    Rule("808", Weight.REJECTS, Quality.COMPLETENESS, "all templates are declared true and are there", _all_reported),
)
"""The rules of this room."""
