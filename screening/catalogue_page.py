"""The signal catalogue as a page of Markdown."""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from . import catalogue, engine
from .assessment import HIGH, MEDIUM
from .catalogue import Definition, Example, Examples
from .fraud_types import FraudType
from .signals import pitch

HEAD = f"""# Signals

Made by `manage.py signal_catalogue` from the signals themselves and from `screening/examples/`; don't
edit it here. `manage.py signal_catalogue --check` tells whether it is stale.

A signal is one explained finding in a text: a code, a span, a reason, a weight. Of one text, the findings
of one fraud type join: each takes its share of the doubt that the others left, so that two of 50 make 75.
Findings that name no type add to whichever type there is. {MEDIUM} is level medium (a person looks), {HIGH}
high. A finding that *stops* refuses the publication whatever the score.

No finding counts that the text warns of (谨防…, …都是骗局).
"""
FAMILIES = {
    "wording": "What schemes say, and how reports speak of them. Also proposes what an article is about.",
    "pitch": "What an offer promises, soothes, leads to and asks for. Each role alone is nothing: it counts "
    "where a whole pitch stands in one text.",
    "deals": "Who hands over what, to whom, when and for what. A side has many words and is nothing alone; "
    "a deal is told where enough of its sides meet.",
    "training": "Training sold as a job (招转培).",
    "pay": "Pay that cannot be true, against what such work pays around here.",
    "contact_evasion": "A contact in the text instead of the contact field, in whatever spelling.",
    "distribution": "Where the same text stands besides: facts from the fingerprints of listings.",
    "known_contacts": "Contacts that stood in listings removed for fraud.",
    "learned": "What a model fitted on moderators' decisions says, where one is switched on.",
    "discrimination": "Requirements that the law forbids. They go to author and moderator with the lawful "
    "wording, and have no share in the score of fraud.",
}
_MARKDOWN = re.compile(r"([\\`*_\[\]<>|#~])")


def page() -> str:
    examples = catalogue.examples()
    parts = [HEAD, _contents()]
    for family, found in groupby(catalogue.definitions(), key=lambda one: one.family):
        parts.append(f"## {family}\n\n{FAMILIES[family]}\n")
        if family == "pitch":
            parts.append(_pitches())
        parts += [
            "\n".join(_section(one, examples.get(one.code, Examples()))) + "\n" for one in found
        ]
    return "\n".join(parts)


def _contents():
    counts: dict[str, int] = {}
    for one in catalogue.definitions():
        counts[one.family] = counts.get(one.family, 0) + 1
    rows = [f"| [{name}](#{name}) | {n} | {FAMILIES[name]} |" for name, n in counts.items()]
    return "\n".join(["| family | signals | |", "|---|---|---|", *rows]) + "\n"


def _pitches():
    rows = ["| pitch | fraud type | needs, near each other | never beside |", "|---|---|---|---|"]
    for one in pitch.PITCHES:
        needs = " + ".join(" or ".join(group) for group in one.needs)
        label = one.kind.label
        rows.append(f"| `{one.name}` | {label} | {needs} | {', '.join(one.unless)} |")
    return "\n".join(rows) + "\n"


def _section(one: Definition, examples: Examples) -> Iterator[str]:
    yield f"### `{one.code}`\n"
    if any(one.weights):
        yield f"- fraud type: {_types(one.fraud_types)}"
        yield f"- weight: {_weights(one.weights)}{'; **stops a publication**' if one.stops else ''}"
    if reason := one.reason or _reason(one, examples.finds):
        yield f"- says: {_plain(reason)}"
    if what := " ".join(filter(None, (examples.what, one.what))):
        yield f"- looks for: {what}"
    for number, part in enumerate(one.parts, start=1):
        yield f"  - {f'part {number}: ' if len(one.parts) > 1 else ''}{_plain(_words(part))}"
    if one.cure:
        yield f"- proposes instead: {_plain(one.cure)}"
    if examples.leaves_alone:
        yield f"- leaves alone: {examples.leaves_alone}"
    for example in examples.finds[:1]:
        yield f"- finds: {_marked(one, example)}{_given(example)}"
    for example in examples.leaves[:1]:
        yield f"- not in: {_plain(example.text)}{_given(example)}"


def _types(fraud_types):
    if fraud_types == catalogue.ANY:
        return "the one of the case"
    if not fraud_types:
        return "none; adds to whichever there is"
    return ", ".join(f"{FraudType(one).label} (`{one}`)" for one in fraud_types)


def _weights(weights):
    least, most = weights
    return str(least) if least == most else f"{least}–{most}"


def _words(part):
    return part.replace("#", "a sum of money") if part == "#" or part.endswith(" #") else part


def _reason(one, examples: Iterable[Example]):
    for example in examples:
        for signal in one.found(engine.assess(example.text, example.context)):
            return signal.reason
    return ""


def _marked(one, example):
    """The text, with what was found in bold."""
    text = example.text
    for signal in one.found(engine.assess(text, example.context)):
        if signal.end:
            start, end = signal.start, signal.end
            return f"{_plain(text[:start])}**{_plain(text[start:end])}**{_plain(text[end:])}"
    return _plain(text)


def _given(example):
    return f" (given {_plain(example.given)})" if example.given else ""


def _plain(text):
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))
