"""The words of a finding, quoted beside its reason."""

from textkit.marked_text import show_hidden_characters

LONGEST_QUOTE = 24


def quote_span(text: str, start: int, end: int) -> str:
    """The words of a finding on one line, their middle left out where they are many."""
    words = " ".join(show_hidden_characters(text[start:end]).split())
    if len(words) <= LONGEST_QUOTE:
        return words
    half = LONGEST_QUOTE // 2
    return f"{words[:half]}…{words[-half:]}"
