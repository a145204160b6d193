"""The family names, villages and round sums of a news story: each stands in many, together they tell one case.

They are stored beside the figures of `textkit.story_figures`, which weigh by themselves; these weigh nothing alone.
"""

import re

from textkit.story_figures import extract_round_sums

PERSON, ROUND_SUM = "某", "约"  # the last, and the first character of a stored name
PLACE_ENDS = ("村", "社区", "小区", "镇", "乡")
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟"
    "谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤冉舒欧柴滕麻农凌屈"
)
_PERSON = re.compile(
    rf"([{_SURNAMES}])(?:某|女士|先生|小姐|大爷|大妈|大娘|阿姨|婆婆|奶奶|爷爷|师傅|同学|老师)"
)
# Two characters are enough: where the name of a longer one begins cannot be told.
_PLACE = re.compile(
    rf"([一-鿿]{{2}}({'|'.join(PLACE_ENDS)}))(?!委|民|干部|级|口|头|里人|亲|下|医|集体)"
)
_NO_NAME = re.compile(
    r"[的在个们这那各本全每到进驻农该同邻某我你他家住是为与和及从往去由、来自离回向多几两位名处里外一二三四五六七八九十]|"
    r"[老返入故家下城异坐年出]$|行政|自然|城中|美丽|示范|文明|智慧|所在|附近|对口|贫困|新型|乡村|老旧|住宅|商住|封闭|安置|城关|街道|乡镇"
)
MOST_NAMES = 20


def extract_story_names(text: str) -> list[str]:
    """Return 王某, 塘坪村, 约5万元 in reading order of each kind, each once.

    People are known by family name alone: one report writes 王某 and another 王女士.
    """
    people = (f"{match[1]}{PERSON}" for match in _PERSON.finditer(text))
    places = (match[1] for match in _PLACE.finditer(text) if not _NO_NAME.search(match[1][:2]))
    sums = (f"{ROUND_SUM}{amount}" for amount in extract_round_sums(text))
    return list(dict.fromkeys([*people, *places, *sums]))[:MOST_NAMES]


def is_person(name: str) -> bool:
    return name.endswith(PERSON)


def is_village(name: str) -> bool:
    return name.endswith(PLACE_ENDS)
