"""Recognises place names that are part of another name or word: of a street, firm, newspaper or person."""

import re
from itertools import accumulate

from textkit.segmentation import segment_pieces

# 南京路 and 中山大道 are not in 南京 and 中山.
STREET_PATTERN = re.compile(
    r"[东西南北中]?[一二三四五六七八九十]{0,2}"
    r"(?:路|大街|大道|街|巷|胡同|桥|大厦|广场|公园|花园|小区|酒店|饭店|宾馆|酒楼|餐厅)(?!道办|由|径)"
)
# What follows a place name in the name of a firm or of a newspaper.
_FIRM = re.compile(
    r"银行|航空(?![港学航])|证券|保险(?!公司)|信托|期货|基金(?!会)|股份|实业|重工|重汽|钢铁|石化|药业|制药|"
    r"同仁堂|全聚德|稻香村|茅台|白药|长虹|海尔|啤酒|现代汽车|大众汽车|恒大|富力|燃气集团|现代|移动(?![互支端])"
    r"|[^\s，。、；：！？“”《》（）()的在了对将被与和查警公这那\n]{2,10}?(?:有限|股份|集团|责任)公司"
)
_PAPER = re.compile(
    r"(?:青年|都市|法[制治]|经济|商务|广播|教育|工人|农民|科技|民族|人民|晚|日|晨|早|时|商|快|导)(?:日)?报(?![道警案])"
    r"|(?:广播)?电视台?(?!机|剧|柜|墙)|卫视|广电|人民广播|新闻网|在线网|文艺|出版社|频道"
    r"|网(?![警络吧民红友上贷格安信购约店点站]|格|络)(?=\d|讯|[\s，,：:（(）)]|记者|通讯员|$)"
)
# 字节（北京）科技有限公司
_IN_FIRM = re.compile(r"[)）][^\s，。；！？]{0,10}公司")
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜"
    "崔钟谭陆汪范石廖贾夏韦付邹孟熊秦邱尹薛闫段雷侯龙陶黎贺顾毛郝龚邵钱严覃武戴莫孔汤施牛洪翟"
)
# What may follow a place name inside one word of the dictionary: 广东人, 四川话, 北京市民, 凤凰古城.
_WORD_ENDINGS = frozenset(
    "人 话 菜 籍 方 市 省 县 州 区 站 港 民 味 城 乡 男 女 妹 仔 古城 古镇 新区 机场 地区".split()
)
_LONGEST_ENDING = 2


class Breaks:
    """The positions where the words of a text begin and end, by the dictionary."""

    def __init__(self, text: str) -> None:
        ends = accumulate(len(word) for word in segment_pieces(text))
        self._positions = frozenset((0, *ends))

    def is_word(self, text: str, start: int, end: int) -> bool:
        """Whether text[start:end] is a word here, and not a part of other words (出海口, 长白山, 打开封条)."""
        if start not in self._positions:
            return False
        if end in self._positions:
            return True
        later = range(end + 1, end + _LONGEST_ENDING + 1)
        word_end = next((at for at in later if at in self._positions), end)
        return text[end:word_end] in _WORD_ENDINGS

    def begins_word(self, start: int) -> bool:
        return start in self._positions

    def is_single_word(self, at: int) -> bool:
        """Whether the character at this position is a word of its own."""
        return at in self._positions and at + 1 in self._positions


def is_firm(text: str, start: int, end: int) -> bool:
    if text[start - 1 : start] in ("(", "（") and _IN_FIRM.match(text, end):
        return True
    return bool(_FIRM.match(text, end))


def is_paper(text: str, end: int) -> bool:
    return bool(_PAPER.match(text, end))


def is_person_name_at(text: str, start: int, breaks: Breaks) -> bool:
    """Whether a surname precedes as a word of its own: 王海南, 李四川."""
    return start > 0 and text[start - 1] in _SURNAMES and breaks.is_single_word(start - 1)
