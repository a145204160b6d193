"""What a post requires and offers besides the pay, and the remaining words, which become duties and requirements."""

import re
from bisect import bisect_left
from typing import NamedTuple

from listings.choices import Education, Experience, Perk, Requirement, WorkMode
from listings.post_reader.post_text import Clause, FieldReading, PostText, Span
from listings.vocabulary.venues import find_named_venue
from screening.facts.discrimination import find_discrimination_signals, get_cure
from screening.reading.folded_text import FoldedText

_PERKS = (
    (Perk.MEALS, r"包[吃餐饭]|包[吃住]{2}|包食宿|管.{0,2}[饭餐]|包.{0,3}[餐饭]|工作餐|包夜宵"),
    (Perk.LODGING, r"包住|包吃住|包吃包住|包食宿|管住|提供住宿"),
    (Perk.TRANSPORT, r"车补|交通补|路费|厂车|车费"),
    (Perk.COMMISSION, r"提成"),
    (Perk.INSURANCE, r"意外险|买保险"),
)
_FLAGS = (
    (Requirement.HEALTH_CERTIFICATE, r"健康证"),
    (Requirement.MANDARIN, r"普通话"),
    (Requirement.OWN_FORMAL_WEAR, r"自备正装|黑裤黑鞋|自备高跟鞋"),
    (
        Requirement.STUDENT_WELCOME,
        r"(?:大?学生|在校生)(?:[也都]?(?:行|可|可以|可做|可报|优先|即可)|党)|要\d?个?学生",
    ),
)
_EXPERIENCE = (
    (Experience.NONE, r"(?:无需|不需|不要|不限|无)(?:要)?(?:经验|基础)|经验不限|没经验也|小白"),
    (Experience.PREFERRED, r"(?:有|做过).{0,6}(?:经验|的)?.{0,2}优先"),
    (Experience.REQUIRED, r"(?:须|需|要)有?.{0,6}经验|\d年以上.{0,4}经验|有.{0,4}经验(?!优先|者)"),
)
_EDUCATION = (
    (Education.BACHELOR, r"本科"),
    (Education.COLLEGE, r"大专|专科"),
    (Education.SECONDARY_VOCATIONAL, r"中专|技校"),
    (Education.HIGH_SCHOOL, r"高中"),
    (Education.JUNIOR, r"初中(?!数学|语文|英语|物理|化学|生|家教)(?=以上|学历|毕业|文化)"),
)
_ONLINE = re.compile(r"线上(?:完成|交稿|居家|办公|做)?|在家(?:办公|做|兼职|就能)|居家办公|远程")
_REQUIREMENT = re.compile(
    r"要求|^能|^会|健康证|普通话|经验|吃苦|身体|周?岁|学生|学历|专业|形象|自带|自备|优先|男女|善于|耐心|手脚|持证|有.{0,3}证"
    r"|电动车|不怕|熟练|大专|本科|高中|证照|C1|责任心|就行$|喜欢|会说|会用|会做|身高|英语"
)
# No words are read twice (`*+`): 有意联系 is one word or two, which doubles the ways with each.
_NOISE = re.compile(
    r"^(?:急|兼职|招兼职|招聘信息|招聘|报名|联系|电话|微信|或者|老板姓.|有意者发邮件至|有意[者的]?(?:请?联系)?|想来的(?:私我)?|了解"
    r"|扫码报名或致电|简历请投|咨询|.长电话|我们店?在|店在|\W)*+$",
    re.IGNORECASE,
)
_OF_PAY = re.compile(r"结算|计酬|发工资|号发|发放")
_CALLS = re.compile(r"店里缺人|缺人啦|招募中|来啦|看过来|要的扣1|所有人")
# Share of a clause. If other fields were read from more than this, the clause is left out.
MAX_TAKEN = 0.5


class LeftOut(NamedTuple):
    """Words that the law does not allow in an offer, so they are not copied into a field."""

    span: Span
    words: str
    cure: str


def find_work_conditions(post: PostText) -> dict[str, FieldReading]:
    readings: dict[str, FieldReading] = {}
    for name, table in (("perks", _PERKS), ("flags", _FLAGS)):
        hits = [(code, match) for code, words in table if (match := re.search(words, post.text))]
        if hits:
            codes = [str(code) for code, _match in hits]
            readings[name] = FieldReading(codes, [match.span() for _code, match in hits])
    if "perks" in readings:
        post.take(*readings["perks"].spans, is_nameable=True)
    for name, choices in (("experience", _EXPERIENCE), ("education", _EDUCATION)):
        for choice, words in choices:
            if match := re.search(words, post.text):
                readings[name] = FieldReading([choice.value], [match.span()])
                break
    if match := _ONLINE.search(post.text):
        readings["mode"] = FieldReading([WorkMode.ONLINE.value], [match.span()])
    else:
        readings["mode"] = FieldReading([WorkMode.ON_SITE.value])
    if venue := find_named_venue([post.written]):
        start = post.text.find(venue.words.lower())
        spans = [(start, start + len(venue.words))] if start >= 0 else []
        note = "在这类地方干活要年满 18 周岁。"
        readings["venue"] = FieldReading([venue.venue.value], spans, note)
    return readings


def find_left_out(post: PostText) -> list[LeftOut]:
    """Return requirements that the law forbids: sex, age limits, looks, origin."""
    return [
        LeftOut((s.start, s.end), s.reason, get_cure(s.code))
        for s in find_discrimination_signals(FoldedText(post.written))
    ]


def read_duties_and_requirements(
    post: PostText, readings: dict[str, FieldReading], left_out: list[LeftOut]
) -> dict[str, FieldReading]:
    """Return duties and requirements: the clauses that no other field was read from."""
    title_spans = readings["title"].spans if "title" in readings else []
    starts_left_out = sorted(omission.span[0] for omission in left_out)
    duties: list[Clause] = []
    needs: list[Clause] = []
    for clause in post.clauses:
        span = clause.start, clause.end
        if any(start < clause.end and clause.start < end for start, end in title_spans):
            continue
        if bisect_left(starts_left_out, clause.start) < bisect_left(starts_left_out, clause.end):
            continue
        if _is_used_up(post, clause):
            continue
        words = post.text[span[0] : span[1]].strip()
        is_need = clause.label == "requirements" or (
            clause.label != "duties" and bool(_REQUIREMENT.search(words))
        )
        (needs if is_need else duties).append(clause)
    remainder: dict[str, FieldReading] = {}
    if duties:
        remainder["duties"] = FieldReading(
            [_join_clauses(post, duties)], [(c.start, c.end) for c in duties]
        )
    if requirements := _read_requirements(post, readings.get("age"), needs, left_out):
        remainder["requirements"] = requirements
    return remainder


def _read_requirements(
    post: PostText, age: FieldReading | None, needs: list[Clause], left_out: list[LeftOut]
) -> FieldReading | None:
    words = _join_clauses(post, needs)
    # The note of the field for the age already names what was left out there.
    ages = [span for span in (age.spans if age else []) if age and age.note]
    others = [
        omission
        for omission in left_out
        if not any(s < omission.span[1] and omission.span[0] < e for s, e in ages)
    ]
    notes = [
        f"“{post.cut(omission.span).strip()}”没有写进来：{omission.words}" for omission in others
    ]
    spans = [(clause.start, clause.end) for clause in needs] + [
        omission.span for omission in others
    ]
    if age:
        words = f"年满 {age.values[0]} 周岁。{words}"
        spans += age.spans
        notes += [age.note] if age.note else []
    if not spans:
        return None
    return FieldReading([words], spans, "".join(dict.fromkeys(notes)))


def _is_used_up(post: PostText, clause: Clause) -> bool:
    if clause.label in ("contact", "pay", "settlement", "time", "headcount", "address"):
        return True
    words = post.text[clause.start : clause.end]
    taken = post.count_taken(clause.start, clause.end)
    remainder = "".join(
        char for char in post.free[clause.start : clause.end] if char not in "\0 ()（）、:"
    )
    return (
        taken > len(words) * MAX_TAKEN
        or len(remainder) < 2
        or bool(_NOISE.match(remainder))
        or bool(_CALLS.search(words))
        or bool(taken and _OF_PAY.search(words))
    )


def _join_clauses(post: PostText, clauses: list[Clause]) -> str:
    """Return the clauses as sentences: those of one line go on, a new line begins a new one."""
    text, last_end = "", 0
    for clause in clauses:
        words = re.sub(
            r"^[\d一二三四五六]{1,2}[.、)）]\s*", "", post.cut((clause.start, clause.end)).strip()
        )
        if not words.strip("，,。.：: ~～-"):
            continue
        mark = "。" if re.search(r"[\n。！!]", post.written[last_end : clause.start]) else "，"
        text += mark * bool(text) + words
        last_end = clause.end
    return f"{text}。" if text else ""
