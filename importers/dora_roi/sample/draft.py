"""`Draft`: one register in the making, with the rows that each entity, contract and provider needs to break no rule."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from importers.dora_roi.writing import lei, stem_of

DATE: Final = "2025-03-31"
BEGUN, OPEN = "2023-01-01", "9999-12-31"
LEI: Final = "eba_qCO:qx2000"

Row = dict[str, str]


@dataclass(slots=True)
class Draft:
    """One register.

    Attributes
    ----------
    entity : str
        The LEI of whoever keeps it.
    tables : dict
        Rows by template: cells by the code of the column.

    """

    entity: str
    scope: str
    country: str
    tables: dict[str, list[Row]] = field(default_factory=dict)

    @property
    def stem(self) -> str:
        """The name of its package."""
        return stem_of(self.entity, self.scope, self.country, DATE, "20250430120000000")

    def add(self, template: str, **cells: str) -> None:
        """Add a row, unless it is there."""
        rows = self.tables.setdefault(template, [])
        if cells not in rows:
            rows.append(cells)

    def keeper(self, name: str, kind: str) -> None:
        """Say who keeps the register, and how it uses words."""
        self.add(
            "B_01.01",
            c0010=self.entity,
            c0020=name,
            c0030=f"eba_GA:{self.country}",
            c0040=f"eba_CT:{kind}",
            c0050=f"Example Authority {self.country}",
            c0060=DATE,
        )
        said = ("single contract", "frame contract", "order under a frame contract", *["as the procedure says"] * 16)
        self.add("B_99.01", **{f"c{number:03}0": text for number, text in enumerate(said, 1)})

    def member(self, entity: str, name: str, kind: str, role: str, *, assets: int, parent: str = "") -> None:
        """Add an entity of the register."""
        self.add(
            "B_01.02",
            c0010=entity,
            c0020=name,
            c0030=f"eba_GA:{self.country}",
            c0040=f"eba_CT:{kind}",
            c0050=f"eba_RP:{role}",
            c0060=parent or entity,
            c0070=DATE,
            c0080=BEGUN,
            c0090=OPEN,
            c0100="eba_CU:EUR",
            c0110=str(assets),
        )

    def function(self, owner: str, identifier: str, name: str, activity: str, *, critical: bool, hours: int) -> None:
        """Add a function."""
        self.add(
            "B_06.01",
            c0010=identifier,
            c0020=f"eba_TA:{activity}",
            c0030=name,
            c0040=owner,
            c0050="eba_BT:x28" if critical else "eba_BT:x29",
            c0060="critical by the procedure" if critical else "not critical by the procedure",
            c0070="2025-01-15",
            c0080=str(hours),
            c0090=str(max(1, hours // 2)),
            c0100=("eba_ZZ:x793" if hours < 8 else "eba_ZZ:x792") if critical else "eba_ZZ:x791",
        )

    def provider(self, code: str, name: str, country: str, parent: str = "") -> None:
        """Add a provider; its parent must be added too."""
        self.add(
            "B_05.01",
            c0010=code,
            c0020=LEI,
            c0050=name,
            c0060=name,
            c0070="eba_CT:x212",
            c0080=f"eba_GA:{country}",
            c0090="eba_CU:EUR",
            c0100="250000",
            c0110=parent or code,
            c0120=LEI,
        )

    def contract(self, reference: str, provider: str, users: list[str], cost: int) -> None:
        """Add a contract, and who signs and uses it."""
        self.add("B_02.01", c0010=reference, c0020="eba_CO:x1", c0040="eba_CU:EUR", c0050=str(cost))
        self.add("B_03.01", c0010=reference, c0020=self.entity, c0030="true")
        self.add("B_03.02", c0010=reference, c0020=provider, c0030=LEI)
        for user in users:
            self.add("B_04.01", c0010=reference, c0020=user, c0030="eba_ZZ:x839", c0040="Not Applicable")

    def use(self, reference: str, user: str, provider: str, function: str, *, kind: str, country: str) -> None:
        """Add the use of a service of a contract by a function; what is agreed differs from contract to contract."""
        agreed = sum(map(ord, reference + kind))
        self.add(
            "B_02.02",
            c0010=reference,
            c0020=user,
            c0030=provider,
            c0040=LEI,
            c0050=function,
            c0060=f"eba_TA:{kind}",
            c0070=BEGUN,
            c0080=OPEN,
            c0090="eba_CO:x9",
            c0100=("30", "60", "90")[agreed % 3],
            c0110=("90", "180")[agreed % 2],
            c0120=f"eba_GA:{self.country}",
            c0130=f"eba_GA:{country}",
            c0140="eba_BT:x28",
            c0150=f"eba_GA:{country}",
            c0160=f"eba_GA:{country}",
            c0170=("eba_ZZ:x791", "eba_ZZ:x792", "eba_ZZ:x793")[(agreed + sum(map(ord, function))) % 3],
            c0180=("eba_ZZ:x795", "eba_ZZ:x796", "eba_ZZ:x797")[agreed // 2 % 3],
        )

    def link(self, reference: str, kind: str, provider: str, rank: int, recipient: str) -> None:
        """Add one row of a chain of subcontractors."""
        self.add(
            "B_05.02",
            c0010=reference,
            c0020=f"eba_TA:{kind}",
            c0030=provider,
            c0040=LEI,
            c0050=str(rank),
            c0060=recipient,
            c0070=LEI,
        )

    def assessment(self, reference: str, provider: str, kind: str, *, replaceable: bool) -> None:
        """Add the assessment of a service."""
        self.add(
            "B_07.01",
            c0010=reference,
            c0020=provider,
            c0030=LEI,
            c0040=f"eba_TA:{kind}",
            c0050="eba_ZZ:x962" if replaceable else "eba_ZZ:x960",
            c0060="" if replaceable else "eba_ZZ:x964",
            c0070=OPEN,
            c0080="eba_BT:x28",
            c0090="eba_ZZ:x798" if replaceable else "eba_ZZ:x966",
            c0100="eba_ZZ:x791" if replaceable else "eba_ZZ:x793",
            c0110="eba_BT:x28" if replaceable else "eba_BT:x29",
        )


def made_up(kind: int, number: int) -> str:
    """Return an LEI of nobody, with right check digits; `kind` tells entities from providers."""
    return lei(f"EXAMPLE{kind:03}{number:08}")
