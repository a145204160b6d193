"""Words and pieces of patterns that tell contacts from the rest: `shapes.toml`."""

import tomllib
from pathlib import Path

_WORDS = tomllib.loads((Path(__file__).parent / "shapes.toml").read_text(encoding="utf-8"))


def list_words(name: str) -> frozenset[str]:
    return frozenset(_WORDS[name].split())


def join_words(name: str) -> str:
    """Return a pattern of any of them."""
    return f"(?:{'|'.join(_WORDS[name].split())})"
