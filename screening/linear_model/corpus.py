"""Reads the corpus: texts of this project that the model is trained on (`screening/corpus/README.md`)."""

import random
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "corpus"
SCAM, HONEST, FORBIDDEN = "scam", "honest", "forbidden"
LABELS = (SCAM, HONEST, FORBIDDEN)
NO_KIND = "none"
LONG, SHORT = "long_ad", "short_ad"
FRAGMENTS = "fragments"  # the author of composed advertisements
LONG_ADS_OF_A_TRADE, SHORT_ADS_OF_A_TRADE = 14, 8


class CorpusError(ValueError):
    """Names the file, the line and what is wrong, in English."""


@dataclass(frozen=True)
class CorpusText:
    """`kind`: of a scam its fraud type, of forbidden work its kind, of an honest text the one it looks
    like, or empty. `author` is who wrote it: a file."""

    text: str
    label: str
    kind: str
    scheme: str
    register: str
    author: str


def read_corpus(folder: Path = FOLDER) -> list[CorpusText]:
    """Read all files of texts, in a fixed order."""
    return [text for path in sorted(folder.glob("*.txt")) for text in read_corpus_file(path)]


def read_corpus_file(path: Path) -> Iterator[CorpusText]:
    """Yield the texts under each heading `== LABEL KIND SCHEME REGISTER`, one a line, `\\n` for line
    breaks; lines that begin with # are remarks. Raises `CorpusError`."""
    heading: list[str] = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("== "):
            heading = line.split()[1:]
            if len(heading) != 4 or heading[0] not in LABELS:
                raise CorpusError(f"{path.name}, line {number}: not LABEL KIND SCHEME REGISTER")
            continue
        if not heading:
            raise CorpusError(f"{path.name}, line {number}: a text before the first heading")
        label, kind, scheme, register = heading
        text = line.strip().replace("\\n", "\n")
        yield CorpusText(text, label, "" if kind == NO_KIND else kind, scheme, register, path.stem)


def compose_ads(folder: Path = FOLDER, seed: int = 1) -> list[CorpusText]:
    """Put honest advertisements together from the fragments of each trade, long ones and terse ones;
    always the same."""
    common = tomllib.loads((folder / "fragments" / "common.toml").read_text("utf-8"))
    chance = random.Random(seed)  # noqa: S311 - no secret
    ads = []
    for name, trade in _read_trades(folder):
        texts = [_compose_long_ad(trade, common, chance) for _ in range(LONG_ADS_OF_A_TRADE)]
        ads += [CorpusText(text, HONEST, "", name, LONG, FRAGMENTS) for text in texts]
        texts = [_compose_short_ad(trade, common, chance) for _ in range(SHORT_ADS_OF_A_TRADE)]
        ads += [CorpusText(text, HONEST, "", name, SHORT, FRAGMENTS) for text in texts]
    return ads


def _read_trades(folder: Path) -> Iterator[tuple[str, dict]]:
    for path in sorted((folder / "fragments").glob("*.toml")):
        yield from sorted(tomllib.loads(path.read_text("utf-8")).get("trade", {}).items())


def _choose_random_sentences(
    sentences: list[str], least: int, most: int, chance: random.Random
) -> list[str]:
    return chance.sample(sentences, min(len(sentences), chance.randint(least, most)))


def _compose_long_ad(trade: dict, common: dict, chance: random.Random) -> str:
    headings = chance.choice(common["headings"])
    is_numbered, is_joined = chance.random() < 0.5, chance.random() < 0.3
    parts = [chance.choice(trade["titles"])]
    if chance.random() < 0.5:
        parts.append(chance.choice(trade["about"]))
    if chance.random() < 0.3:
        parts.append(chance.choice(common["openings"]))
    extras = _choose_random_sentences(trade["extras"], 0, 3, chance) + _choose_random_sentences(
        common["benefits"], 0, 5, chance
    )
    blocks = (
        _choose_random_sentences(trade["duties"], 2, 7, chance),
        _choose_random_sentences(trade["requirements"], 1, 5, chance),
        [chance.choice(trade["pay"]), *extras],
    )
    for heading, sentences in zip(headings, blocks, strict=False):
        if sentences and chance.random() < 0.9:
            parts.append(heading)
            parts += [f"{n}、{s}" if is_numbered else s for n, s in enumerate(sentences, 1)]
    parts += _choose_random_sentences(common["closings"], 0, 2, chance)
    return ("" if is_joined else "\n").join(parts)


def _compose_short_ad(trade: dict, common: dict, chance: random.Random) -> str:
    parts = [chance.choice(trade["titles"])]
    for name, most in (("requirements", 3), ("duties", 1), ("extras", 1)):
        parts += _choose_random_sentences(trade[name], 0, most, chance)
    if chance.random() < 0.5:
        parts.append(chance.choice(trade["pay"]))
    if chance.random() < 0.2:
        parts += _choose_random_sentences(common["closings"], 1, 1, chance)
    return chance.choice(["\n", "，", " "]).join(part.rstrip("。") for part in parts)


def list_filler(folder: Path = FOLDER) -> list[str]:
    """Return the single sentences of the fragments: what stands around a scam that hides in them."""
    sentences = []
    for _name, trade in _read_trades(folder):
        for part in ("duties", "requirements", "pay", "extras"):
            sentences += trade[part]
    common = tomllib.loads((folder / "fragments" / "common.toml").read_text("utf-8"))
    return sentences + common["benefits"]
