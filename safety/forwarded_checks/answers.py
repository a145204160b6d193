"""The answer to a text or screenshot that somebody forwards: two sentences and a link.

Nothing of the text is kept; the sender is counted by a keyed hash only.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse
from django.utils.crypto import salted_hmac

from safety.checker.forms import EMPTY_FORM_MESSAGE, MAX_CHARACTERS
from safety.checker.hidden_errors import describe_error_place
from safety.checker.text_check import CheckVerdict, check_text
from safety.checker.unread_pictures import describe_unread_pictures, explain_nothing_read
from screening.fraud_types import RiskLevel
from sitekit.images.image_cleaning import MAX_BYTES
from sitekit.ocr.reader_client import read_pictures
from sitekit.ocr.readings import MAX_PICTURES
from sitekit.web.absolute_urls import build_absolute_url
from sitekit.web.rate_limits import count_attempt, give_attempt_back
from sitekit.workflow.periods import HOUR
from sitekit.workflow.refusals import Refusal

logger = logging.getLogger(__name__)
ANSWER_USEFUL = timedelta(days=1)  # a later answer helps nobody
# Checks in an hour, of one sender and of a whole channel. A picture takes seconds, a text a hundredth of a second.
CHECKS, ALL_CHECKS = 60, 3000
PICTURE_CHECKS, ALL_PICTURE_CHECKS = 20, 300
TEXT_LEFT_OUT = f"太长了，只看了前 {MAX_CHARACTERS:,} 字，后面的没看：请分几次发。"
PICTURES_LEFT_OUT = f"图太多了，只看了前 {MAX_PICTURES} 张，其余的没看：请分几次发。"
HEAVY_LEFT_OUT = f"超过 {MAX_BYTES // 1024 // 1024} MB 的图没看：请截一张小的再发。"
TOO_OFTEN = "这一小时查得太多了，请过一会儿再来。急的话直接打 96110 问。"
PICTURES_TOO_OFTEN = (
    "这一小时查的图太多了。把对方的话打成文字发来，马上就能查；急的话直接打 96110 问。"
)
CHECK_FAILED_MESSAGE = "刚才没查成，请过一会儿再发。急的话直接打 96110 问。"


@dataclass(frozen=True, repr=False)
class ForwardedAnswer:
    """`verdict` is None if there was nothing to judge."""

    words: str
    verdict: CheckVerdict | None = None


class CheckRefused(Refusal):
    """There were too many checks in this hour."""


def count_forwarded_check(channel: str, sender: str, *, has_pictures: bool = False) -> None:
    """Count one more check of this sender; raises `CheckRefused`."""
    for limit_name, most, most_of_all, words in _list_limits(has_pictures):
        is_allowed = count_attempt(f"{limit_name} by {channel}", sender, most, HOUR)
        if not (is_allowed and count_attempt(limit_name, channel, most_of_all, HOUR)):
            raise CheckRefused(words)


def give_forwarded_check_back(channel: str, sender: str, *, has_pictures: bool = False) -> None:
    """Undo the count of a check that could not be made now, since the message comes again by itself."""
    for limit_name, *_limits in _list_limits(has_pictures):
        give_attempt_back(f"{limit_name} by {channel}", sender, HOUR)
        give_attempt_back(limit_name, channel, HOUR)


def _list_limits(has_pictures: bool) -> list[tuple[str, int, int, str]]:
    limits = [("forwarded check", CHECKS, ALL_CHECKS, TOO_OFTEN)]
    if has_pictures:
        words = PICTURES_TOO_OFTEN
        limits.append(("forwarded picture", PICTURE_CHECKS, ALL_PICTURE_CHECKS, words))
    return limits


def judge_forwarded(
    text: str, pictures: Sequence[bytes] = (), seconds: float = 0.0, left_out: str = ""
) -> ForwardedAnswer:
    """Check a forwarded text and pictures; wait at most `seconds` for the pictures. Raises `ReaderBusy`.

    What is too much or cannot be read is left out. The answer says so, because the verdict is not about that part.
    `left_out` says in Chinese what the channel itself left out."""
    usable = [picture for picture in pictures if len(picture) <= MAX_BYTES]
    left_out += _describe_left_out(text, len(usable), has_heavy=len(usable) < len(pictures))
    readings = read_pictures(usable[:MAX_PICTURES], seconds) if usable else []
    try:
        answer = check_text(text[:MAX_CHARACTERS], readings)
    except Exception as error:
        logger.error("a forwarded check failed: %s", describe_error_place(error))  # noqa: TRY400 (its words)
        return ForwardedAnswer(CHECK_FAILED_MESSAGE)
    if not (text.strip() or answer.read_text or answer.codes):
        nothing = explain_nothing_read(readings) if readings else EMPTY_FORM_MESSAGE
        return ForwardedAnswer(left_out + nothing)
    if unread := describe_unread_pictures(readings):
        left_out += f"{unread}\n"
    return ForwardedAnswer(left_out + write_verdict_sentences(answer.verdict), answer.verdict)


def _describe_left_out(text: str, pictures: int, *, has_heavy: bool) -> str:
    parts = [
        TEXT_LEFT_OUT * (len(text) > MAX_CHARACTERS),
        PICTURES_LEFT_OUT * (pictures > MAX_PICTURES),
        HEAVY_LEFT_OUT * has_heavy,
    ]
    return "".join(f"{part}\n" for part in parts if part)


def write_verdict_sentences(verdict: CheckVerdict) -> str:
    """Return sentences that name the verdict and what to do now, with a link to the reasons."""
    link = build_absolute_url(verdict.explanation_path or reverse("safety:check"))
    return f"{name_verdict(verdict)}。{_choose_advice(verdict)}\n{link}"


def build_answer_key(number: str) -> str:
    """Return the key of a queued answer: a message that is delivered twice is answered once."""
    return f"check-{salted_hmac(__name__, number, algorithm='sha256').hexdigest()}"


def name_verdict(verdict: CheckVerdict) -> str:
    return f"{verdict.headline}（{verdict.label}）" if verdict.label else verdict.headline


def _choose_advice(verdict: CheckVerdict) -> str:
    """Return one sentence: what helps against this type of fraud, else what helps at this level."""
    has_own_lead = verdict.is_helping or verdict.is_unfair
    is_typed = verdict.level == RiskLevel.HIGH and verdict.label and not has_own_lead
    words = verdict.advice.now[0] if is_typed else verdict.lead
    return words.partition("。")[0] + "。"
