"""What stands around a text, as plain values: the offer's own fields, counts, and what is known.

Whoever asks for an assessment hands in the first two; `screening.screen` looks the last up.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal, InvalidOperation
from typing import Any

CURRENCY = Decimal("0.01")
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")  # what no table can be asked for
READ = {"category", "tier", "pay_min", "pay_max", "pay_unit", "contacts", "spread"}


@dataclass(frozen=True)
class Spread:
    """Where the same text stands besides here: a fact, not a verdict."""

    listings: int = 0
    employers: int = 0
    cities: int = 0
    removed_for: str = ""  # the fraud type of a removed listing that said the same


SPREAD = {column.name for column in fields(Spread)}


@dataclass(frozen=True)
class Norm:
    """What this kind of work pays around here, in the unit of the offer; see `PayNorm`."""

    low: Decimal
    median: Decimal
    high: Decimal
    count: int
    where: str  # in words a seeker understands: "三线城市的传单派发"


@dataclass(frozen=True)
class Known:
    """A contact of this text that stood in a listing removed for fraud."""

    kind: str
    start: int  # where it stands in the text; both 0 where it stands in a contact field
    end: int
    fraud_type: str
    times: int


@dataclass(frozen=True)
class Context:
    """All of it optional: a pasted chat has none."""

    category: str = ""
    tier: str = ""
    pay_min: Decimal | None = None
    pay_max: Decimal | None = None
    pay_unit: str = ""
    contacts: tuple[str, ...] = ()  # as written in the contact fields
    spread: Spread = field(default_factory=Spread)
    norm: Norm | None = None
    known: tuple[Known, ...] = ()

    @classmethod
    def parse(cls, given: Mapping) -> "Context":
        """From decoded JSON; raises `ValueError` that names what it cannot read. What it does not
        know it leaves out, see `list_unknown_keys`."""
        values: dict[str, Any] = {}
        for name in ("category", "tier", "pay_unit"):
            values[name] = _words(name, given.get(name, ""))
        for name in ("pay_min", "pay_max"):
            values[name] = _amount(name, given.get(name))
        contacts = given.get("contacts", ())
        if not isinstance(contacts, list | tuple):
            raise ValueError("contacts is no list")  # noqa: TRY004 - one kind of error for a line
        values["contacts"] = tuple(_words("contacts", contact) for contact in contacts)
        spread = given.get("spread")
        values["spread"] = _spread({} if spread is None else spread)
        return cls(**values)

    @staticmethod
    def list_unknown_keys(given: Mapping) -> list[str]:
        """Keys that `parse` leaves out."""
        spread = given.get("spread")
        inner = set(spread) - SPREAD if isinstance(spread, Mapping) else ()
        return sorted({*(set(given) - READ), *(f"spread.{name}" for name in inner)})

    def having(self, **more: Any) -> "Context":
        return replace(self, **more)


def _words(name: str, value: object) -> str:
    if not isinstance(value, str) or _NO_TEXT.search(value):
        raise ValueError(f"{name} is no text")
    return value


def _amount(name: str, value: object) -> Decimal | None:
    if value is None or value == "":
        return None
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        raise ValueError(f"{name} is no amount of yuan") from None
    if not amount.is_finite() or not 0 < amount < 10**9:
        raise ValueError(f"{name} is no amount of yuan")
    return amount.quantize(CURRENCY)


def _spread(given: object) -> Spread:
    if not isinstance(given, Mapping):
        raise ValueError("spread is no JSON object")  # noqa: TRY004
    counts = {name: given.get(name, 0) for name in ("listings", "employers", "cities")}
    if not all(type(n) is int and n >= 0 for n in counts.values()):
        raise ValueError("spread holds whole numbers")
    return Spread(**counts, removed_for=_words("removed_for", given.get("removed_for", "")))
