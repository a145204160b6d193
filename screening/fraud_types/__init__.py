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
    HELPING_CRIME = "helping_crime", "被骗子利用的“活”（帮信）"
    WIDER = "wider", "其他诈骗"


class RiskLevel(models.TextChoices):
    LOW = "low", "低"
    MEDIUM = "medium", "中"
    HIGH = "high", "高"


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
        return _load_entries()[self]["label"]

    @property
    def known_name(self) -> str:
        """The label; "" for the type other, because its label 其他 does not tell what happened."""
        return "" if self == FraudType.OTHER else self.label

    @property
    def case_name(self) -> str:
        """The name of one case, as in the warning to affected people; 骗局 for the type other."""
        return self.known_name or "骗局"

    @property
    def page_name(self) -> str:
        """The name of its page and its list; 其他骗局 for the type other."""
        return self.known_name or "其他骗局"

    @property
    def group(self) -> FraudGroup:
        return FraudGroup(_load_entries()[self]["group"])

    @property
    def folder(self) -> Path:
        return FOLDER / self


@cache
def _load_entries() -> dict[str, dict[str, Any]]:
    """Return `rules.toml` of each fraud type, in the order in which the site names them."""
    paths = FOLDER.glob("*/rules.toml")
    entries = {path.parent.name: tomllib.loads(path.read_text("utf-8")) for path in paths}
    return dict(sorted(entries.items(), key=lambda entry: (entry[1]["position"], entry[0])))


def list_fraud_types() -> tuple[FraudType, ...]:
    return tuple(map(FraudType, _load_entries()))


def get_fraud_type(code: str) -> FraudType:
    """Return the type, or 其他 if no folder has the code, so that old rows stay readable after a folder was removed."""
    return FraudType(code) if is_fraud_type(code) else FraudType.OTHER


def get_stop_message(fraud_type: str) -> StopMessage:
    code = _load_entries().get(fraud_type, {}).get("stop_message", "scheme")
    messages = tomllib.loads((FOLDER / "stop_messages.toml").read_text("utf-8"))
    return StopMessage(code, **messages[code])


def is_fraud_type(code: str) -> bool:
    return code in _load_entries()


def list_fraud_type_choices() -> list[tuple[str, str]]:
    """The choices of forms and model fields; as a function, so that migrations list none."""
    return [(code, entry["label"]) for code, entry in _load_entries().items()]


def list_fraud_types_by_group() -> dict[FraudGroup, tuple[FraudType, ...]]:
    types = list_fraud_types()
    return {group: tuple(t for t in types if t.group == group) for group in FraudGroup}


FraudType.OTHER = FraudType("other")
