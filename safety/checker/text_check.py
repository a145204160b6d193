"""The result of /check/ for a text: a plain value in memory that is stored nowhere.

The text is never part of a query: tables are searched for its hashes only. Values with parts of it
have no `repr`: Django logs the context of a template if a variable is missing.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from django.urls import reverse
from django.utils.safestring import SafeString

from cities.models import Region
from listings.copies.copy_search import SAME, count_copies, find_similar_texts, list_similar_removed
from listings.models import Listing
from news.models import Article
from news.pages import hotlines
from news.related.local_alerts import list_nearest_alerts
from safety.checker.findings import CONTACT, FRAUD, FindingGroup, group_findings
from safety.checker.fraud_stories import LONGEST_PIECE, FraudStory, find_fraud_story
from safety.checker.marked_pictures import MarkedPicture, mark_pictures
from safety.checker.told_demands import list_told_demands
from screening.assessment import Assessment
from screening.contacts.extraction import find_contacts
from screening.contacts.known_contacts import hash_contacts
from screening.context import Context
from screening.forbidden_work import get_forbidden_kind
from screening.fraud_types import FraudGroup, RiskLevel, get_fraud_type
from screening.fraud_types.advice import Advice, get_advice
from screening.reading.folding import is_han
from screening.rules.fraud_rules import list_doubted
from screening.screen import screen_text
from sitekit.ocr.chat_layout import Side
from sitekit.ocr.picture_text import PictureText, join_readings
from sitekit.ocr.readings import PictureReading
from textkit.marked_text import MarkSpan, has_hidden_characters, render_marks

UNCLEAR = "unclear"  # the text is too short for any level
FOREIGN = "foreign"  # the text is not Chinese
FORBIDDEN_WORK = "forbidden"  # no fraud, but work that may not be offered
DOUBTED = "doubted"  # low risk in all, but with words that a listing would wait for
TOLD = "told"  # no offer, but somebody tells what a swindler asks of them
EXPLAINED_LEVELS = (*RiskLevel.values, FORBIDDEN_WORK, DOUBTED, TOLD)  # those with a page to share
ENOUGH_WORDS = 8
FEWEST_LETTERS = 8  # of other scripts: fewer may be a name or the id of somebody
_WORD = re.compile(r"[^\W_]")
_TOKEN = re.compile(r"\S+")
_OF_ADDRESS_OR_ID = re.compile(r"[a-z\d][./][a-z\d]|[:@]\S|[a-z_-]\d|\d[a-z_-]", re.IGNORECASE)
SHOWN_COPIES = 3
_SIDES = {Side.OTHER: "对方", Side.OWN: "我", Side.NONE: ""}
# characters of a listing with all fields full; only so much is compared with listings
LONGEST_LISTING = 8100

HEADLINES = {
    RiskLevel.HIGH: "很像骗局",
    RiskLevel.MEDIUM: "有可疑的地方",
    RiskLevel.LOW: "看不出来",
    DOUBTED: "先问清楚",
    FORBIDDEN_WORK: "这样的活不许招",
    TOLD: "这是骗子的做法",
    UNCLEAR: "字太少，看不出来",
    FOREIGN: "这里只看得懂中文",
}
STAMPS = {
    RiskLevel.HIGH: "高危",
    RiskLevel.MEDIUM: "存疑",
    FORBIDDEN_WORK: "违法",
    DOUBTED: "留意",
    TOLD: "高危",
}
NO_STAMP = "未见"
# Who takes such work is liable, and not only a victim.
HELPING_HEADLINE = "很像在帮骗子做事"
LEADS = {
    RiskLevel.HIGH: "先别转账，别扫码，别给验证码。",
    RiskLevel.MEDIUM: "不一定是骗局，但先别交钱，也别给证件和验证码，问清楚再说。",
    RiskLevel.LOW: "这里只看字面，看不出来不等于没事。对照下面几条，再打听打听。",
    DOUBTED: "有骗子常说的话：先别交钱，也别给证件和验证码，问清楚再决定。",
    FORBIDDEN_WORK: "法律不许招这样的活，别去。已经去了、走不了的，打 110。",
    TOLD: "马上停：别再转钱，别给验证码、证件和卡。已经给了，现在就打电话。",
    UNCLEAR: "把对方说的话多贴几句，连同要你做什么、怎么给钱。",
    FOREIGN: "别的文字我们看不懂，不敢乱说：请翻成中文再查一次。要你先充钱、垫钱、给验证码的，哪国话都别信。",
}
# Shown for a bare number or id that no known fraud used; a used one is a finding.
UNKNOWN_CONTACT_LEAD = (
    "本站查处的骗局里没见过这个联系方式，没见过不等于没问题。把对方说的话也贴来再查。"
)
HELPING_LEAD = "先别做，别把卡、账号、手机借给人。做了的人也要担责任。"
MAYBE_HELPING_LEAD = "不一定是，但先别答应：卡、收款码、账号、手机都别借给人。"
# These schemes want unpaid work and not money, so they have another headline and other numbers to call.
UNFAIR, UNFAIR_LEAD = "这活容易吃亏", "先别答应：工钱多少、哪天结，写清楚再去。证件原件不交。"
_UNFAIR_TYPES = ("wage_theft", "id_seizure")


@dataclass(frozen=True)
class CheckVerdict:
    """The verdict in plain words; the same on the answer and on the page to share."""

    level: str
    fraud_type: str
    headline: str
    lead: str
    label: str

    @property
    def is_grave(self) -> bool:
        return self.is_urgent or self.level == RiskLevel.MEDIUM

    @property
    def is_urgent(self) -> bool:
        """Whether somebody may be losing money at this moment."""
        return self.level in (RiskLevel.HIGH, TOLD)

    @property
    def is_open(self) -> bool:
        """Whether the reader has to look for more."""
        return self.level in (RiskLevel.LOW, DOUBTED)

    @property
    def stamp(self) -> str:
        return STAMPS.get(self.level, NO_STAMP)

    @property
    def is_helping(self) -> bool:
        return _is_helping(self.fraud_type)

    @property
    def is_unfair(self) -> bool:
        return self.fraud_type in _UNFAIR_TYPES

    @property
    def advice(self) -> Advice:
        return get_advice(self.fraud_type)

    @property
    def explanation_path(self) -> str:
        """Return the path of the page that explains the verdict; empty if there is none."""
        if self.level not in EXPLAINED_LEVELS:
            return ""
        if self.fraud_type:
            return reverse("safety:check_about_type", args=[self.level, self.fraud_type])
        return reverse("safety:check_about", args=[self.level])

    @property
    def calls(self) -> list[tuple[str, str]]:
        """Return (number, what it is for) in the order in which to call; those of the verdict are among them."""
        at_once = () if self.is_unfair or not self.is_urgent else ("110", "96110")
        return hotlines.list_hotline_names(tuple(dict.fromkeys((*self.advice.calls, *at_once))))


@dataclass(frozen=True, repr=False)
class ScannedCode:
    """The text of a QR code in the picture, and what scanning it would do."""

    html: SafeString
    means: str


@dataclass(frozen=True, repr=False)
class ReadMessage:
    """What one side of a chat says in a picture; `who` is empty where it is no chat."""

    who: str
    is_own: bool
    html: SafeString


@dataclass(frozen=True, repr=False)
class CheckAnswer:
    """`text` is what was typed, `read_text` what was read in the pictures, `checked_text` all that was judged."""

    verdict: CheckVerdict
    checked_text: str
    text: SafeString
    pictures: tuple[MarkedPicture, ...]
    messages: tuple[ReadMessage, ...]
    read_text: str
    codes: tuple[ScannedCode, ...]
    groups: tuple[FindingGroup, ...]
    hides: bool
    alerts: list[Article] = field(default_factory=list)
    removed: list[Listing] = field(default_factory=list)
    # Live listings of this site with the same text.
    ours: list[Listing] = field(default_factory=list)

    @property
    def finding_count_words(self) -> str:
        """How many findings there are, and the numbers that they are marked with; "" where none is suspicious.

        Findings are counted, not places: one is marked at all its places with the same number, in the picture
        and in the words read in it. The suspicious ones have the first numbers.
        """
        suspicious = sum(len(group.reasons) for group in self.groups if group.tone == FRAUD)
        others = sum(len(group.reasons) for group in self.groups) - suspicious
        if not suspicious:
            return ""
        lead = "可疑的有" if self.verdict.is_grave else "要留意的有"
        words = f"{lead} {suspicious} 条（{_name_numbers(1, suspicious)}）"
        if others:
            numbers = _name_numbers(suspicious + 1, suspicious + others)
            words += f"，还有 {others} 条提醒（{numbers}）"
        return f"{words}。"


def _name_numbers(first: int, last: int) -> str:
    return f"{first} 号" if first == last else f"{first} 到 {last} 号"


def describe_check_verdict(level: str, fraud_type: str = "") -> CheckVerdict:
    fraud_type = fraud_type if level in (RiskLevel.HIGH, RiskLevel.MEDIUM, TOLD) else ""
    headline, lead = HEADLINES[level], LEADS[level]
    if fraud_type in _UNFAIR_TYPES:
        headline, lead = UNFAIR, UNFAIR_LEAD
    elif _is_helping(fraud_type):
        is_plain = level in (RiskLevel.HIGH, TOLD)
        headline, lead = (
            (HELPING_HEADLINE, HELPING_LEAD) if is_plain else (headline, MAYBE_HELPING_LEAD)
        )
    label = get_fraud_type(fraud_type).known_name if fraud_type else ""
    return CheckVerdict(level, fraud_type, headline, lead, label)


def check_text(
    text: str, readings: Sequence[PictureReading] = (), city: Region | None = None
) -> CheckAnswer:
    """Check the typed text together with the text in the pictures and the texts of their QR codes. `readings` are
    the results of reading the pictures."""
    read = join_readings(readings)
    codes = list(dict.fromkeys(code for reading in readings for code in reading.codes))
    full_text = "\n".join(part for part in (text, read.text, *codes) if part)
    read_start = len(text) + bool(text) if read.text else len(text)
    comparable = full_text[:LONGEST_LISTING]
    assessment = screen_text(full_text, Context(spread=count_copies(comparable)))
    story = _find_story(full_text, assessment)
    assessment = _add_story(assessment, story) if story else assessment
    parts = list(_list_shown_parts(len(text), read_start, read, codes))
    groups, spans = group_findings(full_text, assessment, parts)
    level = _decide_level(full_text, assessment, groups, spans)
    if story:
        level = TOLD if story.is_sure else DOUBTED
    verdict = describe_check_verdict(level, _choose_script(assessment, groups))
    if level == UNCLEAR and hash_contacts(find_contacts(full_text)):
        verdict = replace(verdict, lead=UNKNOWN_CONTACT_LEAD)
    fraud_types = (verdict.fraud_type,) if verdict.fraud_type else ()
    in_pictures = [
        span._replace(start=span.start - read_start, end=span.end - read_start) for span in spans
    ]
    return CheckAnswer(
        verdict=verdict,
        checked_text=full_text,
        text=_render_part(full_text, spans, 0, len(text)),
        pictures=tuple(mark_pictures(readings, read, in_pictures)),
        messages=tuple(_describe_messages(full_text, spans, read_start, read)),
        read_text=read.text,
        codes=tuple(_describe_codes(full_text, spans, read_start + len(read.text), codes)),
        groups=groups,
        hides=has_hidden_characters(full_text),
        alerts=list_nearest_alerts(city, fraud_types, SHOWN_COPIES) if fraud_types else [],
        removed=list_similar_removed(comparable, SHOWN_COPIES),
        ours=_find_live_copies(comparable) if verdict.is_grave else [],
    )


def _find_story(text: str, assessment: Assessment) -> FraudStory | None:
    """Return what the text tells of a fraud that happened to somebody; None for a text of high risk as an offer.

    Told demands in plain words come first, and are marked. Otherwise the model decides. In a text of medium risk, or
    about forbidden work, its answer counts only if it is sure. A long text of medium risk is not asked about, since by
    chance a sentence of an offer sounds like a story."""
    if assessment.level == RiskLevel.HIGH:
        return None
    if demands := list_told_demands(text):
        return FraudStory(True, demands[0].fraud_type, tuple(demands))
    is_low = assessment.level == RiskLevel.LOW
    story = find_fraud_story(text) if is_low or len(text) <= LONGEST_PIECE else None
    is_heard = story and (story.is_sure or (is_low and not assessment.forbidden))
    return story if is_heard else None


def _add_story(assessment: Assessment, story: FraudStory) -> Assessment:
    """Return the assessment with the signals of the story, and with high risk if the story is sure. Findings of
    forbidden work are left out, because a person who tells of a fraud offers no work."""
    is_medium = assessment.level == RiskLevel.MEDIUM
    others = (finding for finding in assessment.signals if not get_forbidden_kind(finding.code))
    signals = sorted(
        [*story.signals, *others], key=lambda signal: (signal.start, signal.end, signal.code)
    )
    return replace(
        assessment,
        level=RiskLevel.HIGH if story.is_sure else assessment.level,
        fraud_type=story.fraud_type or (assessment.fraud_type if is_medium else ""),
        signals=tuple(signals),
        forbidden="",
    )


def _list_shown_parts(
    typed_length: int, read_start: int, read: PictureText, codes: Iterable[str]
) -> Iterator[tuple[int, int]]:
    """Yield where in the full text the parts stand that the answer shows one by one."""
    yield 0, typed_length
    for start, end, _message in read.messages:
        yield read_start + start, read_start + end
    yield from _locate_codes(read_start + len(read.text), codes)


def _render_part(full_text: str, spans: list[MarkSpan], start: int, end: int) -> SafeString:
    return render_marks(full_text, spans, overlap="split", show_hidden=True, start=start, end=end)


def _describe_messages(
    full_text: str, spans: list[MarkSpan], read_start: int, read: PictureText
) -> Iterator[ReadMessage]:
    for start, end, message in read.messages:
        yield ReadMessage(
            who=_SIDES[message.side],
            is_own=message.side is Side.OWN,
            html=_render_part(full_text, spans, read_start + start, read_start + end),
        )


def _choose_script(assessment: Assessment, groups: Iterable[FindingGroup]) -> str:
    """Return the fraud type whose course the answer explains; "" for a single finding of medium risk."""
    count = sum(len(group.reasons) for group in groups if group.tone == FRAUD)
    return assessment.fraud_type if assessment.level == RiskLevel.HIGH or count > 1 else ""


def _decide_level(
    text: str, assessment: Assessment, groups: Iterable[FindingGroup], spans: Iterable[MarkSpan]
) -> str:
    """Return the risk level. A text of low risk may get another level instead: `FORBIDDEN_WORK`, `DOUBTED`, or, if it
    has few Chinese words besides contacts, `UNCLEAR` or `FOREIGN`."""
    if assessment.level == RiskLevel.LOW and assessment.forbidden:
        return FORBIDDEN_WORK
    if assessment.level == RiskLevel.LOW and list_doubted(assessment.signals):
        return DOUBTED
    if assessment.level != RiskLevel.LOW or any(group.tone == FRAUD for group in groups):
        return assessment.level
    contact_positions = {at for s in spans if s.tone == CONTACT for at in range(s.start, s.end)}
    letters = [m for m in _WORD.finditer(text) if m.start() not in contact_positions]
    own_letters = sum(is_han(letter[0]) for letter in letters)
    if own_letters >= ENOUGH_WORDS:
        return assessment.level
    tokens = (m for m in _TOKEN.finditer(text) if _OF_ADDRESS_OR_ID.search(m[0]))
    in_ids = {at for m in tokens for at in range(*m.span())}
    foreign_letters = sum(
        m[0].isalpha() and not is_han(m[0]) and m.start() not in in_ids for m in letters
    )
    return FOREIGN if foreign_letters >= max(FEWEST_LETTERS, own_letters) else UNCLEAR


def _find_live_copies(text: str) -> list[Listing]:
    same = [pk for pk, _share in find_similar_texts(text, SHOWN_COPIES, SAME)]
    return list(Listing.objects.live().filter(pk__in=same).order_by("-pk")) if same else []


def _is_helping(fraud_type: str) -> bool:
    return bool(fraud_type) and get_fraud_type(fraud_type).group == FraudGroup.HELPING_CRIME


# -- QR codes: what scanning one would do, by the beginning of its text

_CODE_MEANINGS = (
    ("这是收款码：扫了就是给对方付钱。", ("wxp://", "qr.alipay.com/")),
    ("扫了会进对方的微信群。", ("weixin.qq.com/g/",)),
    ("扫了会加对方为微信好友，或者打开对方的公众号。", ("u.wechat.com/", "weixin.qq.com/r/")),
    ("扫了会加对方的 QQ，或者进对方的群。", ("qm.qq.com/", "qun.qq.com/")),
)
_SCHEMES = ("https://", "http://")
OPENS_ADDRESS_MESSAGE = "扫了会打开这个网址。不认识的，别打开，也别在里面填东西。"


def _describe_codes(
    full_text: str, spans: list[MarkSpan], text_end: int, codes: Iterable[str]
) -> Iterator[ScannedCode]:
    codes = list(codes)
    for code, (start, end) in zip(codes, _locate_codes(text_end, codes), strict=True):
        yield ScannedCode(_render_part(full_text, spans, start, end), _explain_code(code))


def _locate_codes(text_end: int, codes: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Yield where the texts of the codes stand, each after a line feed."""
    end = text_end
    for code in codes:
        start = end + bool(end)
        end = start + len(code)
        yield start, end


def _explain_code(code: str) -> str:
    begin = code.strip().lower()
    bare = begin.removeprefix(_SCHEMES[0]).removeprefix(_SCHEMES[1])
    for words, starts in _CODE_MEANINGS:
        if bare.startswith(starts):
            return words
    return OPENS_ADDRESS_MESSAGE if begin.startswith(_SCHEMES) else ""
