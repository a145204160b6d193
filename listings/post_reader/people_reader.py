"""How many people are wanted, and how old they must be at least."""

import re

from listings.imports.cell_parsers import CellUnreadable, parse_headcount
from listings.post_reader.post_text import (
    CHINESE_NUMBER,
    FieldReading,
    PostText,
    Span,
    parse_written_number,
)

_NUMBER = rf"(?P<low>\d{{1,3}}|{CHINESE_NUMBER}{{1,3}})"
_RANGE = rf"{_NUMBER}(?:\s?[-–—~至到]\s?(?P<high>\d{{1,3}}))?"
_HEADS = re.compile(
    rf"(?<![\d/第.每]){_RANGE}\s?(?:(?:名|位)(?!额)|个?人(?!民|工|均|次)|个(?=[\u4e00-\u9fff]{{0,4}}[工员手生姨哥]|\s|\0|$|，))"
)
_CALLED = re.compile(
    r"(?:招聘?|要|需要?|缺|找|来|差|急需|急聘|请|限)(?:[^\d，。\n\0]{0,8}?)"
    rf"(?<![\d.]){_RANGE}\s?(?:个(?!小时|月|星期|晚上|钟)|名|位|人)"
)
_LONE = re.compile(r"(?:招|找|缺|要|请|(?<!十)来|差)(?P<low>一?)[个名位](?=[\u4e00-\u9fff\0])")
_VAGUE = re.compile(r"十来|几|若干|数量?名|多名|不限")
_AGES = (
    re.compile(
        r"(?:年龄|年?满)\s?(?P<least>[1-6]\d)(?P<most>\s?[-–—~至到]\s?[1-7]\d)?(?:周岁|岁)?"
    ),
    re.compile(
        r"(?P<least>[1-6]\d)\s?(?P<most>[-–—~至到]\s?[1-7]\d)\s?(?:周?岁|\b)(?=周?岁|，|。|\s|$|\0)"
    ),
    re.compile(r"(?P<least>[1-6]\d)\s?(?:周岁|岁)(?P<most>)(?:以上|起|及以上)"),
)
_SEXES = re.compile(r"(?:男女(?:都要|不限|均可)?|男|女)\s?$")


def read_people(post: PostText) -> dict[str, FieldReading]:
    readings: dict[str, FieldReading] = {}
    if age := _read_age(post):
        readings["age"] = age
    if headcount := _read_headcount(post):
        readings["headcount"] = headcount
    return readings


def _read_headcount(post: PostText) -> FieldReading | None:
    free = post.free
    labelled = [clause for clause in post.clauses if clause.label == "headcount"]
    for clause in labelled:
        if match := re.compile(_RANGE).search(free, clause.start, clause.end):
            return _count_heads(post, [match])
    matches = [*_CALLED.finditer(free), *_HEADS.finditer(free)]
    if matches:
        return _count_heads(post, matches)
    if (match := _LONE.search(free)) and not _VAGUE.match(free, match.start() + 1):
        return FieldReading(["1"], [match.span()])
    return None


def _count_heads(post: PostText, matches: list[re.Match[str]]) -> FieldReading | None:
    """Return the number of people if the matches name one. If they name several, or one that cannot be read, return an
    empty value with a sentence that quotes them and asks for one number."""
    numbers: dict[str, Span] = {}
    for match in matches:
        figure = parse_written_number(match["low"])
        words = f"{figure:f}-{match['high']}" if match["high"] else f"{figure:f}"
        numbers.setdefault(words, (match.start("low"), match.end()))
    spans = list(numbers.values())
    post.take(*spans)
    written = "、".join(post.cut(span) for span in spans)
    if len(numbers) == 1:
        try:
            return FieldReading([str(parse_headcount(next(iter(numbers))))], spans)
        except CellUnreadable:
            pass
    return FieldReading([""], spans, f"原文写的是“{written}”，请填一个数。")


def _read_age(post: PostText) -> FieldReading | None:
    for pattern in _AGES:
        for match in pattern.finditer(post.free):
            start = match.start()
            if sexes := _SEXES.search(post.text, max(0, start - 6), start):
                start = sexes.start()
            post.take((start, match.end()))
            note = ""
            if match["most"]:
                note = f"“{post.cut(match.span())}”里的年龄上限不能写，只留了年满 {match['least']} 周岁。"
            return FieldReading([match["least"]], [(start, match.end())], note)
    return None
