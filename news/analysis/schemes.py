"""Which scheme an article reports on or warns of, proposed from its words.

Not what an advertisement is: `screening.engine` judges that from the same signals.
"""

import re
from collections import defaultdict
from dataclasses import dataclass

from screening.assessment import Signal
from screening.fraud_types import FraudType
from screening.reading.folded_text import FoldedText
from screening.rules.fraud_rules import find_rule_signals
from screening.rules.lexicon import Lexicon

IN_TITLE, IN_LEAD = 2.5, 1.3  # a finding in the title, or in the first lines, counts more
LEAD = 160
LISTED = 0.15  # a scheme named in a row of schemes ("刷单、贷款、冒充客服 …") is hardly spoken of
TWICE = 2  # a scheme told with so much more than enough needs no word of alarm beside it
ENOUGH, PER_CHARACTER, AT_MOST = 50, 1 / 20, 180  # a long article must say more of its scheme
RIVAL, TOO_MANY = 0.4, 3  # a type with this share of the best one's points is spoken of as much
SHOWN, LONGEST = 6, 16

# "三大骗局", "高发类型": an overview is about no single scheme, unless its title names one.
_OVERVIEW = re.compile(
    r"[\d一二两三四五六七八九十多几]\s?(?:大|类|种)(?:常见|典型|高发)?"
    r"(?:骗局|骗术|套路|诈骗|陷阱|手法|类型)"
    r"|(?:高发|常见|各类)[^，。\n]{0,8}(?:类型|骗局|骗术|套路|手法)|防骗手册|骗术大全"
)
_SENTENCE = re.compile(r"[^。！？!?；;\n]+")
_ALARM = {
    3: "诈骗 骗局 反诈 被骗 骗子 受骗 骗取 行骗 骗术 防骗 骗走 诱骗 骗钱 电诈 涉诈 欺诈 黑产 黑灰产 "
    "黑色产业 钓鱼网站 网络钓鱼 钓鱼攻击 杀猪盘 传销 非法集资 黑中介 网络水军 骗人 ",
    2: "陷阱 上当 谨防 警惕 套路 涉案 犯罪团伙 不法分子 帮信 两卡 跑分 诱导 圈套 防范 血汗钱 刷单",
    1: "警方 公安 民警 提醒 抓获 打掉 报警 损失 转账 嫌疑人 捣毁 曝光 投诉 举报 维权 查处 立案 欠薪 "
    "拖欠 处罚 违法 涉嫌 受害 派出所 切勿 押金 网警 案件 刑拘 判处 检察院 法院 仲裁 劳动监察 索要 "
    "假的 拉黑 失联 追回 止付 冻结 拦下 带走 背上 转走 转出 扣款 责任 赃款 劝返 查获 查扣 清退 庭审 "
    "批捕 被查 落网 退费 跑路 不见了 人去楼空 无门 封号 被封 被停 核实 当心 留意 小心 别信 不要轻信",
}
_alarm = Lexicon((word, points) for points, words in _ALARM.items() for word in words.split())
COUNTED = 4  # a word repeated more often than this adds nothing
SHORT = 150  # a text shorter than this is measured as if it had this length
# Points that a hundred characters must hold: without a scheme; in a short text with a trace of
# one; and where a scheme is told at length.
ALARMING, HINTED, TOLD = 1.6, 0.8, 0.5


@dataclass(frozen=True)
class SchemeGuess:
    """`signals` point into title, line feed, text."""

    fraud_type: str
    score: int  # 0-100
    words: tuple[str, ...] = ()  # what led to it, as written, the weightiest first
    signals: tuple[Signal, ...] = ()


def guess_scheme(title: str, text: str) -> SchemeGuess | None:
    """None for a text that is not about fraud; `other` where no type fits, or too many do."""
    return _Article(title, text).guess()


def is_warning(title: str, text: str) -> bool:
    """Whether the text warns of or reports on fraud, not merely mentions work or the police."""
    return _Article(title, text).warns()


def _short(words: str) -> str:
    """`垫付…佣金` for a long stretch: its ends are what led to it."""
    return words if len(words) <= LONGEST else f"{words[:6]}…{words[-6:]}"


class _Article:
    def __init__(self, title: str, text: str) -> None:
        self.title = title.strip()
        self.written = f"{self.title}\n{text}"
        self.folded = FoldedText(self.written)
        self.signals = sorted(
            find_rule_signals(self.folded, in_report=True), key=lambda signal: signal.start
        )
        self._hits = list(_alarm.hits(self.folded.text))
        self.points = self._points()
        self.ranked = sorted(self.points, key=lambda kind: self.points[kind], reverse=True)

    def guess(self) -> SchemeGuess | None:
        if not self.warns():
            return None
        kind = self._kind()
        if kind is None:
            return SchemeGuess(FraudType.OTHER, 20)
        total = sum(self.points.values())
        strength = min(1, self.points[kind] / 200)
        score = round(100 * strength * (0.5 + 0.5 * self.points[kind] / total))
        of_kind = [signal for signal in self.signals if signal.fraud_type == kind]
        by_weight = sorted(of_kind, key=lambda signal: -self._weight(signal))
        words = dict.fromkeys(_short(self.written[s.start : s.end]) for s in by_weight)
        return SchemeGuess(kind, score, tuple(words)[:SHOWN], tuple(of_kind))

    def _kind(self) -> str | None:
        """The type the article is about, or None."""
        if not self.ranked:
            return None
        best = self.ranked[0]
        most = self.points[best]
        if not self._tells_enough():
            return None
        if self._names_in_title(best):
            return best
        if _OVERVIEW.search(self.folded.text[: len(self.title) + LEAD]):
            return None
        rivals = sum(self.points[kind] >= most * RIVAL for kind in self.ranked[1:])
        return best if rivals < TOO_MANY else None

    def _points(self) -> dict[str, float]:
        """Points by type. What stands in one place counts once; the same finding again a half, a
        third … as much."""
        points: defaultdict[str, float] = defaultdict(float)
        before: defaultdict[str, int] = defaultdict(int)
        taken: defaultdict[str, set[int]] = defaultdict(set)
        listed = self._listed()
        for signal in sorted(self.signals, key=lambda signal: -self._weight(signal)):
            place = range(signal.start, signal.end)
            if not taken[signal.fraud_type].isdisjoint(place):
                continue
            taken[signal.fraud_type].update(place)
            before[signal.code] += 1
            share = LISTED if id(signal) in listed else 1
            points[signal.fraud_type] += share * self._weight(signal) / before[signal.code]
        return dict(points)

    def _weight(self, signal: Signal) -> float:
        if signal.start < len(self.title):
            return signal.weight * IN_TITLE
        return signal.weight * (IN_LEAD if signal.start < len(self.title) + LEAD else 1)

    def _names_in_title(self, kind: str) -> bool:
        return any(s.fraud_type == kind and s.start < len(self.title) for s in self.signals)

    def _listed(self) -> set[int]:
        """Findings that stand in a row of at least three types, one after the other."""
        listed: set[int] = set()
        row: list[Signal] = []
        for signal in [*self.signals, None]:
            if signal and row and self._goes_on(row[-1], signal):
                row.append(signal)
                continue
            if len({own.fraud_type for own in row}) >= 3:
                listed.update(map(id, row))
            row = [signal] if signal else []
        return listed

    def _goes_on(self, one: Signal, other: Signal) -> bool:
        between = self.written[one.end : other.start]
        return len(between) <= 10 and not re.search(r"[。！？!?\n]", between)

    def warns(self) -> bool:
        fraud, police, titled = self._alarm()
        if titled:
            return fraud >= 3
        if self._only_in_passing():
            return False
        hundreds = max(SHORT, len(self.folded.text)) / 100
        if self._tells_enough():
            return self._tells_enough(TWICE) or fraud + police >= max(1, TOLD * hundreds)
        hinted = bool(self.points) and len(self.folded.text) <= SHORT
        return fraud >= (HINTED if hinted else ALARMING) * hundreds

    def _only_in_passing(self) -> bool:
        """Whether fraud comes up in one sentence of a text about something else: the word of
        advice at the end of a report on a job fair."""
        alarms = [(*self.folded.span(start, end), worth) for start, end, worth in self._hits]
        places = [(start, end) for start, end, worth in alarms if worth > 1]
        places += [(signal.start, signal.end) for signal in self.signals]
        if any(start < len(self.title) for start, *_ in (*alarms, *places)):
            return False
        lengths = [
            sentence.end() - sentence.start()
            for sentence in _SENTENCE.finditer(self.written, len(self.title))
            if any(start < sentence.end() and end > sentence.start() for start, end in places)
        ]
        return len(lengths) < 2 and sum(lengths) * 2 < len(self.written) - len(self.title)

    def _tells_enough(self, times: float = 1) -> bool:
        needed = min(AT_MOST, ENOUGH + len(self.written) * PER_CHARACTER)
        return max(self.points.values(), default=0) >= needed * times

    def _alarm(self) -> tuple[int, int, bool]:
        """(points of words for fraud, of words for police and courts, whether the title has one
        that means nothing but fraud)."""
        counts: defaultdict[str, int] = defaultdict(int)
        fraud, police, titled = 0, 0, False
        for start, end, worth in self._hits:
            titled = titled or (worth == 3 and start < len(self.title))
            word = self.folded.text[start:end]
            counts[word] += 1
            if counts[word] <= COUNTED:
                fraud, police = fraud + worth * (worth > 1), police + worth * (worth == 1)
        return fraud, police, titled
