"""Judge the text that was read from photos like typed text. A moderator looks at every finding."""

import re
from collections.abc import Iterator
from typing import Any

from accounts.public_text.judgement import PublicationReason, quote_words
from screening.assessment import Signal
from screening.explanation import DOUBT
from screening.fraud_types import RiskLevel
from screening.rules.fraud_rules import list_doubted
from screening.screen import screen_text
from sitekit.models import Picture
from sitekit.ocr.picture_text import join_readings
from sitekit.ocr.stored_readings import get_stored_reading

PHOTO_UNREAD = "photo_unread"
UNREAD_REASON = PublicationReason(PHOTO_UNREAD, "照片里的字还没读完，读完没有问题就继续。")
UNREADABLE_CURE = "换一张清楚的照片，就不用等这一项。"
PHOTO_CURE = "换一张没有这些字的照片，就不用等这一项。"
PHOTO_SIGNAL_FIELD = "photo:{}"  # of the signals; by the key of the picture
# The model knows offers of work: what it doubts in a menu, a licence or a foreign sign says nothing.
_OFFERED_WORK = re.compile("招|聘|兼职|入职|上班|上岗|试工|工作|岗位|工资|日结|时薪")


class PhotoFindings:
    """What stands in the photos, as `reasons` and `signals` of the gate; `texts` are their words. A photo that is not
    read yet, or cannot be read, is a reason to wait for a moderator."""

    def __init__(self, photos: list[int]) -> None:
        self.reasons: list[PublicationReason] = []
        self.signals: list[dict[str, Any]] = []
        self.texts: list[str] = []
        pictures = Picture.objects.in_bulk(photos)
        shown = [pictures[pk] for pk in photos if pk in pictures]
        if numbers := "、".join(str(n) for n, photo in enumerate(shown, 1) if photo.codes):
            words = f"第 {numbers} 张照片里有二维码，审核员要先看过。"
            cure = "换成没有二维码的照片，就不用等这一项。"
            self.reasons.append(PublicationReason("photo_code", words, cure))
        for number, photo in enumerate(shown, 1):
            self._judge(number, photo)

    def _judge(self, number: int, photo: Picture) -> None:
        reading = get_stored_reading(photo)
        if reading is None and photo.reading is not None:
            words = f"第 {number} 张照片读不出来，审核员要先看过。"
            self.reasons.append(PublicationReason("photo_unreadable", words, UNREADABLE_CURE))
            return
        if reading is None:
            if UNREAD_REASON not in self.reasons:
                self.reasons.append(UNREAD_REASON)
            return
        text = join_readings([reading]).text
        self.texts.append(text)
        signals = list(select_photo_signals(text)) if text else []
        if signals:
            heaviest = max(signals, key=lambda signal: signal.weight)
            quote = quote_words(text[heaviest.start : heaviest.end])
            words = f"第 {number} 张照片里写着“{quote}”：{heaviest.reason}"
            self.reasons.append(PublicationReason("photo_text", words, PHOTO_CURE))
        field = PHOTO_SIGNAL_FIELD.format(photo.pk)
        self.signals += [signal._asdict() | {"field": field} for signal in signals]


def select_photo_signals(text: str) -> Iterator[Signal]:
    """Yield the signals that a moderator must see: contacts, forbidden work, everything for which a typed text
    would wait, and, in a text that is suspected, signs of a fraud."""
    assessment = screen_text(text)
    is_suspected = assessment.level != RiskLevel.LOW
    doubted = list_doubted(assessment.signals)
    if _OFFERED_WORK.search(text):
        doubted += [signal for signal in assessment.signals if signal.code == DOUBT]
    for signal in assessment.signals:
        family = signal.code.partition(".")[0]
        if (
            family in ("contact_evasion", "forbidden", "known_contacts", "blocklist")
            or signal in doubted
            or (is_suspected and family != "discrimination")
        ):
            yield signal
