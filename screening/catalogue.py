"""Every signal the site can raise: what it looks for, what it weighs, and a text each way.

For the documentation and the tests; judging a text never needs it. What a signal is comes from its
family's own module, what it looks like from `examples/`.
"""

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from fnmatch import fnmatchcase
from pathlib import Path

from . import stops
from .assessment import MEDIUM, Assessment, Signal
from .context import Context, Known, Norm
from .fraud_types import FraudType
from .learned import Opinion
from .models import KnownContact
from .signals import (
    FINDERS,
    OF_OFFERS,
    contact_evasion,
    deals,
    discrimination,
    distribution,
    known_contacts,
    learned,
    pay,
    pitch,
    training,
    wording,
)

EXAMPLES = Path(__file__).parent / "examples"
ANY = tuple(FraudType.values)  # the finding itself says which


@dataclass(frozen=True)
class Definition:
    """`fraud_types` is empty for what adds to the score of whichever type is found."""

    code: str
    fraud_types: tuple[str, ...] = ()
    weights: tuple[int, int] = (0, 0)  # the least and the most
    reason: str = ""  # empty where it is made from the case
    what: str = ""
    parts: tuple[str, ...] = ()  # one word of each part makes the finding
    cure: str = ""  # how the same can be said lawfully

    @property
    def family(self) -> str:
        return self.code.partition(".")[0]

    @property
    def stops(self) -> bool:
        return self.code in stops.CODES

    def found(self, said: Assessment) -> list[Signal]:
        return [signal for signal in said.signals if fnmatchcase(signal.code, self.code)]


@dataclass(frozen=True)
class Example:
    text: str
    context: Context = field(default_factory=Context)
    given: str = ""  # the context in words, for the reader


@dataclass(frozen=True)
class Examples:
    what: str = ""
    leaves_alone: str = ""
    finds: tuple[Example, ...] = ()
    leaves: tuple[Example, ...] = ()


def definitions() -> list[Definition]:
    """Of every family, in the order of the families."""
    if missing := (FINDERS.keys() | OF_OFFERS.keys()) - FAMILIES.keys():
        raise LookupError(f"families without definitions: {sorted(missing)}")
    return [one for name in FAMILIES for one in FAMILIES[name]()]


def examples() -> dict[str, Examples]:
    """By code; a file is a family, or stands in its directory."""
    found: dict[str, Examples] = {}
    for path in sorted(EXAMPLES.glob("**/*.toml")):
        family = path.relative_to(EXAMPLES).parts[0].removesuffix(".toml")
        for code, entry in _entries(family, tomllib.loads(path.read_text(encoding="utf-8"))):
            if code in found:
                raise ValueError(f"{path.name}: {code} twice")
            found[code] = _examples(entry)
    return found


def _entries(code, table):
    if "finds" in table or "leaves" in table:
        yield code, table
        return
    for name, inner in table.items():
        yield from _entries(f"{code}.{name}", inner)


def _examples(entry):
    return Examples(
        what=entry.get("what", ""),
        leaves_alone=entry.get("leaves_alone", ""),
        finds=tuple(map(_example, entry.get("finds", ()))),
        leaves=tuple(map(_example, entry.get("leaves", ()))),
    )


def _example(written):
    if isinstance(written, str):
        return Example(written)
    given = {name: value for name, value in written.items() if name != "text"}
    text = written["text"]
    return Example(text, _context(text, given), _in_words(given))


def _context(text, given):
    """As `Context.read`, and what otherwise comes from the tables."""
    looked_up = {name: given[name] for name in ("norm", "known", "learned") if name in given}
    said = {name: value for name, value in given.items() if name not in looked_up}
    if unknown := Context.unknown(said):
        raise ValueError(f"{text}: no such context: {unknown}")
    context = Context.read(said)
    if norm := looked_up.get("norm"):
        figures = {name: Decimal(norm[name]) for name in ("low", "median", "high")}
        context = context.having(norm=Norm(**figures, count=norm["count"], where=norm["where"]))
    known = tuple(_known(text, **one) for one in looked_up.get("known", ()))
    opinions = tuple(
        Opinion(**{**one, "terms": tuple(one["terms"])}) for one in looked_up.get("learned", ())
    )
    return context.having(known=known, learned=opinions)


def _known(text, kind, contact, fraud_type, times=1):
    """A contact that is not in the text stands in a contact field."""
    start = max(0, text.find(contact))
    return Known(kind, start, start + len(contact) if contact in text else 0, fraud_type, times)


def _in_words(given):
    if isinstance(given, dict):
        return ", ".join(f"{name} {_in_words(value)}" for name, value in given.items())
    if isinstance(given, list):
        return " and ".join(map(_in_words, given))
    return str(given)


def _wording() -> Iterator[Definition]:
    for kind, clues in wording.CLUES.items():
        for clue in clues:
            what = "One word of the list."
            if len(clue.parts) > 1:
                what = (
                    f"One word of each part, in any order, within {clue.within} characters of "
                    "one paragraph."
                )
            if clue.deniable:
                what += " Not what the text denies, or says the employer bears."
            yield Definition(
                f"wording.{kind.value}.{clue.name}",
                (kind.value,),
                (clue.weight, clue.weight),
                clue.reason,
                what,
                tuple(" ".join(part) for part in clue.parts),
            )


def _pitch() -> Iterator[Definition]:
    for role in pitch.ROLES:
        in_pitches = [one for one in pitch.PITCHES if one.weights.get(role.name)]
        if not in_pitches:
            continue  # it only says that a pitch is one, or is none
        weights = [one.weights[role.name] for one in in_pitches]
        names = ", ".join(f"`{one.name}`" for one in in_pitches)
        also = "and spellings that a pattern knows" if role.pattern else ""
        yield Definition(
            f"pitch.{role.name}",
            tuple(dict.fromkeys(one.kind.value for one in in_pitches)),
            (min(weights), max(weights)),
            role.reason,
            f"Counts only as a part of a whole pitch: {names}.",
            (" ".join([*role.words, also]).strip(),),
        )


def _deals() -> Iterator[Definition]:
    for deal in deals.DEALS:
        must = ", ".join(f"`{side.name}`" for side in deal.sides[: deal.musts])
        may = ", ".join(f"`{side.name}`" for side in deal.sides[deal.musts :])
        honest = ", ".join(f"`{side.name}`" for side in deal.unless)
        yield Definition(
            f"deals.{deal.name}",
            (deal.kind.value,),
            (min(deal.weights.values()), max(deal.weights.values())),
            deal.reason,
            f"Sides that must be there: {must}; {deal.least} in all, others being {may}. "
            f"Not beside {honest}. In words, ~ is a gap of a few characters and # any sum.",
            tuple(f"{side.name}: {' '.join(side.words)}" for side in deal.sides),
        )


def _contact_evasion() -> Iterator[Definition]:
    for kind, reason in contact_evasion.REASONS.items():
        weights = (contact_evasion.WEIGHT, contact_evasion.WEIGHT)
        yield Definition(f"contact_evasion.{kind}", (), weights, reason)


def _discrimination() -> Iterator[Definition]:
    for name, kind in discrimination.KINDS.items():
        weights = (discrimination.WEIGHT, discrimination.WEIGHT)
        yield Definition(f"discrimination.{name}", (), weights, kind.reason, cure=kind.cure)


def _training() -> Iterator[Definition]:
    for name, weight in (("sold", 80), ("doubtful", 42)):
        yield Definition(f"training.{name}", (training.KIND,), (weight, weight))


def _pay() -> Iterator[Definition]:
    for name, weights in {
        "above_norm": [weight for _least, weight in pay.ABOVE_NORM],
        "too_good": [weight for _least, weight in pay.STEPS],
        "hidden_figure": [pay.NAMELESS],
        "per_task": [pay.PER_TASK_WEIGHT],
    }.items():
        yield Definition(f"pay.{name}", (), (min(weights), max(weights)))


def _distribution() -> Iterator[Definition]:
    before = distribution.SAID_BEFORE
    yield Definition("distribution.removed", ANY, (before, before))
    spread = (distribution.SPREAD, distribution.SPREAD_WIDE)
    yield Definition("distribution.spread", (), spread)


def _known_contacts() -> Iterator[Definition]:
    weights = (min(known_contacts.WEIGHTS.values()), known_contacts.OFTEN)
    for kind in KnownContact.Kind.values:
        yield Definition(f"known_contacts.{kind}", ANY, weights)


def _learned() -> Iterator[Definition]:
    """One for all types: what the model learned of each stands in the model."""
    yield Definition("learned.*", ANY, (MEDIUM, MEDIUM + learned.SPREAD))


FAMILIES: dict[str, Callable[[], Iterator[Definition]]] = {
    "wording": _wording,
    "pitch": _pitch,
    "deals": _deals,
    "training": _training,
    "pay": _pay,
    "contact_evasion": _contact_evasion,
    "distribution": _distribution,
    "known_contacts": _known_contacts,
    "learned": _learned,
    "discrimination": _discrimination,
}
