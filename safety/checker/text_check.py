"""What /check/ says of a text: a plain value, made in memory and kept nowhere.

The text is never part of a query: tables are asked for its hashes only. What holds pieces of it
has no `repr`: Django logs the context of a template when it looks in vain for a variable.
"""

import re
from dataclasses import dataclass, field

from django.utils.safestring import SafeString

from listings.models import Listing
from listings.publication.fingerprints import SAME, count_copies, find_similar_texts, removed_like
from news.models import Article
from news.pages import hotlines
from news.related.local_alerts import list_nearest_alerts
from safety.checker.findings import CONTACT, FRAUD, FindingGroup, group_findings
from screening import advice
from screening.advice import Advice
from screening.context import Context
from screening.folding import is_han
from screening.fraud_types import FraudGroup, FraudType, RiskLevel
from screening.screen import screen
from textkit.marked_text import has_hidden_characters, render_marks

UNCLEAR = "unclear"  # too little is said for any level
FOREIGN = "foreign"  # or not in Chinese
ENOUGH_WORDS, MANY_LETTERS = 8, 40
_WORD = re.compile(r"[^\W_]")
SHOWN = 3
LONGEST_LISTING = 8100  # with all its fields full; what goes on is no copy of one

HEADLINES = {
    RiskLevel.HIGH: "很像骗局",
    RiskLevel.MEDIUM: "有可疑的地方",
    RiskLevel.LOW: "没看出问题",
    UNCLEAR: "字太少，看不出来",
    FOREIGN: "看不懂外文",
}
# Who takes such work is no victim only: they answer for it.
HELPING = "很像在帮骗子做事"
LEADS = {
    RiskLevel.HIGH: "先别转账，别扫码，别给验证码。",
    RiskLevel.MEDIUM: "不一定是骗局，但先别交钱，也别给证件和验证码，问清楚再说。",
    RiskLevel.LOW: "这不等于没问题：这里只看字面。真要你交钱、垫钱、给验证码的，照样别信。",
    UNCLEAR: "把对方说的话多贴几句，连同要你做什么、怎么给钱。",
    FOREIGN: "这里只看得懂中文，翻译了再贴。要你先充钱、垫钱、给验证码的，哪国话都别信。",
}
HELPING_LEAD = "先别做，别把卡、账号、手机借给人。做了的人也要担责任。"
MAYBE_HELPING_LEAD = "不一定是，但先别答应：卡、收款码、账号、手机都别借给人。"
# Nobody is after money here but after work for nothing: other words, another number to call.
UNFAIR, UNFAIR_LEAD = "这活容易吃亏", "先别答应：工钱多少、哪天结，写清楚再去。证件原件不交。"
_UNFAIR_TYPES = (FraudType.WAGE_THEFT, FraudType.ID_SEIZURE)


@dataclass(frozen=True)
class CheckVerdict:
    """In words that a parent understands; the same on the answer and on the page to share."""

    level: str
    fraud_type: str
    headline: str
    lead: str
    label: str

    @property
    def is_grave(self):
        return self.level in (RiskLevel.HIGH, RiskLevel.MEDIUM)

    @property
    def is_helping(self):
        return _is_helping(self.fraud_type)

    @property
    def is_unfair(self):
        return self.fraud_type in _UNFAIR_TYPES

    @property
    def advice(self) -> Advice:
        return advice.of(self.fraud_type)

    @property
    def calls(self):
        """(code, what it is for) in the order in which to call."""
        return [(code, hotlines.HOTLINES.get(code, "")) for code in self.advice.calls]


@dataclass(frozen=True, repr=False)
class ScannedCode:
    """What a QR code in the picture says, and what scanning it would do."""

    html: SafeString
    means: str


@dataclass(frozen=True, repr=False)
class CheckAnswer:
    verdict: CheckVerdict
    text: SafeString
    codes: tuple[ScannedCode, ...]
    groups: tuple[FindingGroup, ...]
    hides: bool
    alerts: list[Article] = field(default_factory=list)
    removed: list[Listing] = field(default_factory=list)
    ours: list[Listing] = field(default_factory=list)  # on this site now, to be reported

    @property
    def count(self):
        return sum(len(group.reasons) for group in self.groups if group.tone == FRAUD)


def describe_check_verdict(level: str, fraud_type: str = "") -> CheckVerdict:
    fraud_type = fraud_type if level in (RiskLevel.HIGH, RiskLevel.MEDIUM) else ""
    headline, lead = HEADLINES[level], LEADS[level]
    if fraud_type in _UNFAIR_TYPES:
        headline, lead = UNFAIR, UNFAIR_LEAD
    elif _is_helping(fraud_type):
        is_plain = level == RiskLevel.HIGH
        headline, lead = (HELPING, HELPING_LEAD) if is_plain else (headline, MAYBE_HELPING_LEAD)
    named = fraud_type and fraud_type != FraudType.OTHER
    label = FraudType(fraud_type).label if named else ""
    return CheckVerdict(level, fraud_type, headline, lead, label)


def check_text(text: str, codes=(), city=None) -> CheckAnswer:
    """`codes` are what QR codes in a picture say; they are read together with the text."""
    whole = "\n".join([text, *codes])
    start = whole[:LONGEST_LISTING]
    found = screen(whole, Context(spread=count_copies(start)))
    groups, spans = group_findings(whole, found)
    given = describe_check_verdict(_level(text, found, groups, spans), found.fraud_type)
    kinds = (given.fraud_type,) if given.fraud_type else ()
    return CheckAnswer(
        verdict=given,
        text=render_marks(whole, spans, overlap="merge", show_hidden=True, end=len(text)),
        codes=tuple(_codes(whole, spans, len(text), codes)),
        groups=groups,
        hides=has_hidden_characters(whole),
        alerts=list_nearest_alerts(city, kinds, SHOWN) if kinds else [],
        removed=removed_like(start, SHOWN),
        ours=_ours(start) if given.is_grave else [],
    )


def _level(text, found, groups, spans):
    """Of hardly a word besides contacts and codes, or hardly a Chinese one, nothing is said, not
    even that nothing was found."""
    if found.level != RiskLevel.LOW or any(group.tone == FRAUD for group in groups):
        return found.level
    contacts = {at for s in spans if s.tone == CONTACT for at in range(s.start, s.end)}
    said = [match[0] for match in _WORD.finditer(text) if match.start() not in contacts]
    if sum(map(is_han, said)) >= ENOUGH_WORDS:
        return found.level
    return FOREIGN if sum(map(str.isalpha, said)) >= MANY_LETTERS else UNCLEAR


def _ours(text):
    same = [pk for pk, _share in find_similar_texts(text, SHOWN, SAME)]
    return list(Listing.objects.live().filter(pk__in=same).order_by("-pk")) if same else []


def _is_helping(fraud_type):
    return bool(fraud_type) and FraudType(fraud_type).group == FraudGroup.HELPING_CRIME


# -- what scanning a code would do, by how its text begins

_MEANS = (
    ("这是收款码：扫了就是给对方付钱。", ("wxp://", "qr.alipay.com/")),
    ("扫了会进对方的微信群。", ("weixin.qq.com/g/",)),
    ("扫了会加对方为微信好友，或者打开他的公众号。", ("u.wechat.com/", "weixin.qq.com/r/")),
    ("扫了会加对方的 QQ，或者进他的群。", ("qm.qq.com/", "qun.qq.com/")),
)
_SCHEMES = ("https://", "http://")
OPENS = "扫了会打开这个网址。不认识的，别打开，也别在里面填东西。"


def _codes(whole, spans, at, codes):
    for code in codes:
        start = at + 1  # after the line feed
        at = start + len(code)
        words = render_marks(whole, spans, overlap="merge", show_hidden=True, start=start, end=at)
        yield ScannedCode(words, _means(code))


def _means(code):
    begin = code.strip().lower()
    bare = begin.removeprefix(_SCHEMES[0]).removeprefix(_SCHEMES[1])
    for words, starts in _MEANS:
        if bare.startswith(starts):
            return words
    return OPENS if begin.startswith(_SCHEMES) else ""
