"""Words that somebody typed and that the site repeats in its own name: in the title of a page, in a mail, as a word
that many search for. What was typed into a search or as a name nobody has looked at."""

from accounts.public_text.judgement import OF_MODEL, PUBLISH, JudgementRules, judge_public_text

_RULES = JudgementRules(contact_cure="", ignored_signals=OF_MODEL)
_OFFER = "招聘{}，工资日结。"


def is_quotable(words: str) -> bool:
    """Whether the gate would publish it, by itself and as the work that a listing offers, and finds nothing in it.
    One query."""
    verdict = judge_public_text({"words": words, "offer": _OFFER.format(words)}, _RULES)
    return verdict.outcome == PUBLISH and not verdict.signals
