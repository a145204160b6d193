"""Which scheme an article reports on or warns of, proposed from its words.

The text must have a word of alarm or a sign of a scheme, or it does not warn of fraud. Then a model that was trained
on articles (`corpus/README.md`) judges whether somebody was cheated or is warned, and by which scheme. It does not
judge advertisements, as `screening.engine` does.
"""

import re
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from news.analysis.topics import weigh_topics
from screening.assessment import Signal
from screening.fraud_types import FraudType
from screening.linear_model.features import ModelText
from screening.linear_model.model import ScreeningModel
from screening.linear_model.model_arrays import FRAUD, ModelArrays
from screening.reading.folded_text import FoldedText
from screening.rules.fraud_rules import find_rule_signals
from screening.rules.lexicon import Lexicon

ARTIFACT = Path(__file__).parent / "scheme_model.bin"
# Characters that are judged: an article says at its beginning what it is about.
JUDGED_CHARACTERS = 600
SCHEME_CUT = 0.1  # of the model's score
# Scores of the model that suffice without a word of alarm: usually, and if the title tells a topic.
SURE_PROBABILITY, SURE_ABOUT_TOPIC = 0.35, 0.5
MIN_FITTING_SCHEME_SHARE = 0.1  # of the likeliest type: below, the text fits none
SCHEME_DOUBT_CUT = -0.3  # of the model's score, and the share of a second type: for `weigh_types`
MIN_SECOND = 0.15
NEARLY_WARNING_SURENESS = 0.5
# A type that a rule finds in the title gets more weight. The answer that no type fits gets less.
IN_TITLE, NONE_FITS = 3.0, 0.3
PASSAGES_SHOWN, LONGEST = 6, 16
LEAD_CHARACTERS = 160  # characters in which an overview calls itself one

# Topics: a title about a campaign reports on no fraud, nor does one about money that was given back or about what to
# do afterwards, unless it warns that people who wait for their money are cheated again.
CAMPAIGN, AFTER_FRAUD_TOPIC = "anti_fraud_campaign", "after_fraud"
_REPAIRS = re.compile(
    r"返还|发还|送还|集中退赃|退赃大会|追赃挽损|第一时间|怎么办|先做什么|怎么报案"
)
_WARNS_AGAIN = re.compile(r"骗局|骗术|套路|陷阱|圈套|警惕|谨防|当心|小心|冒充|假|[又再]被骗|二次")
# "三大骗局", "高发类型": an overview is not about a single scheme, unless its title names one.
_OVERVIEW = re.compile(
    r"[\d一二两三四五六七八九十多几]\s?(?:大|类|种)(?:常见|典型|高发)?"
    r"(?:骗局|骗术|套路|诈骗|陷阱|手法|类型)"
    r"|(?:高发|常见|各类)[^,，。\n]{0,8}(?:类型|骗局|骗术|套路|手法)|防骗手册|骗术大全"
)
# A text that fits no type is a warning only if it says what it warns of.
_FRAUD = re.compile(r"骗|诈|圈套|黑产|木马|钓鱼|防范|上当")
# News about work often names wages. It is about pay that is kept back only if it has a word for that; without such a
# word the type gets only a small part of its probability.
_PAY_IS_KEPT = re.compile(
    r"讨薪|拖欠|克扣|罚扣|白干|欠|扣[光掉下]|被扣|[乱倒]扣|扣工资|[押压](?:着|一|半|两|了|工资)|不计薪|没有?发|不发"
    r"|停发|待发|未发|不给(?:钱|工资|工钱|报酬|结)|[没未]等?[拿领要收]到|没等到|没见[着到]|[拿领要]不[到回]|[不没未]结"
    r"|只给结|结不[了到清]|拒[不绝]?[支给]?付|未支?付|没付|不付|跑路|失联|卷款|人去楼空|关机|停机|不接电话|赖账|赖着"
    r"|[要拿]回(?:了|自己的|全部|被)?(?:工资|工钱|薪|血汗|欠)|讨[要回]|追[讨回薪]|支付令|试岗|试工|试做|不认账"
    r"|[一再]拖|拖[了着到]|分文|没有?工资|取不出|无薪|免费干|没拿过|补齐|放弃(?:报酬|工资)|钱没|负数|关门|统一发"
)
WAGE_THEFT, PAY_IS_NOT_KEPT = "wage_theft", 0.1
# A text without any of these words, of the words above, and of the signs of a scheme says nothing of fraud.
_ALARM = """
黑产 黑灰产 黑色产业 钓鱼网站 网络钓鱼 钓鱼攻击 杀猪盘 传销 非法集资 黑中介 网络水军 陷阱 上当 谨防 警惕
套路 涉案 犯罪团伙 不法分子 帮信 两卡 跑分 诱导 圈套 血汗钱 刷单 警方 公安 民警 提醒 抓获 打掉 报警
损失 转账 嫌疑人 捣毁 曝光 投诉 举报 维权 查处 立案 欠薪 拖欠 处罚 违法 涉嫌 受害 派出所 切勿 押金
网警 案件 刑拘 判处 检察院 法院 仲裁 劳动监察 索要 假的 拉黑 失联 追回 止付 冻结 拦下 带走 背上 转走
转出 扣款 赃款 劝返 查获 查扣 清退 庭审 批捕 被查 落网 退费 跑路 不见了 人去楼空 无门 封号 被封 被停
核实 当心 留意 小心 别信 不要轻信 冒充 假冒 拉进群 进群 验证码 提现 返佣 垫付 垫款 先交 取不出 提不出
好处费 中招 卷款 引流 拉人头 白干 白用工 扣光 偷渡 刮刮卡 收费 入会费 收购银行卡 病毒 木马 试工 试岗
手机口 电话卡 银行卡
"""
_alarm = Lexicon((word, word) for word in _ALARM.split())


@dataclass(frozen=True)
class SchemeGuess:
    """`signals` point into title, line feed, text."""

    fraud_type: str
    score: int  # 0-100
    words: tuple[str, ...] = ()  # what led to it, as written, the weightiest first
    signals: tuple[Signal, ...] = ()


def guess_scheme(title: str, text: str) -> SchemeGuess | None:
    """Return None for a text that is not about fraud. The type is `other` if no type fits, or too many do."""
    return _Article(title, text).guess()


def fold_opening(title: str, text: str) -> FoldedText:
    return FoldedText(f"{title.strip()}\n{text[:JUDGED_CHARACTERS]}")


@cache
def load_scheme_model() -> ScreeningModel:
    return ScreeningModel(ModelArrays.unpack(ARTIFACT.read_bytes()))


def weigh_types(title: str, text: str) -> dict[str, float]:
    """Return {fraud type: share} of the one or two likeliest for a text that warns, or nearly does.

    It is used to find related articles, which needs less certainty than a proposal.
    """
    return _Article(title, text).weigh_types()


class _Article:
    def __init__(self, title: str, text: str) -> None:
        self.title = title.strip()
        self.written = f"{self.title}\n{text[:JUDGED_CHARACTERS]}"
        self.folded = fold_opening(title, text)
        signals = find_rule_signals(self.folded, in_report=True)
        self.signals = sorted(signals, key=lambda signal: -signal.weight)
        self.model_text = ModelText(self.folded.text)
        self.measured = load_scheme_model().measure(self.model_text)

    def guess(self) -> SchemeGuess | None:
        if not self._warns():
            return None
        kind, share = self._rank_types()
        if kind == FraudType.OTHER and not _FRAUD.search(self.folded.text):
            return None
        score = max(1, min(100, round(100 * share)))
        of_kind = tuple(signal for signal in self.signals if signal.fraud_type == kind)
        return SchemeGuess(kind, score, self._quote(of_kind), of_kind)

    def weigh_types(self) -> dict[str, float]:
        if not self._warns(SCHEME_DOUBT_CUT):
            return {}
        sureness = 1.0 if self._warns() else NEARLY_WARNING_SURENESS
        weighed = self._weigh_kinds()
        if self._is_overview():
            weighed = {kind: share for kind, share in weighed.items() if self._names_in_title(kind)}
        best = sorted(weighed, key=lambda kind: (-weighed[kind], kind))[:2]
        total = sum(weighed.values())
        types = [kind for kind in best if kind != FraudType.OTHER]
        shares = {kind: sureness * weighed[kind] / total for kind in types}
        return {kind: share for kind, share in shares.items() if share >= MIN_SECOND}

    def _warns(self, cut: float = SCHEME_CUT) -> bool:
        judgements = self.measured.judge().get(FRAUD, [])
        if not judgements or self._tells_of_no_fraud():
            return False
        if self._speaks_of_fraud():
            return judgements[0].whole > cut
        sure = SURE_ABOUT_TOPIC if self.topics_of_title else SURE_PROBABILITY
        return judgements[0].whole > sure

    @cached_property
    def topics_of_title(self) -> dict[str, float]:
        return weigh_topics(self.title, "")

    def _tells_of_no_fraud(self) -> bool:
        repairs = _REPAIRS.search(self.title) and not _WARNS_AGAIN.search(self.title)
        return CAMPAIGN in self.topics_of_title or (
            AFTER_FRAUD_TOPIC in self.topics_of_title and bool(repairs)
        )

    def _speaks_of_fraud(self) -> bool:
        text = self.folded.text
        return bool(self.signals or _FRAUD.search(text)) or any(_alarm.hits(text))

    def _rank_types(self) -> tuple[str, float]:
        """Return the likeliest type, with its share."""
        weighed = self._weigh_kinds()
        kind = max(weighed, key=lambda name: weighed[name])
        share = weighed[kind] / self._weigh_type(kind)
        is_unnamed = self._is_overview() and not self._names_in_title(kind)
        if weighed[kind] < MIN_FITTING_SCHEME_SHARE or is_unnamed:
            return FraudType.OTHER, share
        return kind, share

    def _is_overview(self) -> bool:
        return _OVERVIEW.search(self.folded.text[: len(self.title) + LEAD_CHARACTERS]) is not None

    def _weigh_kinds(self) -> dict[str, float]:
        """Return {fraud type: share of the probability, more for one that the title names}."""
        model = load_scheme_model()
        without_lists = self._cut_rows()
        measured = model.measure(without_lists) if without_lists else self.measured
        shares = dict(measured.rank_kinds(model.kinds))
        if WAGE_THEFT in shares and not _PAY_IS_KEPT.search(self.written):
            denied = (1 - PAY_IS_NOT_KEPT) * shares[WAGE_THEFT]
            shares[WAGE_THEFT] -= denied
            shares[FraudType.OTHER] = shares.get(FraudType.OTHER, 0.0) + denied / NONE_FITS
        return {kind: share * self._weigh_type(kind) for kind, share in shares.items()}

    def _cut_rows(self) -> ModelText | None:
        """Return the text without lists of at least three types ("刷单、贷款、冒充客服…"), because a list hardly tells
        what the text is about. None if there is no such list."""
        rows: list[list[Signal]] = [[]]
        for signal in sorted(self.signals, key=lambda signal: signal.start):
            if rows[-1] and not self._goes_on(rows[-1][-1], signal):
                rows.append([])
            rows[-1].append(signal)
        listed = [row for row in rows if len({signal.fraud_type for signal in row}) >= 3]
        written = self.written
        for row in reversed(listed):
            end = max(signal.end for signal in row)
            written = written[: row[0].start] + written[end:]
        return ModelText(FoldedText(written).text) if listed else None

    def _goes_on(self, signal: Signal, following: Signal) -> bool:
        between = self.written[signal.end : following.start]
        return len(between) <= 10 and not re.search(r"[。！？!?\n]", between)

    def _weigh_type(self, kind: str) -> float:
        if kind == FraudType.OTHER:
            return NONE_FITS
        return IN_TITLE if self._names_in_title(kind) else 1.0

    def _names_in_title(self, kind: str) -> bool:
        return any(s.fraud_type == kind and s.start < len(self.title) for s in self.signals)

    def _quote(self, signals: tuple[Signal, ...]) -> tuple[str, ...]:
        """Return the words that the rules of the type find, else the clause that warns most."""
        spans = [(signal.start, signal.end) for signal in signals]
        if not spans:
            _score, best = max(self.measured.score_clauses(), key=lambda scored: scored[0])
            spans = [self.folded.span(*self.model_text.locate(*best))]
        words = dict.fromkeys(_shorten_evidence(self.written[start:end]) for start, end in spans)
        return tuple(words)[:PASSAGES_SHOWN]


def _shorten_evidence(words: str) -> str:
    """Shorten a long stretch to its ends, which are the words that were found: `垫付…佣金`."""
    return words if len(words) <= LONGEST else f"{words[:6]}…{words[-6:]}"
