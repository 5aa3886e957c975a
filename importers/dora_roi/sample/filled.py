"""What breaks each validation rule that is active in taxonomy 4.0: cells of the first row of a table."""

from __future__ import annotations

from typing import Final, NamedTuple


class Change(NamedTuple):
    """Cells to change, the column that the finding names, and other rules that this cannot but break."""

    template: str
    cells: dict[str, str]
    field: str
    causes: tuple[str, ...] = ()


def _blank(template: str, column: str, *causes: str) -> Change:
    return Change(template, {column: ""}, column, causes)


CHANGES: Final = {
    "v22913_s": Change("B_01.02", {"c0110": "-1"}, "c0110"),
    "v23716_s": Change("B_02.01", {"c0050": "-1"}, "c0050"),
    "v8803_m": _blank("B_01.02", "c0100"),
    "v8804_m": _blank("B_01.02", "c0110"),
    "v8805_m": Change("B_02.01", {"c0020": "eba_CO:x3"}, "c0030"),
    "v8825_m": Change("B_07.01", {"c0050": "eba_ZZ:x959", "c0060": ""}, "c0060"),
    "v8826_m": Change("B_01.02", {"c0060": "nobody"}, "c0060", ("807",)),
    "v8850_m": _blank("B_05.01", "c0020"),
    "v8851_m": _blank("B_05.01", "c0050"),
    "v8852_m": _blank("B_05.01", "c0060"),
    "v8853_m": _blank("B_05.01", "c0070"),
    "v8854_m": _blank("B_05.01", "c0080"),
    "v8855_m": _blank("B_05.01", "c0110"),
    "v8856_m": _blank("B_01.03", "c0040"),
    "v8857_m": _blank("B_01.03", "c0030"),
    "v8858_m": _blank("B_01.02", "c0020"),
    "v8859_m": _blank("B_01.02", "c0030"),
    "v8860_m": _blank("B_01.02", "c0040"),
    "v8861_m": _blank("B_01.02", "c0050"),
    "v8862_m": _blank("B_01.02", "c0060"),
    "v8863_m": _blank("B_01.02", "c0070"),
    "v8864_m": _blank("B_01.02", "c0080"),
    "v8865_m": _blank("B_01.02", "c0090"),
    "v8866_m": _blank("B_02.01", "c0050"),
    "v8867_m": _blank("B_02.01", "c0040"),
    "v8868_m": _blank("B_02.01", "c0020"),
    "v8869_m": _blank("B_02.02", "c0040"),
    "v8870_m": _blank("B_02.02", "c0070"),
    "v8871_m": _blank("B_02.02", "c0080"),
    "v8872_m": _blank("B_01.01", "c0020"),
    "v8873_m": _blank("B_01.01", "c0030"),
    "v8874_m": _blank("B_01.01", "c0040"),
    "v8875_m": _blank("B_01.01", "c0050"),
    "v8876_m": _blank("B_01.01", "c0060"),
    "v8877_m": _blank("B_06.01", "c0020"),
    "v8878_m": _blank("B_06.01", "c0030"),
    "v8879_m": _blank("B_06.01", "c0050"),
    "v8880_m": _blank("B_06.01", "c0070"),
    "v8881_m": _blank("B_06.01", "c0080"),
    "v8882_m": _blank("B_06.01", "c0090"),
    "v8883_m": _blank("B_06.01", "c0100"),
    "v8884_m": _blank("B_07.01", "c0050"),
    "v8885_m": _blank("B_07.01", "c0070"),
    "v8886_m": _blank("B_07.01", "c0080"),
    "v88889_m": _blank("B_07.01", "c0110"),
    "v8888_m": _blank("B_07.01", "c0100"),
    "v8890_m": Change("B_01.01", {"c0010": "nobody"}, "c0010"),
    "v8891_m": Change("B_01.02", {"c0010": "nobody"}, "c0010", ("807",)),
    "v8892_m": Change("B_01.03", {"c0020": "nobody"}, "c0020", ("807",)),
}
"""By rule."""
