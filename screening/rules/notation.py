"""The notation of rules: tables of a TOML file, each a `Rule`.

    [rules.deposit]
    weight = 60                      # 1 to 100: how far the rule alone speaks for the fraud
    reason = "…"                     # a sentence for whoever reads the text
    all = ["押金 保证金", "@work"]     # lists of words: one word of each, near one another
    any = ["…", "…"]                 # and one word of so many of these lists as
    at_least = 1
    within = 30                      # characters from the first word to the end of the last
    order = true                     # as they are listed
    not = "…"                        # words anywhere in the text that silence the rule
    deniable = true                  # a word that the text denies ("不收押金") does not count
    stop = true                      # certain enough to refuse a text, see `screening.engine`
    of_offers = true                 # what an offer asks of its reader: not looked for in reports

`@name` stands for the words of a concept: of the file's own `[concepts]`, or of `concepts.toml` beside
the folders; `@amount` for any sum of money. Words are parted by blanks.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

AMOUNT = "@amount"
KEYS = {
    "weight", "reason", "all", "any", "at_least", "within", "order", "not", "deniable", "stop",
    "of_offers",
}  # fmt: skip
WITHIN = 30


class RuleError(ValueError):
    """Names the rule and what is wrong with it, in English."""


@dataclass(frozen=True, eq=False)
class Rule:
    """`parts` holds the words of each list; the first `required` must all stand there."""

    code: str
    weight: int
    reason: str
    parts: tuple[tuple[str, ...], ...]
    required: int
    at_least: int = 0
    within: int = WITHIN
    ordered: bool = False
    unless: tuple[str, ...] = ()
    deniable: bool = False
    stops: bool = False
    of_offers: bool = False

    @cached_property
    def needed_part_count(self) -> int:
        return self.required + self.at_least

    @cached_property
    def _required_bits(self) -> int:
        return (1 << self.required) - 1

    def is_complete(self, bits: int) -> bool:
        """Whether these parts complete the rule; the first part is bit 1, the second 2, the third 4 …"""
        required = self._required_bits
        return bits & required == required and bits.bit_count() >= self.needed_part_count

    @cached_property
    def is_of_one_part(self) -> bool:
        return len(self.parts) == 1

    @property
    def is_name(self) -> bool:
        """Whether it finds the scheme by its name, which a denial may contain as well."""
        return self.code.endswith(".named")


def load_rules(path: Path, prefix: str) -> tuple[Rule, ...]:
    """Read the rules of one file; their codes begin with `prefix`. Raises `RuleError`."""
    tables = tomllib.loads(path.read_text("utf-8"))
    concepts = load_concepts(path.parent.parent) | tables.get("concepts", {})
    return tuple(
        parse_rule(f"{prefix}.{name}", table, concepts)
        for name, table in tables.get("rules", {}).items()
    )


def load_concepts(folder: Path) -> dict[str, str]:
    path = folder / "concepts.toml"
    return tomllib.loads(path.read_text("utf-8")) if path.exists() else {}


def parse_rule(code: str, table: Mapping[str, Any], concepts: Mapping[str, str]) -> Rule:
    if unknown := set(table) - KEYS:
        raise RuleError(f"{code}: unknown {', '.join(sorted(unknown))}")
    if not isinstance(weight := table.get("weight"), int) or not 1 <= weight <= 100:
        raise RuleError(f"{code}: weight must be a number from 1 to 100")
    required, optional = table.get("all", []), table.get("any", [])
    if not required and not optional:
        raise RuleError(f"{code}: it needs words in all or any")
    at_least = table.get("at_least", 1 if optional else 0)
    if at_least > len(optional):
        raise RuleError(f"{code}: at_least is more than any has lists")
    if not table.get("reason"):
        raise RuleError(f"{code}: it needs a reason")
    return Rule(
        code=code,
        weight=weight,
        reason=table["reason"],
        parts=tuple(
            tuple(dict.fromkeys(_split_words(code, words, concepts)))
            for words in (*required, *optional)
        ),
        required=len(required),
        at_least=at_least,
        within=table.get("within", WITHIN),
        ordered=table.get("order", False),
        unless=tuple(_split_words(code, table.get("not", ""), concepts)),
        deniable=table.get("deniable", False),
        stops=table.get("stop", False),
        of_offers=table.get("of_offers", False),
    )


def _split_words(code: str, words: str, concepts: Mapping[str, str]) -> Iterator[str]:
    for word in words.split():
        if word == AMOUNT or not word.startswith("@"):
            if len(word) < 2:
                raise RuleError(f"{code}: {word!r} is too short to look for")
            yield word
        elif word[1:] in concepts:
            yield from _split_words(code, concepts[word[1:]], concepts)
        else:
            raise RuleError(f"{code}: there is no concept {word}")
