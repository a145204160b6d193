"""Whether a text may be published by itself, waits for a person, or is refused; and why.

DESIGN 7 "Publication": the same for a new text and for an edit. The rules decide alone.
"""

from dataclasses import asdict, dataclass

from accounts.employers import verification_level
from listings import categories
from listings.completeness import reader
from screening import signals
from screening.assessment import Assessment, Signal, assessment
from screening.context import Context
from screening.engine import NAME, assess
from screening.fraud_types import FraudType, RiskLevel
from screening.reading import Reading
from screening.signals import discrimination
from screening.signals.wording.clue import denied
from sitekit.models import Picture

PUBLISH, QUEUE, REFUSE = "publish", "queue", "refuse"
FIELDS = ("title", "duties", "requirements", "address", "work_hours", "contact_name")
LONGEST_QUOTE = 20


@dataclass(frozen=True)
class Reason:
    """One sentence for author and moderator, and what would cure it."""

    code: str
    words: str
    cure: str = ""


@dataclass(frozen=True)
class Verdict:
    """`signals` are dicts: code, field, start, end (in the field as written), weight, reason."""

    outcome: str
    reasons: tuple[Reason, ...]
    signals: tuple[dict, ...]
    score: int
    level: str
    fraud_type: str

    @property
    def words(self):
        return "".join(f"{reason.words}{reason.cure}" for reason in self.reasons)

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
        }


@dataclass(frozen=True)
class _Stop:
    """A hard stop: any of these findings, or a high score of one of these types."""

    code: str
    words: str
    cure: str
    types: tuple[FraudType, ...]
    clues: tuple[str, ...]


_STOPS = (
    _Stop(
        "fee",
        "写了要求职的人交钱",
        "押金、服装费、报名费、体检费、材料费、会员费、介绍费，都不能向求职的人收。"
        "请不要收，并删掉这些话；由单位出的，写明“由公司承担”。",
        (FraudType.UPFRONT_FEE, FraudType.AGENCY_FEE, FraudType.TYPING_SCAM,
         FraudType.HANDICRAFT_DEPOSIT, FraudType.MODEL_CARD),
        ("upfront_fee.deposit", "upfront_fee.fee", "upfront_fee.pay_first", "agency_fee.fee",
         "agency_fee.insider", "typing_scam.fee", "handicraft_deposit.material",
         "model_card.photo_fee", "model_card.named"),
    ),
    _Stop(
        "training",
        "写的是先培训收费、再上岗",
        "不能拿招人当名目卖课、办培训贷款。岗前培训由单位出钱的，写明“带薪培训”“不收费”。",
        (FraudType.TRAINING_LOAN,),
        ("training_loan.named", "training_loan.loan", "training_loan.fee"),
    ),
    _Stop(
        "brushing",
        "写的是刷单、垫付返利",
        "刷单违法，也是最常见的骗局，这里不能发。",
        (FraudType.BRUSHING_REBATE,),
        ("brushing_rebate.named", "brushing_rebate.advance", "brushing_rebate.for_shops"),
    ),
    _Stop(
        "accounts",
        "写的是租借、买卖银行卡、电话卡或账号",
        "租卡、租号、跑分会让出借的人担刑事责任，这里不能发。",
        (FraudType.CARD_RENTAL, FraudType.ACCOUNT_RENTAL, FraudType.MONEY_MULE,
         FraudType.CASH_COURIER, FraudType.GOIP_RELAY),
        ("card_rental.named", "card_rental.hand_over", "card_rental.open_for_pay",
         "account_rental.named", "account_rental.hand_over", "account_rental.log_in",
         "money_mule.named", "money_mule.relay", "goip_relay.named", "cash_courier.named"),
    ),
)  # fmt: skip
_STOP_OF = {f"wording.{clue}": stop for stop in _STOPS for clue in stop.clues}
_STOP_OF_TYPE = {str(kind): stop for stop in _STOPS for kind in stop.types}


def judge(content, employer, photos=None, refused_by_hand=False) -> Verdict:
    """`content` is a dict of content fields or a model that has them; `photos` are `Picture`s, by
    default those whose numbers stand in the content. `refused_by_hand`: a person refused the text
    before this one, so a person looks at this one too."""
    said = reader(content)
    texts = {name: said(name) or "" for name in FIELDS}
    found = [
        (name, signal)
        for name in FIELDS
        for signal in assess(texts[name]).signals
        if signal.fraud_type
        if not _is_denied(texts[name], signal)
    ]
    offer = [
        (name, signal)
        for name in FIELDS
        for signal in signals.find_in_offer(Reading(texts[name]), Context())
    ]
    scored = assessment(signal for _name, signal in found)
    pictures = _pictures(said) if photos is None else list(photos)
    reasons = _refusals(texts, found, scored)
    outcome = REFUSE
    if not reasons:
        reasons = [
            *_risks(found, scored),
            *_of_offer(texts, offer),
            *_of_pictures(pictures),
            *_of_author(said("category"), employer, refused_by_hand),
        ]
        outcome = QUEUE if reasons else PUBLISH
    return Verdict(
        outcome=outcome,
        reasons=tuple(reasons),
        signals=tuple(_stored(name, signal) for name, signal in found + offer),
        score=scored.score,
        level=scored.level,
        fraud_type=scored.fraud_type,
    )


def _refusals(texts, found, scored: Assessment):
    """One reason for each hard stop, citing the first words that led to it."""
    stops: dict[str, tuple[_Stop, str]] = {}
    for name, signal in found:
        stop = _STOP_OF.get(signal.code)
        if stop is None and scored.level == RiskLevel.HIGH:
            stop = _STOP_OF_TYPE.get(scored.fraud_type)
            stop = stop if signal.fraud_type == scored.fraud_type else None
        if stop:
            stops.setdefault(stop.code, (stop, _quote(texts[name], signal)))
    return [
        Reason(stop.code, f"{stop.words}（“{quote}”）。", stop.cure)
        for stop, quote in stops.values()
    ]


def _is_denied(text, signal: Signal):
    """不刷单 and 不涉及租卡 say the contrary of what the word names. Clues of more than a name look
    for denials themselves."""
    if not signal.code.endswith(".named"):
        return False
    before = text[max(0, signal.start - 8) : signal.start]
    if any(word in before for word in ("不涉及", "不做", "没有", "不搞", "绝无")):
        return True
    return denied(text, signal.start, signal.end)


def _risks(found, scored):
    if scored.level == RiskLevel.LOW:
        return []
    heaviest = max((signal for _name, signal in found), key=lambda signal: signal.weight)
    words = f"有些话像骗局的说法：{heaviest.reason}"
    return [Reason("risk", words, "不是这个意思的，请换个说法；审核员会看过再决定。")]


def _of_offer(texts, offer):
    """Contacts and discrimination, each kind once."""
    made = {}
    for name, signal in offer:
        quote = _quote(texts[name], signal)
        words = f"{signal.reason.removesuffix('。')}（“{quote}”）。"
        cure = "请写到“联系方式”那几栏里，正文里的删掉。"
        if signal.code.startswith("discrimination."):
            cure = discrimination.cure(signal.code)
        made.setdefault(signal.code, Reason(signal.code, words, cure))
    return list(made.values())


def _of_pictures(pictures):
    numbers = "、".join(str(n) for n, picture in enumerate(pictures, 1) if picture.codes)
    if not numbers:
        return []
    words = f"第 {numbers} 张照片里有二维码，审核员要先看过。"
    return [Reason("photo_code", words, "换成没有二维码的照片，就不用等这一项。")]


def _of_author(category, employer, refused_by_hand):
    kind = categories.CATEGORIES.get(category)
    if kind and kind.high_risk:
        yield Reason("category", f"「{kind.label}」这一类都由审核员看过再发布。")
    if refused_by_hand:
        yield Reason("refused_before", "上一版是审核员退回的，这一版也由审核员看。")
    if not is_proved(employer):
        words = "单位还没有通过认证，认证前发的都要审核员看过。"
        yield Reason("employer", words, "手机验证过、身份证或营业执照核对过，就快了。")


def is_proved(employer) -> bool:
    """In good standing, and known by phone and by id card or licence."""
    return bool(
        employer and employer.in_good_standing and verification_level(employer) == "identity"
    )


def _pictures(said):
    numbers = said("photos") or []
    found = Picture.objects.in_bulk(numbers) if numbers else {}
    return [found[number] for number in numbers if number in found]


def _quote(text, signal):
    words = " ".join(text[signal.start : signal.end].split())
    return words if len(words) <= LONGEST_QUOTE else f"{words[:LONGEST_QUOTE]}…"


def _stored(name, signal: Signal):
    return asdict(signal) | {"field": name}
