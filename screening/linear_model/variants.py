"""Texts of the corpus once more, as they also come in: between sentences of other advertisements, with
signs between the characters, with a line for each clause; and honest advertisements joined to long ones.

Honest texts are varied as scams are: else the model learns that such signs make a scam, or that
sentences of ordinary advertisements make an honest text.
"""

import random
from collections.abc import Sequence
from dataclasses import replace

from screening.linear_model.corpus import FORBIDDEN, FRAGMENTS, HONEST, CorpusText

PADDED, TORN, JOINED = 0.45, 0.15, 0.3  # shares of the texts that are given once more
LONG_REGISTERS = ("board_ad", "company_ad", "hr_polite")
MAX_SENTENCES = 5  # before the text, and behind it
SIGNS = " 🌟🎈📌"


def make_variants(texts: Sequence[CorpusText], filler: Sequence[str]) -> list[CorpusText]:
    """Return a part of the scams and honest texts once more; the same ones for the same texts."""
    chance = random.Random(2)  # noqa: S311 - no secret
    variants = []
    honest_ads = [text for text in texts if _is_honest_ad(text)]
    for text in texts:
        if text.label == FORBIDDEN or text.author == FRAGMENTS:
            continue
        if filler and chance.random() < PADDED:
            variants.append(replace(text, text=_pad_text(text.text, filler, chance)))
        if chance.random() < TORN:
            is_split = chance.random() < 0.5
            torn = (
                break_lines_at_clauses(text.text)
                if is_split
                else insert_signs(text.text, chance, 0.2)
            )
            variants.append(replace(text, text=torn))
        if _is_honest_ad(text) and chance.random() < JOINED:
            others = chance.sample(honest_ads, min(len(honest_ads), chance.randint(1, 3)))
            joined = "\n".join([text.text, *(ad.text for ad in others)])
            variants.append(replace(text, text=joined))
    return variants


def _is_honest_ad(text: CorpusText) -> bool:
    return text.label == HONEST and text.register in LONG_REGISTERS


def _pad_text(text: str, filler: Sequence[str], chance: random.Random) -> str:
    before, after = (
        chance.sample(filler, min(len(filler), chance.randint(0, MAX_SENTENCES)))
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


def break_lines_at_clauses(text: str) -> str:
    """Begin a line behind each clause."""
    return "".join(char + ("\n" if char in "，,。；;" else "") for char in text)
