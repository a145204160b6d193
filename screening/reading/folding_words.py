"""Finds words that are spelled to avoid filters: 刷*单, 亻言, shua dan, +v. Each is read as its plain word.

Ordinary prose must read as it is written: a mark goes only where it cannot join two words wrongly.
"""

import re
from collections.abc import Iterable, Iterator

from screening.reading.folding import is_han
from screening.reading.word_file import Scanner, WordFile, find_starts, join_patterns

Edit = tuple[int, int, str]  # a stretch of the text, and what it reads instead

# Between two Chinese characters these mean nothing; 、 / - and the like may part two words.
_IDLE = frozenset("*_^`·•‧∙⋅・丨¦°˙´¯ˉ¨'’‘")
_MARK = r"[^\w\s，。,;；:：!！?？、“”\"()（）\[\]{}【】《》<>%‰￥¥$…\u3008-\u301b]"
_MARK_HEADS = re.compile(_MARK), re.compile("[_丨丶〇xo]")
_MARKS = re.compile(rf"(?:{_MARK}|[_丨丶〇]|(?<![a-z])[xo](?![a-z]))+ ?")
# One character of a word in brackets or quotes: 刷(单), 押【金】.
_WRAPPED = re.compile(r"[(\[【{<「『《“\"'‘〔〖](\w{1,2})[)\]】}>」』》”\"'’〕〗]")
_LONGEST = 6
_FILE = WordFile(__file__)
_TORN, _NOT_TORN_AFTER = _FILE.list_words("torn"), frozenset(_FILE["not_torn_after"])
_LISTED = frozenset(_FILE["listed"])
_SPLIT = {parts[:2]: parts[2] for parts in _FILE["split"].split()}
_SPLIT_WORDS = Scanner(join_patterns(list(_SPLIT)), find_starts(list(_SPLIT)))
_PINYIN: dict[str, str] = _FILE["pinyin"]
_AFTER_HAN, _BEFORE_HAN = _FILE.index_words("letters_behind"), _FILE.index_words("letters_before")
for _one, _first, _other, _second in re.findall(
    r"([^a-z\s])([a-z]+)([^a-z])([a-z]+)", _FILE["halves"]
):
    _AFTER_HAN[_one + _second] = _other
    _BEFORE_HAN[_first + _other] = _one
_LETTERS = re.compile(r"[a-z]+")
_MAX_RUNS = 4
_PARTS_PINYIN = frozenset(" -_.·*'~|/")
_NO_WORD = frozenset("0123456789@./_-:\\")  # beside these, letters belong to an address or a name
_MEANT, _ORDINARY, _SOUNDS = (
    _FILE.index_words("meant"),
    _FILE["ordinary"],
    _FILE.compile_scanner("sounds"),
)
_MONEY = frozenset("💰💵💴🪙")


def find_torn_words(text: str) -> list[Edit]:
    """Return edits where marks split a word: 刷*单, 押.金, 加/微/信."""
    edits: list[Edit] = [*_find_wrapped(text)]
    before = (-1, -1, "")  # the mark before, whether or not it was taken out
    for start, end in _list_marks(text):
        if start == 0 or end == len(text) or end - start > _LONGEST:
            continue
        left, right, mark = text[start - 1], text[end], text[start:end].strip()
        if not (is_han(left) and is_han(right)):
            continue
        if set(mark) <= _IDLE or (
            left + right in _TORN and text[max(0, start - 2)] not in _NOT_TORN_AFTER
        ):
            edits.append((start, end, ""))
        elif before[1] == start - 1 and before[2] == mark and mark not in {"~", ""}:
            places = (before[0] - 1, start - 1, end)
            if not any(text[place] in _LISTED for place in places):
                edits += [
                    edit for edit in ((*before[:2], ""), (start, end, "")) if edit not in edits[-1:]
                ]
        before = (start, end, mark)
    return _drop_overlaps(edits)


def _list_marks(text: str) -> Iterator[tuple[int, int]]:
    """Yield where marks stand in a row, with a blank at each side."""
    done = 0
    for start in sorted(head.start() for heads in _MARK_HEADS for head in heads.finditer(text)):
        if start >= done and (match := _MARKS.match(text, start)):
            has_blank = start > done and text[start - 1] == " "
            done = match.end()
            yield start - has_blank, done


def _find_wrapped(text: str) -> Iterator[Edit]:
    for match in _WRAPPED.finditer(text):
        start, end = match.span()
        inner = match.group(1)
        before, behind = text[start - 1 : start], text[end : end + 1]
        if before + inner[0] in _TORN or inner[-1] + behind in _TORN:
            yield start, end, inner


def find_spelled_words(text: str) -> list[Edit]:
    """Return edits where the characters of a word are split into parts, spelled in letters, or replaced by sound."""
    return _drop_overlaps([*_find_split(text), *_find_sounds(text), *_find_pinyin(text)])


def _drop_overlaps(edits: Iterable[Edit]) -> list[Edit]:
    separate: list[Edit] = []
    for edit in sorted(edits):
        if not separate or edit[0] >= separate[-1][1]:
            separate.append(edit)
    return separate


def _find_split(text: str) -> Iterator[Edit]:
    for match in _SPLIT_WORDS.finditer(text):
        yield *match.span(), _SPLIT[match.group()]


def _find_sounds(text: str) -> Iterator[Edit]:
    for match in _SOUNDS.finditer(text):
        start, end = match.span()
        word = match.group()
        if word in _MONEY:
            before = text[start - 1 : start]
            if before in {"押", "佣"}:
                yield start, end, "金"
            elif before and before in "交收付赚给返退转挣":
                yield start, end, "钱"
        elif word == "家":
            yield start, end, "加"
        elif word in _MEANT:
            if text[end : end + 1] not in [*_ORDINARY.get(word, "")]:
                yield start, end, _MEANT[word]
        elif len(word) == 2:
            yield start, end, "微信"


def _find_pinyin(text: str) -> Iterator[Edit]:
    """Yield words in pinyin: first of several syllables, then half-spelled ones."""
    runs = [match.span() for match in _LETTERS.finditer(text)]
    done = 0
    for number, (start, end) in enumerate(runs):
        if start < done or (start and text[start - 1] in _NO_WORD):
            continue
        edit = _find_syllables(text, runs[number : number + _MAX_RUNS]) or _find_half(
            text, start, end
        )
        if edit:
            yield edit
            done = edit[1]


def _find_syllables(text: str, runs: list[tuple[int, int]]) -> Edit | None:
    start, before = runs[0]
    joined, longest = "", None
    for begin, end in runs:
        if joined and not (begin - before == 1 and text[before] in _PARTS_PINYIN):
            break
        joined, before = joined + text[begin:end], end
        if joined in _PINYIN and text[end : end + 1] not in _NO_WORD:
            longest = (*_widen_over_blanks(text, start, end), _PINYIN[joined])
    return longest


def _find_half(text: str, start: int, end: int) -> Edit | None:
    letters = text[start:end]
    wide_start, wide_end = _widen_over_blanks(text, start, end)
    if text[start - 1 : start] == "+" and text[start - 2 : start - 1].isascii() and start > 1:
        return None  # 3+v
    if word := _BEFORE_HAN.get(letters + text[wide_end : wide_end + 1]):
        return start, wide_end, word
    word = _AFTER_HAN.get(text[max(0, wide_start - 1) : wide_start] + letters)
    if word and (text[end : end + 1] not in _NO_WORD or text[end] == ":"):
        return wide_start, wide_end, word
    return None


def _widen_over_blanks(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the span with the blanks between Chinese characters and letters."""
    if start > 1 and text[start - 1] == " " and is_han(text[start - 2]):
        start -= 1
    if end + 1 < len(text) and text[end] == " " and is_han(text[end + 1]):
        end += 1
    return start, end
