"""How the model of trap sentences is trained, and how it does on pairs of an author that it has not read."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from screening.linear_model.corpus import (
    FOLDER,
    HONEST,
    SCAM,
    CorpusText,
    compose_ads,
    read_corpus,
    read_corpus_file,
)
from screening.linear_model.features import LONGEST_SENTENCE, ModelText
from screening.reading.folded_text import FoldedText
from textkit.ngrams.short_text_model import ShortTextModel
from tools.screening_evaluation.short_text_training import LabelledText, train_short_text_model

TRAP_FOLDER = FOLDER / "traps"
SOFTNESS = 5  # scikit-learn's C
PAIR_WEIGHT = 3
MAX_HONEST = 60_000  # of the sentences of the corpus, evenly
# Of which the sentences are those of offers; others are taken whole, if they are as short.
OFFERS = frozenset("board_ad company_ad hr_polite group_post long_ad short_ad".split())


class TrapPair(NamedTuple):
    """Two offers of one author that differ in a sentence or two."""

    honest: list[str]  # sentences that only the honest one has
    traps: list[str]
    author: str


def read_trap_pairs(folder: Path = TRAP_FOLDER) -> list[TrapPair]:
    """Each honest text of a file is followed by the scam that it is paired with."""
    texts = [text for path in sorted(folder.glob("*.txt")) for text in read_corpus_file(path)]
    return [_compare_offers(*pair) for pair in zip(texts[::2], texts[1::2], strict=True)]


def _compare_offers(honest: CorpusText, scam: CorpusText) -> TrapPair:
    if (honest.label, scam.label) != (HONEST, SCAM):
        raise ValueError(f"{scam.author}: {scam.scheme} is no pair")
    of_honest, of_scam = list_sentences(honest.text), list_sentences(scam.text)
    return TrapPair(
        [sentence for sentence in of_honest if sentence not in of_scam],
        [sentence for sentence in of_scam if sentence not in of_honest],
        scam.author,
    )


def list_sentences(text: str) -> list[str]:
    """Return the sentences of the folded text, as a model cuts them."""
    folded = FoldedText(text).text
    model_text = ModelText(folded)
    return [folded[slice(*model_text.locate(*span))] for span in model_text.list_sentences()]


def list_corpus_sentences() -> list[LabelledText]:
    """Return the corpus' short scams, and the sentences of its honest offers."""
    traps: set[str] = set()
    honest: set[str] = set()
    for text in [*read_corpus(), *compose_ads()]:
        is_short = len(text.text) <= LONGEST_SENTENCE
        if text.label == SCAM and is_short:
            traps.add(text.text)
        elif text.label == HONEST and (is_short or text.register in OFFERS):
            honest.update([text.text] if is_short else list_sentences(text.text))
    every = max(1, len(honest) // MAX_HONEST)
    return [
        *(LabelledText(text, is_wanted=True) for text in sorted(traps)),
        *(LabelledText(text, is_wanted=False) for text in sorted(honest)[::every]),
    ]


def train_trap_model(
    pairs: Iterable[TrapPair], sentences: Sequence[LabelledText]
) -> dict[str, Any]:
    """Return what `trap_sentences.json` holds. Needs scikit-learn."""
    of_pairs = [
        LabelledText(sentence, is_wanted, PAIR_WEIGHT)
        for pair in pairs
        for is_wanted, group in ((True, pair.traps), (False, pair.honest))
        for sentence in group
    ]
    return train_short_text_model([*sentences, *of_pairs], softness=SOFTNESS)


def score_unread_author(
    author: str, pairs: Sequence[TrapPair], sentences: Sequence[LabelledText]
) -> tuple[list[float], list[float]]:
    """Return the log-odds of the author's traps, and of the honest sentences in their places, by a model that has
    read neither."""
    others = [pair for pair in pairs if pair.author != author]
    model = ShortTextModel(train_trap_model(others, sentences))
    author_pairs = [pair for pair in pairs if pair.author == author]
    traps = [_score_sentence(model, sentence) for pair in author_pairs for sentence in pair.traps]
    honest = [_score_sentence(model, sentence) for pair in author_pairs for sentence in pair.honest]
    return traps, honest


def _score_sentence(model: ShortTextModel, sentence: str) -> float:
    text = ModelText(FoldedText(sentence).text)
    return float(model.score_pieces(text.characters, [(0, len(text.text))])[0])
