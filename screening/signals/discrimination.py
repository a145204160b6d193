"""Requirements that the law forbids: sex, age, looks, origin, marriage, health.

A finding of its own kind: it says nothing about fraud. 男女不限 and 不看身高 deny what they name.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from screening.assessment import Signal
from screening.context import Context
from screening.reading import Reading

WEIGHT = 0  # no share in the score of fraud


class Kind(NamedTuple):
    reason: str
    cure: str  # how the same need can be said lawfully
    pattern: re.Pattern


_SEX = "(?:男|女)(?:性|生|士|孩|的|工|员工)?"
_GIRLS = "(?:美女|帅哥|小姐姐|小哥哥|靓女|靓仔|小妹妹?)"
# Ages of those who are taught, looked after or asked are no requirement.
_OTHERS = (
    r"(?!\s?(?:的|之间的)?\s?(?:儿童|孩子|小孩|小朋友|幼儿|宝宝|学生|学员|青少年|老人|老年|顾客|客户"
    r"|消费者|用户|会员|市民|居民|人群|受访|妈妈|家长|车主))"
)
KINDS = {
    "sex": Kind(
        "写了性别要求。",
        "写工作本身要什么，比如“能搬 20 公斤的货箱”，男女都能来试。",
        re.compile(
            rf"(?:限|只[招要收]|仅[招限]|仅限|[招聘要]|要求|需要?|性别[:：]?)\s?{_SEX}(?!女|男|朋友|装|鞋|包|裤|厕|科|厂|团)"
            rf"|{_SEX}\s?(?:优先|为主|最好|佳)|性别\s?[:：]\s?(?:男|女)(?!女)"
            rf"|(?:不[招要]|拒绝|谢绝)\s?{_SEX}|{_SEX}\s?勿扰"
            rf"|[招聘]\s?(?:\d+\s?名?|若干|几名)?\s?{_GIRLS}|{_GIRLS}\s?(?:优先|来)"
        ),
    ),
    "age": Kind(
        "写了年龄上限或年龄段。",
        "只写法定的下限，比如“年满 16 周岁”；体力上的要求直接写明。",
        re.compile(
            r"(?:1[4-9]|[2-6]\d)\s?(?:岁|周岁)?\s?(?:-|~|—|–|至|到)\s?[2-7]\d\s?(?:周岁|岁)" + _OTHERS
            + r"|(?:年龄|岁数)[^，。；\n]{0,8}[2-7]\d\s?(?:周岁|岁)?\s?(?:以下|以内|之内|内|封顶)"
            r"|[2-7]\d\s?(?:周岁|岁)\s?(?:以下|以内|之内)" + _OTHERS
            + r"|(?:不超过|不大于|小于|低于)\s?[2-7]\d\s?(?:周岁|岁)" + _OTHERS
            + r"|年龄\s?[:：]?\s?(?:1[4-9]|[2-6]\d)\s?(?:-|~|—|–|至|到)\s?[2-7]\d"
            r"|(?:[6789]0|[09]5|00)后(?:优先|最好)|年轻人?优先"
        ),
    ),
    "looks": Kind(
        "写了长相、身高或身材要求。",
        "写看得见的做法，比如“衣着整洁、待人有礼”。",
        re.compile(
            r"形象(?:好|佳|气质|良好|端正)|气质(?:好|佳)|五官端正|相貌(?:端正|好|佳)?|长相|颜值|外貌"
            r"|身材(?:好|匀称|苗条|高挑)|身高\s?(?:要求|[:：]|不低于|需|要|在)?\s?(?:1[.米]?\d|\d{3})"
            r"|(?:1[5-9]\d|1[.米][5-9]\d?)\s?(?:cm|厘米|米|公分)?\s?以上(?!的?(?:货|箱|桌|广告|物))"
            r"|体重\s?(?:要求|不超过|在)?\s?\d"
        ),
    ),
    "household": Kind(
        "写了户籍或籍贯要求。",
        "需要熟悉当地的，写“熟悉吉首的路”；需要会方言的，写“能听懂本地话”。",
        re.compile(
            r"本地户口|本市户口|[本外]地户籍|户籍(?:要求|限|在)|户口(?:要求|限|在)"
            r"|(?:限|只[招要]|仅限?)\s?本[地市]人|本[地市]人?(?:户口)?优先|(?:不[招要]|拒绝|谢绝)\s?外[地省]"
            r"|外地(?:人)?勿扰|(?:不[招要])\s?(?:河南|东北|新疆|西藏|安徽|四川|湖北)人"
        ),
    ),
    "ethnicity": Kind(
        "写了民族或宗教要求。",
        "删掉它；需要会某种语言的，直接写语言。",
        re.compile(
            r"(?:限|只[招要]|仅限?)\s?汉族|汉族(?:优先|为主)|(?:不[招要]|拒绝)\s?[^，。\n]{0,6}族"
            r"|少数民族(?:勿扰|除外|不要)|民族\s?[:：]\s?汉|无宗教信仰|(?:不[招要])\s?信教"
        ),
    ),
    "family": Kind(
        "写了婚姻或生育要求。",
        "删掉它；需要时间稳定的，写清楚上班的日子。",
        re.compile(r"(?:已|未)婚(?:已育|未育)?(?:者)?(?:优先|勿扰)?|(?:已|未)育|(?:一年|两年|近期)内?不(?:怀孕|生育)"),
    ),
    "health": Kind(
        "写了与工作无关的健康要求。",
        "食品岗位写“有健康证”就够了。",
        re.compile(r"(?:无|没有|不[招要])\s?(?:乙肝|传染病|艾滋|纹身|残疾)|乙肝(?:勿扰|除外)"),
    ),
}  # fmt: skip
_NEUTRAL_AFTER = re.compile(
    r"[^，。；！\n]{0,5}(?:不限|均可|都可以?|皆可|都行|不要求|不作要求|没有?要求|无要求|不看|不论|不是条件)"
)
_NEUTRAL_BEFORE = re.compile(
    r"(?:不限|不论|无论|不分|不问|不要求|不看|不挑|没有|无须|无需|不需要?|不设|不讲究|禁止|不得)"
    r"[^，。；！\n]{0,6}$"
)


def find(reading: Reading, context: Context) -> Iterator[Signal]:
    text = reading.text
    for name, kind in KINDS.items():
        for match in kind.pattern.finditer(text):
            if _is_denied(text, *match.span()):
                continue
            start, end = reading.span(*match.span())
            yield Signal(f"discrimination.{name}", WEIGHT, start, end, kind.reason)


def cure(code: str) -> str:
    return KINDS[code.rpartition(".")[2]].cure


def _is_denied(text, start, end):
    before = text[max(0, start - 10) : start]
    return bool(_NEUTRAL_BEFORE.search(before) or _NEUTRAL_AFTER.match(text, end))
