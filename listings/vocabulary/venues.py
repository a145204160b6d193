"""Which venue closed to minors the words of a text name as the workplace.

A venue is not the workplace if the text names it as a neighbour or as a customer who is delivered to, denies it, or
means a product with its name (足浴盆). These few patterns make mistakes; a moderator sees those.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from listings.choices import Venue

# Words of other job boards and of authors in spreadsheets besides our labels and codes.
VENUE_SYNONYMS: dict[str, str] = {
    "普通": Venue.ORDINARY,
    **dict.fromkeys(("歌厅", "歌舞厅", "舞厅", "夜总会", "夜场", "迪厅"), Venue.KTV),
    **dict.fromkeys(("清吧", "夜店"), Venue.BAR),
    **dict.fromkeys(("网咖", "电竞", "互联网上网服务"), Venue.NET_CAFE),
    **dict.fromkeys(("足浴", "足疗", "洗浴", "按摩", "桑拿", "会所"), Venue.BATH),
    **dict.fromkeys(("棋牌", "麻将"), Venue.CARD_ROOM),
    **dict.fromkeys(("其他", "娱乐场所"), Venue.OTHER),
}
# 夜场 of a cinema or a ski slope, 上网吧 as a wish, 喝酒吧 as an invitation, 社会所需, and the clubs
# for mothers, sports and residents are none.
_WORDS: dict[Venue, str] = {
    Venue.KTV: (
        r"(?<![a-z])k[.·_-]?t[.·_-]?v(?![a-z])|(?<![影院场园区])夜场|歌舞?厅|舞厅|夜总会|迪厅|迪吧"
    ),
    Venue.BAR: r"(?<!喝)酒吧(?!街)|清吧|酒廊|夜店",
    Venue.NET_CAFE: r"(?<!上)网吧|(?<=晚上)网吧|网咖|电竞馆|电竞酒店",
    Venue.BATH: (
        r"足浴|足疗|洗脚城|洗浴|桑拿|汗蒸馆|按摩(?:店|馆|院|中心|技?师)"
        r"|(?<![社协学大])(?<!月子|健身|瑜伽|产后|母婴|亲子|游泳|业主|小区|美容)会所"
        r"(?![需属有做得以致]|在地)"
    ),
    Venue.CARD_ROOM: r"棋牌[室馆]|麻将[馆室房]",
}
_VENUES = re.compile("|".join(f"(?P<{venue.name}>{words})" for venue, words in _WORDS.items()))
_CLAUSE = r"[^，。；！？,;!?:]"
# Each pattern looks at a few characters of the same clause, before or after the word.
_OTHERS_BEFORE = re.compile(
    rf"(?:不是|并非|非|不去|不进|不在|不含|没有|拒绝|远离|除了?){_CLAUSE}{{0,8}}$"
    rf"|(?:旁边?|隔壁|附近|对面|楼[上下])(?:就?是|有){_CLAUSE}{{0,6}}$"
    rf"|(?:靠近|挨着|临近|紧[邻挨]|路过|经过){_CLAUSE}{{0,6}}$"
    rf"|(?:送货|配送|供货|运){_CLAUSE}{{0,5}}[到给往至去]{_CLAUSE}{{0,5}}$"
)
_OTHERS_AFTER = re.compile(
    rf"{_CLAUSE}{{0,4}}(?:旁|隔壁|附近|对面|楼[上下]|边上|后面|周边|门口(?![迎接保]))"
    rf"|{_CLAUSE}{{0,4}}(?:除外|勿扰|免谈|不招|不做|绕道|绕行)"
    rf"|{_CLAUSE}{{0,3}}(?:工作|上班|从业)?(?:经验|经历)"
    r"|(?:管理|专用|用)?(?:盆|桶|粉|包(?![厢间房])|机|器|用品|产品|设备|音响|灯光|桌椅|软件|系统|小程序|装修|拆除|施工)"
)
_FOR_WHOM = re.compile(rf"[给向往为替到去跟]{_CLAUSE}{{0,6}}$")
_SERVED = re.compile(
    rf"{_CLAUSE}{{0,6}}(?:送|供货|供应|补货|铺货|发货|推销|推广|拜访|宣传|贴|维修|检修|安装|保养|回收|收空)"
)


@dataclass(frozen=True)
class NamedVenue:
    venue: Venue
    words: str


def find_named_venue(texts: Iterable[str]) -> NamedVenue | None:
    """Return the first venue that one of the texts names as the place of the work."""
    for text in texts:
        folded = _fold_text(text)
        for match in _VENUES.finditer(folded):
            if not _names_another_place(folded, match):
                return NamedVenue(Venue[match.lastgroup or ""], match[0].upper())
    return None


def _fold_text(text: str) -> str:
    """Return the text in half-width lower case without blanks; a line break ends a clause."""
    folded = unicodedata.normalize("NFKC", text).lower().replace("\n", "。")
    return "".join(folded.split())


def _names_another_place(text: str, match: re.Match[str]) -> bool:
    before, end = text[max(0, match.start() - 16) : match.start()], match.end()
    if _OTHERS_BEFORE.search(before) or _OTHERS_AFTER.match(text, end):
        return True
    return bool(_FOR_WHOM.search(before) and _SERVED.match(text, end))
