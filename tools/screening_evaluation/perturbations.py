"""Ways to disguise a text or hide it among others, each always the same, to measure how many the engine misses."""

import random
from collections.abc import Callable
from pathlib import Path

import opencc

from screening.linear_model.variants import break_lines_at_clauses, insert_signs

# What stands around a text: some 150 characters of honest sentences that no model is trained on.
FILLER = Path(__file__).with_name("filler.txt").read_text("utf-8").splitlines()
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


def _make_filler(chance: random.Random) -> str:
    filler = ""
    while len(filler) < FILLER_LENGTH:
        filler += chance.choice(FILLER).rstrip("。") + "。"
    return filler


def _swap_homophones(text: str, chance: random.Random) -> str:
    return "".join(
        HOMOPHONES[char] if char in HOMOPHONES and chance.random() < 0.5 else char for char in text
    )


PERTURBATIONS: dict[str, Callable[[str, random.Random], str]] = {
    "filler before": lambda text, chance: f"{_make_filler(chance)}\n{text}",
    "filler after": lambda text, chance: f"{text}\n{_make_filler(chance)}",
    "homophones": _swap_homophones,
    "emoji": lambda text, chance: insert_signs(text, chance, 0.12, EMOJI),
    "spacing": lambda text, chance: insert_signs(text, chance, 0.3, " "),
    "traditional": lambda text, _chance: _traditional.convert(text),
    "split lines": lambda text, _chance: break_lines_at_clauses(text),
}


def perturb_text(name: str, text: str, seed: int) -> str:
    return PERTURBATIONS[name](text, random.Random(seed))  # noqa: S311 - no secret
