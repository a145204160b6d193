"""How one character reads, whatever it is drawn with: Ⓥ, ｖ, ѵ and 🅥 are all v."""

import unicodedata

from textkit.segmentation import normalise_text

# A blank, though some of these count as letters or signs.
SPACES = frozenset(" \t\r\v\f\u00a0\u1680\u202f\u205f\u3000\u2800") | frozenset(
    map(chr, range(0x2000, 0x200B))
)
# Combining marks, invisible characters, and letters and signs that show nothing.
_INVISIBLE = {"Mn", "Me", "Cf", "Cc"}
_SHOWN_AS_NOTHING = frozenset("\u115f\u1160\u3164\uffa0") | frozenset(
    map(chr, range(0x2FF0, 0x3000))
)
COMBINING = {"Mn", "Me"}

# Letters of other scripts and signs that look like Latin letters, pairwise.
_LOOK_LIKE = (
    "АaВbСcЕeНhІiЈjКkМmОoРpЅsТtУyХxаaвbсcеeһhнhіiјjкkмmоoрpԛqѕsтtуyѵvѴvԝwԜwхxзoЗ3"
    "ΑaΒbΕeΖzΗhΙiΚkΜmΝnΟoΡpΤtΥyΧxαaβbεeηnιiκkνvοoρpτtυuχxγyωw"
    "ɑaʙbᴄcᴅdᴇeꜰfɢgɡgʜhıiɪiȷjᴊjᴋkʟlᴍmɴnᴏoᴘpǫqʀrꜱsᴛtᴜuᴠvʋvᴡwʏyᴢz"
    "ꓦvꓪwꓫxꓠnꓳoᏙvᎳwᏃzᎪaօoսuⲟoⲭxᐯv∨v⋁v˅v⌵v∪u∩n"
)
# Japanese forms of characters that simplified Chinese writes otherwise, pairwise.
_VARIANTS = "単单銭钱証证転转価价営营関关発发続续経经権权帰归売卖図图駅站伝传児儿戸户険险検检"
# Radicals with a code point of their own, pairwise; those that NFKC knows are not listed.
_RADICALS = (
    "⺀冫⺄乙⺅亻⺆冂⺇几⺈刀⺉刂⺋巳⺌小⺍小⺎兀⺐尢⺓幺⺖忄⺗心⺘扌⺙攵⺛旡⺝月⺞歹⺠民⺡氵⺢水⺣灬⺤爫⺥爫⺦丬⺧牛⺨犭⺩王"
    "⺪疋⺫目⺬示⺭礻⺮竹⺯糹⺰纟⺱网⺲罒⺴网⺵网⺶羊⺷羊⺸羊⺹老⺻聿⺼肉⺽臼⺾艹⺿艹⻀艹⻁虎⻂衤⻃西⻄西⻅见⻆角⻇角"
    "⻈讠⻉贝⻊足⻋车⻌辶⻍辶⻎辶⻏阝⻐钅⻑长⻒长⻓长⻔门⻖阝⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻞食⻟饣⻠饣⻢马⻣骨⻤鬼⻥鱼"
    "⻦鸟⻧卤⻨麦⻩黄⻪黾⻬齐⻮齿⻰龙⻳龟"
)
# What a picture says where it stands for a word. Hearts and stars only adorn.
_PICTURES = {
    "加": "➕✚✛✙", "企鹅": "🐧", "飞机": "✈🛩🛫🛬", "电话": "📞☎☏🕿✆", "手机": "📱📲", "卫星": "🛰📡",
    "邮箱": "📧✉📩📨", "银行卡": "💳", "刷": "🪥", "单": "🧾", "跑": "🏃", "二维码": "🔳", "链接": "🔗",
    "id": "🆔", "10": "🔟", "100": "💯",
}  # fmt: skip


def _table():
    table: dict[str, str] = {}
    for pairs in (_LOOK_LIKE, _VARIANTS, _RADICALS):
        table.update(zip(pairs[::2], pairs[1::2], strict=True))
    for word, pictures in _PICTURES.items():
        table.update(dict.fromkeys(pictures, word))
    # Rows of enclosed figures and letters that NFKC leaves as they are: first one, what it reads.
    for first, start, count in (
        (0x2776, 1, 10), (0x2780, 1, 10), (0x278A, 1, 10), (0x24EB, 11, 10), (0x24F5, 1, 10),
        (0x24FF, 0, 1), (0x1F10B, 0, 1), (0x1F10C, 0, 1), (0x3021, 1, 9), (0x1F007, 1, 9),
    ):  # fmt: skip
        table.update({chr(first + n): str(start + n) for n in range(count)})
    for first in (0x1F150, 0x1F170, 0x1F1E6):
        table.update({chr(first + n): chr(ord("a") + n) for n in range(26)})
    return table


class _ReadAs(dict):
    """Character → how it reads; filled as characters turn up."""

    def __missing__(self, char):
        self[char] = reads = _fold(char)
        return reads


def _fold(char):
    if char == "\n":
        return char
    if char in _SHOWN_AS_NOTHING or unicodedata.category(char) == "Cs":
        return ""
    plain = _KNOWN.get(char) or normalise_text(char)
    if len(plain) > 1 and plain[0] == "(" and plain[-1] == ")":
        plain = plain[1:-1]  # ⑴ reads 1, as ① does
    elif len(plain) > 1 and plain[:-1].isdigit():
        plain = plain.rstrip(".,")  # ⒈
    return "".join(_fold_plain(letter) for letter in plain)


def _fold_plain(char):
    if char.isascii() and char.isprintable():
        return char
    if char in _KNOWN:
        return _KNOWN[char]
    kind = unicodedata.category(char)
    if kind in _INVISIBLE:
        return ""
    if kind == "Nd":
        return str(unicodedata.digit(char))
    bare = unicodedata.normalize("NFD", char)[0]  # ē is e
    return bare if bare.isascii() and bare.isalpha() else char


_KNOWN = _table()
reads_as = _ReadAs()


def is_han(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff" or "\U00020000" <= char <= "\U000323af"
