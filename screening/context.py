"""The context of a text, as plain values: the offer's own fields, counts, and known facts.

The caller passes the first two; `screening.screen` looks up the known facts.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

CURRENCY = Decimal("0.01")
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")  # PostgreSQL refuses these in a parameter
_TEXTS, _AMOUNTS = ("category", "tier", "pay_unit"), ("pay_min", "pay_max")
_READ = {*_TEXTS, *_AMOUNTS, "contacts", "spread"}


@dataclass(frozen=True)
class TextSpread:
    """Where else the same text was published: a fact, not a verdict."""

    listings: int = 0
    employers: int = 0
    cities: int = 0
    removed_for: str = ""  # the fraud type of a removed listing that said the same


@dataclass(frozen=True)
class PayNormRange:
    """What this kind of work pays around here, in the unit of the offer; see `PayNorm`."""

    low: Decimal
    median: Decimal
    high: Decimal
    count: int
    where: str  # in words a seeker understands: "三线城市的传单派发"


@dataclass(frozen=True)
class KnownContactMatch:
    """A contact of this text that stood in a listing removed for fraud."""

    kind: str
    start: int  # where it stands in the text; both 0 where it stands in a contact field
    end: int
    fraud_type: str
    times: int


@dataclass(frozen=True)
class Context:
    """All values are optional, because a pasted chat has none of them."""

    category: str = ""
    tier: str = ""
    pay_min: Decimal | None = None
    pay_max: Decimal | None = None
    pay_unit: str = ""
    contacts: tuple[str, ...] = ()  # as written in the contact fields
    spread: TextSpread = field(default_factory=TextSpread)
    norm: PayNormRange | None = None
    known: tuple[KnownContactMatch, ...] = ()

    @classmethod
    def parse(cls, raw: object) -> "Context":
        """Parse decoded JSON. Raises a `ValueError` that names what cannot be read. Unknown keys are left out, see
        `list_unknown_keys`."""
        raw = _parse_object("context", raw)
        values: dict[str, Any] = {name: _parse_text(name, raw.get(name, "")) for name in _TEXTS}
        values |= {name: _parse_amount(name, raw.get(name)) for name in _AMOUNTS}
        contacts = raw.get("contacts", ())
        if not isinstance(contacts, list | tuple):
            raise ValueError("contacts is no list")  # noqa: TRY004 - one kind of error for a line
        values["contacts"] = tuple(_parse_text("contacts", contact) for contact in contacts)
        return cls(**values, spread=_parse_spread(raw.get("spread")))

    @staticmethod
    def list_unknown_keys(raw: Mapping) -> list[str]:
        """Return the keys that `parse` leaves out."""
        spread = raw.get("spread")
        fields = set(TextSpread.__dataclass_fields__)
        inner = set(spread) - fields if isinstance(spread, Mapping) else ()
        return sorted({*(set(raw) - _READ), *(f"spread.{name}" for name in inner)})


def _parse_object(name: str, value: object) -> Mapping:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise ValueError(f"{name} is no JSON object")  # noqa: TRY004
    return value


def _parse_text(name: str, value: object) -> str:
    if not isinstance(value, str) or _NO_TEXT.search(value):
        raise ValueError(f"{name} is no text")
    return value


def _parse_amount(name: str, value: object) -> Decimal | None:
    if value is None or value == "":
        return None
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        raise ValueError(f"{name} is no amount of yuan") from None
    if not amount.is_finite() or not 0 < amount < 10**9:
        raise ValueError(f"{name} is no amount of yuan")
    return amount.quantize(CURRENCY)


def _parse_spread(value: object) -> TextSpread:
    spread = _parse_object("spread", value)
    counts = {name: spread.get(name, 0) for name in ("listings", "employers", "cities")}
    if not all(type(n) is int and n >= 0 for n in counts.values()):
        raise ValueError("spread holds whole numbers")
    return TextSpread(
        **counts, removed_for=_parse_text("removed_for", spread.get("removed_for", ""))
    )
