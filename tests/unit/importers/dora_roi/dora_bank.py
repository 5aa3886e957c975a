"""Packages for tests: one bank, two providers, and a hyperscaler behind both; every test changes a copy."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from depgraph.ports import Given
from depgraph.usecases.validation import Validation
from importers.dora_roi import SOURCE
from importers.dora_roi.verdict import weights
from importers.dora_roi.writing import lei, package_files, stem_of, zipped

if TYPE_CHECKING:
    from pathlib import Path

    from depgraph.model import Facts, Finding

BANK, CLOUD, MIRROR, GIANT = (lei(f"EXAMPLE{number:011}") for number in (1, 2, 3, 4))
STEM = stem_of(BANK, "IND", "NL", "2025-03-31", "20250401120000000")
OPEN = "9999-12-31"


def entity(code: str, name: str, parent: str = "", kind: str = "x12") -> dict[str, str]:
    """Return a row of B_01.02."""
    return {
        "c0010": code,
        "c0020": name,
        "c0030": "eba_GA:NL",
        "c0040": f"eba_CT:{kind}",
        "c0050": "eba_RP:x21",
        "c0060": parent or code,
        "c0070": "2025-01-01",
        "c0080": "2024-01-01",
        "c0090": OPEN,
        "c0100": "eba_CU:EUR",
        "c0110": "5000000",
    }


def contract(reference: str, cost: str, currency: str = "EUR") -> dict[str, str]:
    """Return a row of B_02.01."""
    return {"c0010": reference, "c0020": "eba_CO:x1", "c0040": f"eba_CU:{currency}", "c0050": cost}


def use(
    reference: str, provider: str, function: str, kind: str, *, user: str = BANK, storage: str = "NL", **other: str
) -> dict[str, str]:
    """Return a row of B_02.02."""
    return {
        "c0010": reference,
        "c0020": user,
        "c0030": provider,
        "c0040": "eba_qCO:qx2000",
        "c0050": function,
        "c0060": f"eba_TA:{kind}",
        "c0070": "2024-01-01",
        "c0080": OPEN,
        "c0090": "eba_CO:x4",
        "c0100": "90",
        "c0110": "90",
        "c0120": "eba_GA:NL",
        "c0130": "eba_GA:NL",
        "c0140": "eba_BT:x28",
        "c0150": f"eba_GA:{storage}",
        "c0160": "eba_GA:IE",
        "c0170": "eba_ZZ:x793",
        "c0180": "eba_ZZ:x797",
        **other,
    }


def provider(code: str, name: str, parent: str = "", *, kind: str = "qx2000", country: str = "NL") -> dict[str, str]:
    """Return a row of B_05.01."""
    return {
        "c0010": code,
        "c0020": f"eba_qCO:{kind}",
        "c0050": name,
        "c0060": name,
        "c0070": "eba_CT:x212",
        "c0080": f"eba_GA:{country}",
        "c0090": "eba_CU:EUR",
        "c0100": "100000",
        "c0110": parent or code,
        "c0120": f"eba_qCO:{kind}",
    }


def link(reference: str, kind: str, who: str, rank: int, recipient: str) -> dict[str, str]:
    """Return a row of B_05.02."""
    return {
        "c0010": reference,
        "c0020": f"eba_TA:{kind}",
        "c0030": who,
        "c0040": "eba_qCO:qx2000",
        "c0050": str(rank),
        "c0060": recipient,
        "c0070": "eba_qCO:qx2000",
    }


def function(identifier: str, name: str, critical: str, *, owner: str = BANK, rto: str = "4") -> dict[str, str]:
    """Return a row of B_06.01."""
    return {
        "c0010": identifier,
        "c0020": "eba_TA:x28",
        "c0030": name,
        "c0040": owner,
        "c0050": f"eba_BT:{critical}",
        "c0070": "2025-01-01",
        "c0080": rto,
        "c0090": "1",
        "c0100": "eba_ZZ:x793",
    }


def assessment(reference: str, who: str, kind: str) -> dict[str, str]:
    """Return a row of B_07.01."""
    return {
        "c0010": reference,
        "c0020": who,
        "c0030": "eba_qCO:qx2000",
        "c0040": f"eba_TA:{kind}",
        "c0050": "eba_ZZ:x960",
        "c0060": "eba_ZZ:x964",
        "c0070": OPEN,
        "c0080": "eba_BT:x28",
        "c0090": "eba_ZZ:x966",
        "c0100": "eba_ZZ:x793",
        "c0110": "eba_BT:x29",
    }


def tables() -> dict[str, list[dict[str, str]]]:
    """Return the rows of the bank: payments on two clouds, both of which stand on one giant."""
    signed = [("C1", CLOUD), ("C2", MIRROR)]
    return {
        "B_01.01": [
            {
                "c0010": BANK,
                "c0020": "Example Bank",
                "c0030": "eba_GA:NL",
                "c0040": "eba_CT:x12",
                "c0050": "DNB",
                "c0060": "2025-03-31",
            }
        ],
        "B_01.02": [entity(BANK, "Example Bank")],
        "B_02.01": [contract("C1", "100000"), contract("C2", "50000")],
        "B_02.02": [
            use("C1", CLOUD, "F1", "S17"),
            use("C1", CLOUD, "F1", "S17", storage="DE"),
            use("C2", MIRROR, "F1", "S17"),
        ],
        "B_03.01": [{"c0010": one, "c0020": BANK, "c0030": "true"} for one, _ in signed],
        "B_03.02": [{"c0010": one, "c0020": who, "c0030": "eba_qCO:qx2000"} for one, who in signed],
        "B_04.01": [
            {"c0010": one, "c0020": BANK, "c0030": "eba_ZZ:x839", "c0040": "Not Applicable"} for one, _ in signed
        ],
        "B_05.01": [
            provider(CLOUD, "Example Cloud"),
            provider(MIRROR, "Example Mirror"),
            provider(GIANT, "Example Giant"),
        ],
        "B_05.02": [
            link("C1", "S17", CLOUD, 1, CLOUD),
            link("C1", "S17", GIANT, 2, CLOUD),
            link("C2", "S17", MIRROR, 1, MIRROR),
            link("C2", "S17", GIANT, 2, MIRROR),
        ],
        "B_06.01": [function("F1", "Payments", "x28")],
        "B_07.01": [assessment("C1", CLOUD, "S17"), assessment("C2", MIRROR, "S17")],
        "B_99.01": [{"c0010": "one contract by itself"}],
    }


@dataclass
class Bank:
    """A package in the making: change `tables`, then `files`."""

    folder: Path
    stem: str = STEM
    tables: dict[str, list[dict[str, str]]] = field(default_factory=tables)
    extra: dict[str, bytes | None] = field(default_factory=dict)

    def files(self) -> dict[str, bytes]:
        """Return its files; `extra` replaces some, and takes out those that are None."""
        made: dict[str, bytes | None] = {**package_files(self.stem, self.tables), **self.extra}
        return {name: content for name, content in made.items() if content is not None}

    def zip(self, name: str = "", files: dict[str, bytes] | None = None) -> Path:
        """Write it as a zip."""
        path = self.folder / f"{name or self.stem}.zip"
        path.write_bytes(zipped(self.stem, files or self.files()))
        return path

    def unpacked(self) -> Path:
        """Write it as a folder."""
        for name, content in self.files().items():
            path = self.folder / self.stem / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return self.folder / self.stem

    def change(self, template: str, row: int, **cells: str) -> None:
        """Change cells of a row."""
        self.tables[template][row] |= cells

    def add(self, template: str, *rows: dict[str, str]) -> None:
        """Add rows."""
        self.tables.setdefault(template, []).extend(copy.deepcopy(list(rows)))

    def read(self, **given: str) -> list[Facts]:
        """Return the facts of the package as a zip."""
        return read(self.zip(), **given)

    def broken(self, **given: str) -> dict[str, list[str]]:
        """Return the rules that it breaks, each with ``record field``."""
        found: dict[str, list[str]] = {}
        for finding in findings(self.read(**given)):
            if finding.code in weights():
                found.setdefault(finding.code, []).append(f"{finding.record} {finding.field}".strip())
        return found


def read(*paths: Path, **given: str) -> list[Facts]:
    """Return the facts of packages, all of which pass the checks of an import."""
    facts = list(SOURCE.read(Given(paths, today="2026-01-01", **given)))  # type: ignore[arg-type]
    validation = Validation()
    assert [found for fact in facts for found in validation.findings(fact)] == []
    return facts


def findings(facts: list[Facts]) -> list[Finding]:
    """Return all findings."""
    return [finding for fact in facts for finding in fact.findings]
