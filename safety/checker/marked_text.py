"""Quotes of findings, shown beside their reasons."""

from textkit.marked_text import show_hidden_characters

LONGEST_QUOTE = 24


def quote_span(text: str, start: int, end: int) -> str:
    """Return the marked words on one line; the middle of a long quote is left out."""
    words = " ".join(show_hidden_characters(text[start:end]).split())
    if len(words) <= LONGEST_QUOTE:
        return words
    half = LONGEST_QUOTE // 2
    return f"{words[:half]}…{words[-half:]}"
