"""A pasted post: its clauses, which characters a field was read from, and numbers as people write them."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

type Span = tuple[int, int]

LONGEST_POST = 4000  # characters; more is no post
# 8~10 and 5,000 are numbers; a blank between two letters or digits ends nothing.
_BREAK = re.compile(
    r"\n|[。！!？?；;，|｜【】\[\]]|(?<!\d):|:(?!\d)|,(?!\d{3})|(?<!\d)[~～]+|(?<![!-~])[ \t]+|[ \t]+(?![!-~])"
    r"|[\u2600-\u27bf\U0001f300-\U0001faff]+"
)
_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_TIMES = {"十": 10, "百": 100, "千": 1000, "万": 10000}
_ARABIC = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s?([千万kw]?)")
CHINESE_NUMBER = "[一二两三四五六七八九十百千万零]"
# Marks of characters that a field was read from. A title may still have those with the lower mark.
_TAKEN_BUT_NAMEABLE, _TAKEN = 1, 2


@dataclass(frozen=True)
class Clause:
    """`label`: the kind of field that its line names before a colon, or ""."""

    start: int
    end: int
    label: str = ""


@dataclass
class FieldReading:
    """What the post says about a field, as it would be typed into the posting form.

    `spans` are the words that it was read from; `note` says what was changed, moved or assumed.
    """

    values: list[str]
    spans: list[Span] = field(default_factory=list)
    note: str = ""


class PostText:
    """The text of a pasted post, and which of its characters fields were read from.

    `text` is `written` in half-width lower case, character for character. `free` is the same text without the
    characters that a field was read from.
    """

    def __init__(self, written: str) -> None:
        written = written.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
        self.written = written[:LONGEST_POST]
        self.text = "".join(map(_fold_character, self.written))
        self._taken = bytearray(len(self.text))
        self._hidden: dict[int, str] = {}  # until words are taken away again
        self.clauses = list(_split_clauses(self.text))
        self._clause_starts = [clause.start for clause in self.clauses]

    @property
    def free(self) -> str:
        return self._hide(_TAKEN_BUT_NAMEABLE)

    @property
    def nameable(self) -> str:
        """As `free`, but with the words that a title may have nevertheless, such as weekdays and the kind of shop."""
        return self._hide(_TAKEN)

    def _hide(self, least: int) -> str:
        """Return the text without characters that are marked with `least` or more."""
        if least not in self._hidden:
            self._hidden[least] = "".join(
                "\0" if taken >= least else char
                for char, taken in zip(self.text, self._taken, strict=True)
            )
        return self._hidden[least]

    def take(self, *spans: Span, is_nameable: bool = False) -> None:
        """Mark the words as read; with `is_nameable` a title may have them nevertheless."""
        mark = _TAKEN_BUT_NAMEABLE if is_nameable else _TAKEN
        self._hidden.clear()
        for start, end in spans:
            for place in range(start, end):
                self._taken[place] = max(self._taken[place], mark)

    def count_taken(self, start: int, end: int) -> int:
        return sum(map(bool, self._taken[start:end]))

    def find_clause(self, position: int) -> Clause:
        """Return the clause around a position. For a mark between two clauses it is the one before the mark."""
        number = bisect_right(self._clause_starts, position)
        return self.clauses[number - 1] if number else Clause(0, len(self.text))

    def cut(self, span: Span) -> str:
        return self.written[span[0] : span[1]]


def _fold_character(char: str) -> str:
    folded = unicodedata.normalize("NFKC", char).lower()
    if char in "，。；：！？":  # they end clauses: 1，2 is no number
        return {"：": ":"}.get(char, char)
    return folded if len(folded) == 1 else char


# By the kind of field: words that stand before a colon, or in brackets, at the head of a line.
_LABELS = {
    "title": "岗位名称|招聘岗位|职位名称|招聘职位|岗位|职位|工种|工作(?=:)|招聘(?=:)",
    "duties": "工作内容|岗位职责|推广内容|工作职责|职责|内容",
    "headcount": "招聘人数|人数|名额",
    "time": "工作时间|上班时间|上课时间|工作日期|时间|日期",
    "pay": "薪资待遇|工资待遇|薪资|薪酬|工资|报酬|待遇|课时费|补贴|收入",
    "settlement": "结算方式|结算",
    "address": "工作地点|上班地点|上课地点|工作地址|集合地点|地点|地址|工作区域",
    "requirements": "任职要求|岗位要求|要求|条件|学生情况",
    "contact": "联系方式|联系电话|联系人|联系|电话|报名|微信",
}
_LABEL = re.compile(
    r"^[\s\d.、【\[]*(?:" + "|".join(f"(?P<{k}>{w})" for k, w in _LABELS.items()) + r")\s*[】\]:]+"
)
# Without a colon only words that name nothing else.
_BARE_LABEL = re.compile(r"^(?P<address>工作地点|上班地点|地点|地址|家住|家在)(?:在|是)?")


def _split_clauses(text: str) -> Iterator[Clause]:
    line_start = 0
    for line in text.split("\n"):
        label, start = "", line_start
        if match := _LABEL.match(line):
            label, start = match.lastgroup or "", line_start + match.end()
        for clause in _split_line(text, start, line_start + len(line)):
            yield _label_clause(text, clause, label)
        line_start += len(line) + 1


def _label_clause(text: str, clause: Span, label: str) -> Clause:
    start, end = clause
    match = _LABEL.match(text[start:end]) or _BARE_LABEL.match(text[start:end])
    if match:
        return Clause(start + match.end(), end, match.lastgroup or "")
    return Clause(start, end, label)


def _split_line(text: str, start: int, end: int) -> Iterator[Span]:
    for match in _BREAK.finditer(text, start, end):
        if text[start : match.start()].strip():
            yield start, match.start()
        start = match.end()
    if text[start:end].strip():
        yield start, end


def parse_written_number(text: str) -> Decimal | None:
    """Return 25, 1.5万 or 一百二 as a number; None for anything else."""
    text = text.strip()
    if match := _ARABIC.fullmatch(text):
        times = {"千": 1000, "k": 1000, "万": 10000, "w": 10000, "": 1}[match[2]]
        return Decimal(match[1].replace(",", "")) * times
    if not text or not set(text) <= set(_DIGITS) | set(_TIMES):
        return None
    total, digit, unit = 0, None, 1
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
            unit = 1 if char in "零〇" else unit
        else:
            unit = _TIMES[char]
            total += (1 if digit is None else digit) * unit
            digit = None
    if digit is not None:  # 一百二 is 120, 二十二 is 22
        total += digit * (unit // 10 if unit > 10 else 1)
    return Decimal(total)
