"""Ways to disguise or drown a text, each always the same: what do they cost the engine?"""

import random
from collections.abc import Callable, Sequence

import opencc

from screening.linear_model.corpus import list_filler

# What stands around a scam that hides in an honest advertisement: some 150 characters.
FILLER_LENGTH = 150
HOMOPHONES = dict(
    zip(
        "微信加钱单费押金卡号做工资返佣群现转账",
        "薇芯伽前丹肺鸭今咔昊作公姿反拥裙限砖帐",
        strict=True,
    )
)
EMOJI = "🔥✨💰🌸👉🎉"
_traditional = opencc.OpenCC("s2t")


def _make_filler(chance: random.Random, sentences: Sequence[str]) -> str:
    filler = ""
    while len(filler) < FILLER_LENGTH:
        filler += chance.choice(sentences).rstrip("。") + "。"
    return filler


def _put_between(text: str, chance: random.Random, share: float, signs: str) -> str:
    return "".join(
        char
        + (chance.choice(signs) if "\u4e00" <= char <= "\u9fff" and chance.random() < share else "")
        for char in text
    )


def _split_lines(text: str, _chance: random.Random) -> str:
    return "".join(char + ("\n" if char in "，,。；;" else "") for char in text)


def _swap_homophones(text: str, chance: random.Random) -> str:
    return "".join(
        HOMOPHONES[char] if char in HOMOPHONES and chance.random() < 0.5 else char for char in text
    )


PERTURBATIONS: dict[str, Callable[[str, random.Random], str]] = {
    "filler before": lambda text, chance: f"{_make_filler(chance, list_filler())}\n{text}",
    "filler after": lambda text, chance: f"{text}\n{_make_filler(chance, list_filler())}",
    "homophones": _swap_homophones,
    "emoji": lambda text, chance: _put_between(text, chance, 0.12, EMOJI),
    "spacing": lambda text, chance: _put_between(text, chance, 0.3, " "),
    "traditional": lambda text, _chance: _traditional.convert(text),
    "split lines": _split_lines,
}


def perturb_text(name: str, text: str, seed: int) -> str:
    return PERTURBATIONS[name](text, random.Random(seed))  # noqa: S311 - no secret
