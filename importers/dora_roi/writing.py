"""Report packages as they are written: the files of one, and the zip that they are sent in."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from typing import TYPE_CHECKING, Final

from importers.dora_roi.taxonomy import TAXONOMIES, templates

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MODULE: Final = "DORA010100"
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""The date of every file in a zip: the same facts are the same bytes."""


def lei(stem: str) -> str:
    """Return an LEI: 18 letters or digits, and the check digits that belong to them (ISO 17442).

    Examples
    --------
    >>> lei("EXAMPLE00000000001")
    'EXAMPLE0000000000184'

    """
    number = int("".join(str(int(character, 36)) for character in f"{stem}00"))
    return f"{stem}{98 - number % 97:02}"


def stem_of(entity: str, scope: str, country: str, date: str, timestamp: str, *, module: str = MODULE) -> str:
    """Return the name of a package, without its ending."""
    return f"{entity}.{scope}_{country}_{module}_DORA_{date}_{timestamp}"


def package_files(stem: str, tables: Mapping[str, Sequence[Mapping[str, str]]]) -> dict[str, bytes]:
    """Return the files of a package by their names in it; a table that is not given has a header alone.

    Parameters
    ----------
    stem : str
        As of `stem_of`.
    tables : mapping of str to sequence of mapping
        Rows by template: cells by the code of the column.

    """
    subject, _, module, _, date, _ = stem.split("_")
    parameters = [
        ("name", "value"),
        ("entityID", f"rs:{subject}"),
        ("refPeriod", date),
        ("baseCurrency", "iso4217:EUR"),
        ("decimalsInteger", "0"),
        ("decimalsMonetary", "-3"),
    ]
    url = f"http://www.eba.europa.eu/eu/fr/xbrl/crr/fws/dora/{TAXONOMIES[module]}/mod/dora.json"
    files = {
        "META-INF/reportPackage.json": _json(
            {"documentInfo": {"documentType": "https://xbrl.org/report-package/2023"}}
        ),
        "reports/report.json": _json(
            {"documentInfo": {"documentType": "https://xbrl.org/2021/xbrl-csv", "extends": [url]}}
        ),
        "reports/parameters.csv": written(parameters),
        "reports/FilingIndicators.csv": written(
            [("templateID", "reported"), *((code, "true") for code in templates())]
        ),
    }
    for code, template in templates().items():
        codes = [column.code for column in template.columns]
        rows = [[row.get(column, "") for column in codes] for row in tables.get(code, ())]
        files[f"reports/{template.file}"] = written([codes, *rows])
    return files


def zipped(stem: str, files: Mapping[str, bytes]) -> bytes:
    """Return the zip of a package: one folder of its name."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(f"{stem}/{name}", _EPOCH), content, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def written(rows: Sequence[Sequence[str]]) -> bytes:
    """Return rows as CSV."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()


def _json(value: object) -> bytes:
    return json.dumps(value).encode()
