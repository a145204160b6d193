"""A reason why a text is refused or waits, as author and moderator read it."""

from dataclasses import dataclass

LONGEST_QUOTE = 20


@dataclass(frozen=True)
class PublicationReason:
    """A sentence for author and moderator, and how the author can avoid it."""

    code: str
    words: str
    cure: str = ""


def quote_words(words: str) -> str:
    """Return the words on one line; the end of a long quote is left out."""
    words = " ".join(words.split())
    return words if len(words) <= LONGEST_QUOTE else f"{words[:LONGEST_QUOTE]}…"
