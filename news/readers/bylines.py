"""Author, source and date, found in the lines of a text."""

import datetime
import re
from collections.abc import Sequence
from itertools import chain

from django.utils import timezone

from cities.directory.regions import list_regions_by_name
from news.article_html.article_body import BYLINE

_MEDIUM = (
    r"[\u4e00-\u9fffA-Za-z]{1,14}?(?:新闻网|新闻客户端|客户端|时刻新闻|融媒体?|日报|晚报|早报|时报"
    r"|法治报|都市报|商报|快报|报社|新闻|电视台|广播电台|通讯社|新华社|红网|网|报|台|社)"
)
# At most three of them, because a long row of 驻 would take the pattern too long.
_ROLE = r"(?:全媒体|融媒体|首席|见习|实习|特约|驻[\u4e00-\u9fff]{1,6}){0,3}"
_WRITER = re.compile(rf"(?:^|[。！？；）)\s（(])(?P<name>{_MEDIUM}){_ROLE}记者")
_DATELINE = re.compile(
    rf"^[（(]?(?P<name>{_MEDIUM})(?:[\u4e00-\u9fff]{{1,8}})?\d{{1,2}}月\d{{1,2}}日[讯电]"
)
_NOT_A_NAME = re.compile(r"^(?:本|我|该|多家|各|某|一|有|据|多|记者)(?:报|网|台|社|家)?$")
_SAYS_SOURCE = r"(?:文章|稿件|信息|内容|新闻|稿件)?来\s*源(?:于)?\s*[：:]\s*"
SOURCE_LINE = re.compile(
    rf"^[（(【\[]?\s*{_SAYS_SOURCE}(?P<name>[^\s（）()|｜【】]{{2,40}})\s*[)）】\]]?$"
)
_SOURCE_INSIDE = re.compile(
    rf"(?:^|[\s|｜（(　]){_SAYS_SOURCE}(?P<name>[^\s：:|｜（）()【】]{{2,40}})"
)
_DATE = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)\s*[年./-]\s*(?P<month>\d{1,2})\s*[月./-]\s*(?P<day>\d{1,2})(?!\d)日?"
)
_TIME = r"(?:\s*[T ]?\s*\d{1,2}[:：]\d{2}(?:[:：]\d{2})?)?"
# 2026-06-03T20:15:00Z
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:?\d\d)")
# A line that is only the date; a line with a label and the date.
_DATE_ALONE = re.compile(rf"^[（(\[【]?\s*{_DATE.pattern}{_TIME}\s*[)）\]】]?$")
_DATE_SAID = re.compile(
    rf"(?:发布|发表|刊发|更新|成文|发稿|稿件)?(?:(?:时间|日期|日)\s*[：:]|于)\s*{_DATE.pattern}"
)
# 本报6月3日讯, 新华社北京6月3日电
_DATELINE_DAY = re.compile(r"(?<!\d)(?P<month>\d{1,2})月(?P<day>\d{1,2})日\s?(?:电|讯|消息|报道)")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?=年)")
OPENING_LINES, CLOSING_LINES = 4, 2
CHINA_BEFORE_GMT = datetime.timedelta(hours=8)
_AUTHOR = re.compile(
    r"(?:^|[\s|｜（(　])(?:作\s*者|撰文|文)\s*[：:/／]\s*(?P<name>[^\s：:|｜（）()]{2,20})"
)
_STAFF = re.compile(
    r"^[（(【\[]?\s*(?:责任?编辑|责编|编辑|编\s*审|审\s*核|审\s*校|监\s*制|总监制|校\s*对|责任校对"
    r"|值班\S{0,4}|[初复终一二三]审|排\s*版|美\s*编|签\s*发|投\s*稿|供\s*稿|来\s*源|文稿|编发|网络编辑"
    r"|实习编辑|出品|策划|统筹)\s*[：:丨|／/].{0,60}$"
)
# 某报记者 某某, 网友 @某某, （通讯员 某某）
_CREDIT = re.compile(
    r"^[（(【\[]?\s*(?:\S{0,12}(?:记者|通讯员|作者|撰文|图/|文/|图文)[\s：:/]+[^。！？：]{1,40}"
    r"|网友[\s：:]*@?[^\s，。！？：]{1,20}|@[^\s，。！？：:]{1,20})\s*[)）】\]]?$"
)
# Words behind the names: 吉首报道, 摄影报道, 文/图. The word before 报道 may be a place or a name.
_REPORTED = re.compile(
    r"(?:\s+(?P<place>(?!摄影|综合|整理)[\u4e00-\u9fff]{2,8}?)|\s*)(?:(?:摄影|综合|整理)?报道|文/图|图/文|摄影|摄)$"
)
MAX_FACT_LINE = 120


def find_source(lines: Sequence[str]) -> str:
    """Return the source that a line names, else the medium whose reporter wrote it, else ""."""
    for line in _drop_long_lines(lines):
        if match := SOURCE_LINE.match(line) or _SOURCE_INSIDE.search(line):
            return clean_source_name(match["name"])
    for line in [*lines[:12], *lines[-4:]]:
        match = _DATELINE.match(line) or _WRITER.search(line)
        if match and not _NOT_A_NAME.match(match["name"]):
            return match["name"]
    return ""


def _drop_long_lines(lines: Sequence[str]) -> list[str]:
    return [line for line in lines if len(line) <= MAX_FACT_LINE]


def clean_source_name(name: str) -> str:
    """Return the name without quotes and without the facts that follow it in the same line; "" if only a date is
    left."""
    name = re.split(
        r"[|｜\s]|作者|编辑|发布(?:时间|日期|于|者|人|[:：])|浏览|点击|字号|字体",
        name.strip(),
        maxsplit=1,
    )[0]
    name = name.strip("“”\"'《》〈〉「」【】[]（）()：:，,。.-—_")
    return "" if _DATE.fullmatch(name) else name


def find_author(lines: Sequence[str]) -> str:
    bylines = [m for line in lines if (m := BYLINE.match(line)) and "网友" not in line.split()[0]]
    if bylines:
        return _cut_after_names(bylines[0]["names"].strip(" \u3000()（）【】[]"))
    matches = map(_AUTHOR.search, _drop_long_lines(lines[:8]))
    return next((match["name"] for match in matches if match), "")


def _cut_after_names(names: str) -> str:
    """Return the names without the words about what they did and where: 李敏 吉首报道, 王芳 文/图."""
    match = _REPORTED.search(names)
    if match is None:
        return names
    place = match["place"] or ""
    place_words = "" if not place or list_regions_by_name(place) else f" {place}"
    return f"{names[: match.start()]}{place_words}".strip()


def find_date(lines: Sequence[str]) -> datetime.date | None:
    """Return the date of a text: with a label, beside its source, or alone on a line."""
    beside_source = [line for line in _drop_long_lines(lines[:8]) if "源" in line]
    matches = chain(
        map(_DATE_SAID.search, _drop_long_lines(lines)),
        map(_DATE.search, beside_source),
        map(_DATE_ALONE.match, [*lines[:8], *lines[-3:]]),
    )
    return next(filter(None, map(_build_date, matches)), None)


def find_told_date(lines: Sequence[str]) -> datetime.date | None:
    """Return a date that the text tells: that of its dateline, else the last date in its first or last lines,
    because the text was written then or later."""
    opening, closing = lines[:OPENING_LINES], lines[OPENING_LINES:][-CLOSING_LINES:]
    for line in opening:
        if match := _DATELINE_DAY.search(line):
            return _complete_date(match, lines)
    matches = chain.from_iterable(map(_DATE.finditer, [*opening, *closing]))
    return max(filter(None, map(_build_date, matches)), default=None)


def _complete_date(match: re.Match[str], lines: Sequence[str]) -> datetime.date | None:
    """Return the day of a dateline in the last year that the text names, else the last such day."""
    named = [int(year[0]) for line in lines for year in _YEAR.finditer(line)]
    this_year = timezone.localdate().year
    for year in [*sorted(set(named), reverse=True), this_year, this_year - 1]:
        try:
            day = datetime.date(year, int(match["month"]), int(match["day"]))
        except ValueError:
            continue
        if is_plausible_date(day):
            return day
    return None


def parse_first_date(text: str | None) -> datetime.date | None:
    """Return the first date in a value, such as that of a meta element; of a moment with an offset the day in China."""
    value = (text or "").strip()
    try:
        moment = datetime.datetime.fromisoformat(value) if _MOMENT.fullmatch(value) else None
    except ValueError:
        return None
    if moment is None:
        return _build_date(_DATE.search(value))
    return find_day_of_moment(moment)


def find_day_of_moment(moment: datetime.datetime) -> datetime.date | None:
    """Return the day of the moment in China; None if the moment is impossible. Some sites declare their local hour as
    GMT, so a moment that seems to be tomorrow morning is taken as today."""
    now = timezone.now()
    if now < moment <= now + CHINA_BEFORE_GMT:
        return timezone.localdate(now)
    try:
        day = timezone.localdate(moment)
    except OverflowError:  # 0001-01-01T00:00:00+08:00, which programs write if there is no date
        return None
    return day if is_plausible_date(day) else None


def is_fact_line(line: str) -> bool:
    """Whether the line only says where or when a text appeared."""
    if len(line) > MAX_FACT_LINE or line.endswith(("。", "！", "？")):
        return False
    return bool(SOURCE_LINE.match(line) or _DATE_ALONE.match(line) or _is_head_line(line))


def is_credit_line(line: str) -> bool:
    """Whether the line only names the writer, the photographer or the sender."""
    return bool(_CREDIT.match(line))


def is_staff_line(line: str) -> bool:
    """Whether the line says who edited, checked or laid out the text."""
    return len(line) <= MAX_FACT_LINE and bool(_STAFF.match(line))


def _is_head_line(line: str) -> bool:
    remainder = _SOURCE_INSIDE.sub(" ", _DATE.sub(" ", line))
    return (
        remainder != line
        and len(re.sub(r"[\s\d：:|｜（）()/年月日.-]", "", remainder)) <= 12
        and (bool(_SOURCE_INSIDE.search(line)) or bool(_DATE_SAID.search(line)))
    )


def _build_date(match: re.Match[str] | None) -> datetime.date | None:
    try:
        day = datetime.date(*map(int, match.group("year", "month", "day"))) if match else None
    except ValueError:
        return None
    return day if day and is_plausible_date(day) else None


def is_plausible_date(day: datetime.date) -> bool:
    return datetime.date(1990, 1, 1) <= day <= timezone.localdate()
