"""The kinds of fraud the site knows: each is a folder here, whose name is its code.

A folder holds `rules.toml` (label, group, position, and the rules of `screening.rules.notation`),
`advice.toml` (`screening.fraud_types.advice`) and `examples.toml`, a text for and against each rule.
A new folder is a new fraud type: nothing else lists them.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.db import models

FOLDER = Path(__file__).parent


class FraudGroup(models.TextChoices):
    JOB_SCAM = "job_scam", "求职骗局"
    HELPING_CRIME = "helping_crime", "替人作案"
    WIDER = "wider", "其他诈骗"


class RiskLevel(models.TextChoices):
    LOW = "low", "低"
    MEDIUM = "medium", "中"
    HIGH = "high", "高"


@dataclass(frozen=True)
class _Entry:
    code: str
    label: str
    group: FraudGroup
    position: int
    stop_message: str


@dataclass(frozen=True)
class StopMessage:
    """What the author of a refused text reads: what is wrong, and what may be written instead."""

    code: str
    words: str
    cure: str


class FraudType(str):
    """The code of a fraud type; raises `ValueError` for an unknown one."""

    __slots__ = ()
    OTHER: "FraudType"

    def __new__(cls, code: str) -> "FraudType":
        if code not in _load_entries():
            raise ValueError(f"{code!r} is no fraud type")
        return super().__new__(cls, code)

    @property
    def label(self) -> str:
        return _load_entries()[self].label

    @property
    def group(self) -> FraudGroup:
        return _load_entries()[self].group

    @property
    def folder(self) -> Path:
        return FOLDER / self


def read_fraud_type_file(folder: Path) -> dict[str, Any]:
    """Read the `rules.toml` of one fraud type."""
    return tomllib.loads((folder / "rules.toml").read_text("utf-8"))


@cache
def _load_entries() -> dict[str, _Entry]:
    entries = []
    for path in FOLDER.glob("*/rules.toml"):
        head = read_fraud_type_file(path.parent)
        group = FraudGroup(head["group"])
        message = head.get("stop_message", "scheme")
        entries.append(_Entry(path.parent.name, head["label"], group, head["position"], message))
    return {entry.code: entry for entry in sorted(entries, key=lambda e: (e.position, e.code))}


def list_fraud_types() -> tuple[FraudType, ...]:
    """Return all in the order in which the site names them."""
    return tuple(map(FraudType, _load_entries()))


def get_stop_message(fraud_type: str) -> StopMessage:
    code = _load_entries()[fraud_type].stop_message if is_fraud_type(fraud_type) else "scheme"
    messages = tomllib.loads((FOLDER / "stop_messages.toml").read_text("utf-8"))
    return StopMessage(code, **messages[code])


def is_fraud_type(code: str) -> bool:
    return code in _load_entries()


def list_fraud_type_choices() -> list[tuple[str, str]]:
    """The choices of forms and model fields; as a function, so that migrations list none."""
    return [(entry.code, entry.label) for entry in _load_entries().values()]


def list_fraud_types_by_group() -> dict[FraudGroup, tuple[FraudType, ...]]:
    types = list_fraud_types()
    return {group: tuple(t for t in types if t.group == group) for group in FraudGroup}


FraudType.OTHER = FraudType("other")
