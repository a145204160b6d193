"""Texts of the corpus once more, as they also come in: between sentences of other advertisements, with
signs between the characters, with a line for each clause.

Honest texts are varied as scams are: else the model learns that such signs make a scam, or that
sentences of ordinary advertisements make an honest text.
"""

import random
from collections.abc import Sequence
from dataclasses import replace

from screening.linear_model.corpus import FORBIDDEN, FRAGMENTS, CorpusText

PADDED, TORN = 0.45, 0.15  # shares of the texts that are given once more
MOST_SENTENCES = 5  # before the text, and behind it
SIGNS = " 🌟🎈📌"


def make_variants(texts: Sequence[CorpusText], filler: Sequence[str]) -> list[CorpusText]:
    """Return a part of the scams and honest texts once more; the same ones for the same texts."""
    chance = random.Random(2)  # noqa: S311 - no secret
    variants = []
    for text in texts:
        if text.label == FORBIDDEN or text.author == FRAGMENTS:
            continue
        if filler and chance.random() < PADDED:
            variants.append(replace(text, text=_pad_text(text.text, filler, chance)))
        if chance.random() < TORN:
            is_split = chance.random() < 0.5
            torn = split_lines(text.text) if is_split else insert_signs(text.text, chance, 0.2)
            variants.append(replace(text, text=torn))
    return variants


def _pad_text(text: str, filler: Sequence[str], chance: random.Random) -> str:
    before, after = (
        chance.sample(filler, min(len(filler), chance.randint(0, MOST_SENTENCES)))
        for _side in range(2)
    )
    return "\n".join([*before, text, *after])


def insert_signs(text: str, chance: random.Random, share: float, signs: str = SIGNS) -> str:
    """Put signs behind a share of the Chinese characters."""
    return "".join(
        char
        + (chance.choice(signs) if "\u4e00" <= char <= "\u9fff" and chance.random() < share else "")
        for char in text
    )


def split_lines(text: str) -> str:
    """Begin a line behind each clause."""
    return "".join(char + ("\n" if char in "，,。；;" else "") for char in text)
