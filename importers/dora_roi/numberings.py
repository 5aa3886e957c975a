"""The numberings of columns that workbooks have: the set of codes of a sheet decides which one it is.

The template of the EBA of 2024 (dry run), the annex as published in December 2024, and its corrigendum of September
2025, which the data point model follows, number some columns differently under the same name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from importers.dora_roi.taxonomy import templates

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_OTHERS: Final[dict[str, tuple[dict[str, str], ...]]] = {
    "B_03.02": ({"0010": "c0010", "0020": "c0020", "0030": "c0030", "0045": ""},),
    "B_05.01": (
        {
            "0010": "c0010",
            "0020": "c0020",
            "0030": "c0050",
            "0040": "c0070",
            "0050": "c0080",
            "0060": "c0090",
            "0070": "c0100",
            "0080": "c0110",
            "0090": "c0120",
        },
    ),
    "B_06.01": (
        {
            "0010": "c0010",
            "0020": "c0020",
            "0030": "c0030",
            "0040": "c0040",
            "0060": "c0050",
            "0070": "c0060",
            "0080": "c0070",
            "0090": "c0080",
            "0100": "c0090",
            "0110": "c0100",
        },
    ),
}
"""Numberings beside that of the data point model: 03.02 and 05.01 of the dry run, 06.01 as first published."""


def numbering_of(template: str, codes: Sequence[str]) -> Mapping[str, str] | None:
    """Return the column that each code of a sheet means, empty for one that is not read; None if no numbering fits.

    Examples
    --------
    >>> numbering_of("B_03.02", ["0010", "0020", "0030", "0045"])["0030"]
    'c0030'
    >>> numbering_of("B_03.02", ["0010", "0020"]) is None
    True

    """
    own = {column.code[1:]: column.code for column in templates()[template].columns}
    wanted = set(codes)
    return next((one for one in (own, *_OTHERS.get(template, ())) if one.keys() == wanted), None)
