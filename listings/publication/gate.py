"""Whether a text may be published by itself, waits for a person, or is refused; and why.

DESIGN 7 "Publication": the same for a new text and for an edit. The rules decide alone.
"""

from dataclasses import asdict, dataclass, replace
from decimal import Decimal

from accounts.employers.membership import verification_level
from listings.choices import ListingStatus, WorkMode
from listings.publication import contacts_in_text
from listings.publication.completeness import make_content_reader
from listings.publication.fingerprints import build_fingerprint_text, count_copies
from listings.vocabulary import categories
from screening import learned, stops, tiers
from screening.assessment import Assessment, Signal
from screening.context import Context
from screening.engine import NAME
from screening.fraud_types import FraudType, RiskLevel
from screening.screen import screen
from screening.signals import discrimination
from sitekit.models import Picture

PUBLISH, QUEUE, REFUSE = "publish", "queue", "refuse"
COMPANY = "company_text"  # of a repost; an employer's name was checked
LONGEST_QUOTE = 20


@dataclass(frozen=True)
class PublicationReason:
    """One sentence for author and moderator, and what would cure it."""

    code: str
    words: str
    cure: str = ""


@dataclass(frozen=True)
class PublicationVerdict:
    """`signals` are dicts: code, field, start, end (in the field as written), weight, reason.
    `shadow` is what a model in its shadow period would have said; it changes nothing.
    """

    outcome: str
    reasons: tuple[PublicationReason, ...]
    signals: tuple[dict, ...]
    score: int
    level: str
    fraud_type: str
    shadow: dict | None = None

    @property
    def words(self):
        return "".join(f"{reason.words}{reason.cure}" for reason in self.reasons)

    def waiting(self, reason: PublicationReason) -> "PublicationVerdict":
        """For a person to decide, for this reason too."""
        return replace(self, outcome=QUEUE, reasons=(*self.reasons, reason))

    def stored(self):
        """The fields of a `RevisionAssessment`."""
        return {
            "engine": NAME,
            "score": self.score,
            "level": self.level,
            "fraud_type": self.fraud_type,
            "outcome": self.outcome,
            "reasons": [asdict(reason) for reason in self.reasons],
            "signals": list(self.signals),
            "shadow": self.shadow,
        }


@dataclass(frozen=True)
class _Stop:
    """What an author reads whose text has a finding of `screening.stops`."""

    code: str
    words: str
    cure: str
    types: tuple[FraudType, ...] = ()


_STOPS = (
    _Stop(
        "training",
        "写的是收学员、卖课，不是招人干活",
        "真要招人，请写清做什么、一天多少钱、哪天发；岗前培训由单位出钱的，写“培训不收费、照发工资”。",
        (FraudType.TRAINING_LOAN,),
    ),
    _Stop(
        "brushing",
        "写的是刷单、垫付返利",
        "刷单违法，也是最常见的骗局，这里不能发。",
        (FraudType.BRUSHING_REBATE,),
    ),
    _Stop(
        "accounts",
        "写的是租借、买卖银行卡、电话卡或账号",
        "租卡、租号、跑分会让出借的人担刑事责任，这里不能发。",
        (
            FraudType.CARD_RENTAL,
            FraudType.ACCOUNT_RENTAL,
            FraudType.ACCOUNT_TASKS,
            FraudType.MONEY_MULE,
            FraudType.CASH_COURIER,
            FraudType.GOIP_RELAY,
        ),
    ),
    _Stop(
        "fee",
        "写了要求职的人交钱",
        "押金、服装费、报名费、体检费、材料费、会员费、介绍费，都不能向求职的人收。"
        "请不要收，并删掉这些话；由单位出的，写明“由公司承担”。",
        (
            FraudType.UPFRONT_FEE,
            FraudType.AGENCY_FEE,
            FraudType.TYPING_SCAM,
            FraudType.HANDICRAFT_DEPOSIT,
            FraudType.MODEL_CARD,
        ),
    ),
)
_STOP_OF = {str(kind): stop for stop in _STOPS for kind in stop.types}
_ANY_STOP = _Stop("scheme", "写的是骗局的做法", "这样的活这里不能发。")


class ScreenedText:
    """The fields people write in as one text, as screening reads it; knows which piece was whose."""

    def __init__(self, content, company=""):
        said = make_content_reader(content)
        self.fields = {name: said(name) or "" for name in contacts_in_text.TEXTS} | {
            COMPANY: company
        }
        self.fields = {name: words for name, words in self.fields.items() if words}
        self.whole = "\n".join(self.fields.values())

    def quote(self, signal: Signal) -> str:
        words = " ".join(self.whole[signal.start : signal.end].split())
        return words if len(words) <= LONGEST_QUOTE else f"{words[:LONGEST_QUOTE]}…"

    def stored(self, signal: Signal) -> dict:
        """The signal with the field it stands in, and its span in there. What stands in no text,
        but in a figure or a count, has no field."""
        begins = 0
        for name, words in self.fields.items():
            ends = begins + len(words)
            if begins <= signal.start < ends and signal.end > signal.start:
                span = {"start": signal.start - begins, "end": min(signal.end, ends) - begins}
                return asdict(signal) | span | {"field": name}
            begins = ends + 1
        return asdict(signal) | {"start": 0, "end": 0, "field": ""}


def build_screening_context(content, number=None) -> Context:
    """What screening is told besides the text."""
    said = make_content_reader(content)
    written = (said(name) for name in contacts_in_text.FIELDS)
    return Context(
        category=said("category") or "",
        pay_min=_amount(said("pay_min")),
        pay_max=_amount(said("pay_max")),
        pay_unit=said("pay_unit") or "",
        tier=_tier(said),
        contacts=tuple(contact for contact in written if contact),
        spread=count_copies(build_fingerprint_text(content), number),
    )


def _amount(value):
    """A content that was not saved yet may hold any number."""
    return None if value is None else Decimal(str(value))


def _tier(said):
    """Work on line pays as it does in the nation."""
    region = None if said("mode") == WorkMode.ONLINE else said("region_id")
    return tiers.tier_of(region) if region else tiers.ANYWHERE


def judge_publication(
    content, employer, photos=None, *, listing=None, refused_by_hand=False
) -> PublicationVerdict:
    """`content` is a dict of content fields or a model that has them; `photos` are `Picture`s, by
    default those whose numbers stand in the content. Of the `listing`, where there is one already,
    the own copies do not count; a repost has no employer, but a company as its source wrote it.
    `refused_by_hand`: a person refused the text before this one, so a person looks at this one too.
    """
    said = make_content_reader(content)
    is_repost = listing is not None and listing.is_repost
    text = ScreenedText(content, listing.company_text if is_repost else "")
    found = screen(text.whole, build_screening_context(content, listing and listing.pk))
    pictures = _pictures(said) if photos is None else list(photos)
    reasons = _refusals(text, found)
    outcome = REFUSE
    if not reasons:
        reasons = [
            *_risks(found),
            *_of_offer(text, found),
            *_of_pictures(pictures),
            *_of_category(said("category")),
            *_of_author(employer, refused_by_hand, is_repost),
        ]
        outcome = QUEUE if reasons else PUBLISH
    return PublicationVerdict(
        outcome=outcome,
        reasons=tuple(reasons),
        signals=tuple(text.stored(signal) for signal in found.signals),
        score=found.score,
        level=found.level,
        fraud_type=found.fraud_type,
        shadow=learned.shadow(text.whole),
    )


def _refusals(text, found: Assessment):
    """One reason for each hard stop, citing the first words that led to it."""
    hit: dict[_Stop, str] = {}
    for signal in found.signals:
        if signal.code in stops.CODES:
            hit.setdefault(_STOP_OF.get(signal.fraud_type, _ANY_STOP), text.quote(signal))
    return [
        PublicationReason(stop.code, f"{stop.words}（“{quote}”）。", stop.cure)
        for stop, quote in hit.items()
    ]


def _risks(found: Assessment):
    if found.level == RiskLevel.LOW:
        return []
    of_type = [s for s in found.signals if s.fraud_type == found.fraud_type]
    heaviest = max(of_type, key=lambda signal: signal.weight)
    words = f"有些话像骗局的说法：{heaviest.reason}"
    return [PublicationReason("risk", words, "不是这个意思的，请换个说法；审核员会看过再决定。")]


def _of_offer(text, found: Assessment):
    """Contacts and discrimination, each kind once."""
    made: dict[str, PublicationReason] = {}
    for signal in found.signals:
        if signal.code.startswith("discrimination."):
            cure = discrimination.cure(signal.code)
        elif signal.code.startswith("contact_evasion."):
            cure = "请写到“联系方式”那几栏里，正文里的删掉。"
        else:
            continue
        words = f"{signal.reason.removesuffix('。')}（“{text.quote(signal)}”）。"
        made.setdefault(signal.code, PublicationReason(signal.code, words, cure))
    return list(made.values())


def _of_pictures(pictures):
    numbers = "、".join(str(n) for n, picture in enumerate(pictures, 1) if picture.codes)
    if not numbers:
        return []
    words = f"第 {numbers} 张照片里有二维码，审核员要先看过。"
    return [PublicationReason("photo_code", words, "换成没有二维码的照片，就不用等这一项。")]


def _of_category(category):
    kind = categories.CATEGORIES.get(category)
    if kind and kind.high_risk:
        yield PublicationReason("category", f"「{kind.label}」这一类都由审核员看过再发布。")


def _of_author(employer, refused_by_hand, is_repost):
    if refused_by_hand:
        yield PublicationReason("refused_before", "上一版是审核员退回的，这一版也由审核员看。")
    if is_repost:
        return
    if employer and _has_defrauded(employer):
        yield PublicationReason("fraud_before", "这家单位有信息因涉诈下架过，再发的都由审核员看。")
    if not is_proved(employer):
        words = "单位还没有通过认证，认证前发的都要审核员看过。"
        yield PublicationReason("employer", words, "手机验证过、身份证或营业执照核对过，就快了。")


def _has_defrauded(employer):
    """A listing of theirs is down for fraud, and no appeal brought it back."""
    return employer.listings.filter(status=ListingStatus.REMOVED_FRAUD).exists()


def is_proved(employer) -> bool:
    """In good standing, and known by phone and by id card or licence."""
    return bool(
        employer and employer.in_good_standing and verification_level(employer) == "identity"
    )


def _pictures(said):
    numbers = said("photos") or []
    found = Picture.objects.in_bulk(numbers) if numbers else {}
    return [found[number] for number in numbers if number in found]
