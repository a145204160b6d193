"""Requirements that the law forbids: sex, age, looks, origin, marriage, health.

A finding of its own kind: it says nothing about fraud. 男女不限 and 不看身高 deny what they name.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from screening.assessment import Signal
from screening.reading.folded_text import FoldedText

WEIGHT = 0  # no share in the score of fraud


class Kind(NamedTuple):
    reason: str
    cure: str  # how the same need can be said lawfully
    pattern: re.Pattern
    needs: str = ""  # without one of these characters there is nothing to look for


_SEX = "(?:男|女)(?:性|生|士|孩子?|的|工|员工)?"
_GIRLS = "(?:美女|帅哥|小姐姐|小哥哥|靓女|靓仔|小妹妹?)"
_BOUND = r"(?:^|(?<=\d、)|(?<=[\n,，。;；:.()（）!！?\d\s岁名人]))"
_ENDS = r"(?=\s?(?:[\n,，。;；()（）!！、\d]|$|年龄|身高|优先))"
# Ages of those who are taught, looked after or asked are no requirement.
_SERVED = (
    "儿童|孩子|小孩|小朋友|幼儿|宝宝|学生|学员|青少年|老人|老年|顾客|客户|客人|消费者|用户|会员|市民|居民|人群|受访|妈妈|家长"
    "|车主|读者|观众|病人|患者"
)
_OTHERS = rf"(?!\s?(?:的|之间的)?\s?(?:男性?|女性?)?(?:{_SERVED}))"
_OF_OTHERS = re.compile(
    rf"(?:(?<![招限要聘])(?:{_SERVED}|对象|面向|针对|平均年龄|团队)|平均)[^,，。;；\n]{{0,6}}$"
)
_AGE = "(?:1[4-9]|[2-6]\\d|[二三四五六]?十[一二三四五六七八九]?)"
_UPPER = "(?:[2-7]\\d|[二三四五六七]十[一二三四五六七八九]?)"
_YEARS = "(?:周岁|岁)"
_TO = r"\s?(?:[-~—–―_]{1,4}|至|到)\s?"
_UP_TO = "(?:及|含|\\(含\\))?(?:以下|以内|之内|内|封顶|止|之下)"
KINDS = {
    "sex": Kind(
        "写了性别要求。",
        "写工作本身要什么，比如“能搬 20 公斤的货箱”，男女都能来试。",
        re.compile(
            rf"(?:限|只[招要收]|仅[招限]|仅限|[招聘要]|要求|需要?|性别:?)\s?{_SEX}(?!女|男|朋友"
            rf"|装|鞋|包|裤|厕|科|厂|团|儿|/|、女|、男|或)"
            rf"|{_SEX}\s?(?:优先|为主|最好|佳)|性别\s?:\s?(?:男|女)(?!女)"
            rf"|(?:不[招要]|拒绝|谢绝)\s?{_SEX}|{_SEX}\s?勿扰"
            rf"|[招聘]\s?(?:\d{1,4}\s?名?|若干|几名)?\s?{_GIRLS}|{_GIRLS}\s?(?:优先|来)"
            # An item of its own: "1. 男，25 岁", "中专以上的女性".
            rf"|{_BOUND}(?:男|女)[性生]?{_ENDS}(?!\s?[/、或和及,]\s?[男女])|(?:以上|经验|能力"
            rf"|驾照|岁|之间)的?(?:男|女)[性生]{_ENDS}"
        ),
        "男女美帅靓小",
    ),
    "age": Kind(
        "写了年龄上限或年龄段。",
        "只写法定的下限，比如“年满 16 周岁”；体力上的要求直接写明。",
        re.compile(
            rf"(?<!\d){_AGE}\s?{_YEARS}?{_TO}{_UPPER}\s?{_YEARS}" + _OTHERS
            + rf"|(?:年龄|岁数)[^,，。;；\n]{{0,8}}(?<!\d){_UPPER}\s?{_YEARS}?{_UP_TO}"
            + rf"|(?<!\d){_UPPER}\s?{_YEARS}{_UP_TO}" + _OTHERS
            + r"|(?:不超过|不大于|不高于|小于|低于|不满|最大|上限|最高)"
            + rf"[^,，。;；\n]{{0,3}}(?<!\d){_UPPER}\s?{_YEARS}" + _OTHERS
            + rf"|(?<!平均)年龄[^,，。;；\n\d]{{0,6}}{_AGE}\s?{_YEARS}?{_TO}{_UPPER}(?!\d)"
            + rf"|放宽[至到]\s?{_UPPER}\s?{_YEARS}|(?<!\d){_AGE}\s?{_YEARS}左右" + _OTHERS
            + r"|(?:[6789]0|[09]5|00|[六七八九]零)后(?:优先|最好)|年轻人?优先"
        ),
        "岁龄后轻",
    ),
    "looks": Kind(
        "写了长相、身高或身材要求。",
        "写看得见的做法，比如“衣着整洁、待人有礼”。",
        re.compile(
            r"(?:形象|外形|体型|身材)(?:较|比较|稍微?|要)?(?:好|佳|气质|良好|端正|大方|靓丽"
            r"|俊朗|匀称|苗条|高挑)|气质(?:好|佳)"
            r"|五官端正|相貌(?:端正|好|佳)?|长相|颜值(?:高|要|好|在线)|外貌"
            r"|身高\s?(?:要求|:|不低于|需|要|在)?\s?(?:[男女]性?\s?)?(?:1[.米、]\s?\d{1,2}|1\d{2}|\d{3})"
            r"|(?:1[5-9]\d|1[.米][5-9]\d?)\s?(?:cm|厘米|米|公分)?\s?以上(?!的?(?:货|箱|桌|广告|物))"
            r"|体重\s?(?:要求|不超过|在)?\s?\d"
        ),
        "象体形材气官貌相值高重上",
    ),
    "household": Kind(
        "写了户籍或籍贯要求。",
        "需要熟悉当地的，写“熟悉吉首的路”；需要会方言的，写“能听懂本地话”。",
        re.compile(
            r"(?:本地|本市|当地)户口|[本外]地户籍|户籍(?:要求|限|在|者?优先|为佳)|户口(?:要求|限|在|优先|为佳)"
            r"|(?:限|只[招要]|仅限?|要求)\s?(?:本[地市]人|[\u4e00-\u9fff]{2,3}本地人)|本[地市]人?(?:户口)?优先"
            r"|(?:不[招要]|拒绝|谢绝)\s?外[地省]|外[地省]人?(?:勿扰|优先)|(?:不[招要])\s?(?:河南"
            r"|东北|新疆|西藏|安徽|四川|湖北)人"
        ),
        "籍户地省人",
    ),
    "ethnicity": Kind(
        "写了民族或宗教要求。",
        "删掉它；需要会某种语言的，直接写语言。",
        re.compile(
            r"(?:限|只[招要]|仅限?)\s?汉族|汉族(?:优先|为主)|(?:不[招要]|拒绝)\s?[^，。\n]{0,6}族"
            r"|少数民族(?:勿扰|除外|不要)|民族\s?[:：]\s?汉|无宗教信仰|(?:不[招要])\s?信教"
        ),
        "族教",
    ),
    "family": Kind(
        "写了婚姻或生育要求。",
        "删掉它；需要时间稳定的，写清楚上班的日子。",
        re.compile(
            r"(?:已|未)婚(?:已育|未育)?(?:者)?(?:优先|勿扰)?|(?:已|未)育|(?:一年|两年|近期)内?不"
            r"(?:怀孕|生育)"),
        "婚育孕",
    ),
    "health": Kind(
        "写了与工作无关的健康要求。",
        "食品岗位写“有健康证”就够了。",
        re.compile(r"(?:无|没有|不[招要])\s?(?:乙肝|传染病|艾滋|纹身|残疾)|乙肝(?:勿扰|除外)"),
        "乙传艾纹残",
    ),
}  # fmt: skip
# What is denied ends at a comma. "男女不限" denies nothing but the sex.
_OWN = "(?:不限|不要求|不作要求|没有?要求|无要求|不看|不论|不是条件|没有限制|无限制)"
_NEUTRAL_AFTER = re.compile(rf"[^,，。;；!！\n男女性学专]{{0,5}}(?:{_OWN}|均可|都可以?|皆可|都行)")
_AGE_NEUTRAL_AFTER = re.compile(rf"[^,，。;；!！\n男女性学专\d]{{0,4}}{_OWN}")
_SUBJECT = "(?<!男女|性别|年龄|学历|专业|户籍|户口|经验|身高|人数|地区|民族)"
_NEUTRAL_BEFORE = re.compile(
    rf"{_SUBJECT}(?:不限|不论|无论|不分|不问|不要求|不看|不挑|没有|无须|无需|不需要?|不设|不讲究|禁止|不得)"
    r"[^,，。;；!！\n]{0,6}$"
)
_AGE_NEUTRAL_BEFORE = re.compile(
    rf"{_SUBJECT}(?:不限|不论|无论|不分|不问|不要求|不看|不挑|不设)(?:年龄|岁数)?[\s:]?$"
)


def find_discrimination_signals(folded: FoldedText) -> Iterator[Signal]:
    text = folded.text
    for name, kind in KINDS.items():
        if kind.needs and not any(char in text for char in kind.needs):
            continue
        for match in kind.pattern.finditer(text):
            if _is_denied(name, text, *match.span()):
                continue
            start, end = folded.span(*match.span())
            yield Signal(f"discrimination.{name}", WEIGHT, start, end, kind.reason)


def get_cure(code: str) -> str:
    return KINDS[code.rpartition(".")[2]].cure


def _is_denied(name: str, text: str, start: int, end: int) -> bool:
    before = text[max(0, start - 14) : start]
    if name in {"age", "sex"} and _OF_OTHERS.search(before):
        return True
    if name == "age":
        return bool(_AGE_NEUTRAL_BEFORE.search(before) or _AGE_NEUTRAL_AFTER.match(text, end))
    return bool(_NEUTRAL_BEFORE.search(before) or _NEUTRAL_AFTER.match(text, end))
