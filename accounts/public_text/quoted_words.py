"""Words that somebody typed and that the site repeats in its own name: in the title of a page, in a mail, as a word
that many search for. What was typed into a search or as a name nobody has looked at."""

from accounts.public_text.judgement import OF_MODEL, PUBLISH, JudgementRules, judge_public_text
from sitekit.kept_pages.store import keep_while_told

_RULES = JudgementRules(contact_cure="", ignored_signals=OF_MODEL)
_OFFER = "招聘{}，工资日结。"
_ANSWER_BYTES = 200  # bytes of a kept answer, about


def is_quotable(words: str) -> bool:
    """Whether the gate would publish it, by itself and as the work that a listing offers, and finds nothing in it.
    One query, unless it was asked before: each page of a search asks."""
    return keep_while_told(
        ("quotable words", words), ["site"], lambda: _judge_words(words), _ANSWER_BYTES
    )


def _judge_words(words: str) -> bool:
    verdict = judge_public_text({"words": words, "offer": _OFFER.format(words)}, _RULES)
    return verdict.outcome == PUBLISH and not verdict.signals
