"""Short names, pinyin and the everyday forms of a name."""

import re

from .sources import locate_package, read_own_file

PROVINCES = {
    "内蒙古自治区": "内蒙古",
    "广西壮族自治区": "广西",
    "西藏自治区": "西藏",
    "宁夏回族自治区": "宁夏",
    "新疆维吾尔自治区": "新疆",
    "香港特别行政区": "香港",
    "澳门特别行政区": "澳门",
}
# The only 林区 whose name loses both characters: 北林区 and 万柏林区 are districts.
ONE_OF_A_KIND = {"神农架林区": "神农架"}
# The peoples in the names of autonomous places, as written there (some drop 族).
PEOPLES = re.compile(
    "(?:蒙古族?|回族|藏族|维吾尔族?|苗族|彝族|壮族|布依族|朝鲜族|满族|侗族|瑶族|白族|土家族|哈尼族|"
    "哈萨克族?|傣族|黎族|傈僳族|佤族|畲族|拉祜族|水族|东乡族|纳西族|景颇族|柯尔克孜族?|土族|达斡尔族|"
    "仫佬族|羌族|布朗族|撒拉族|毛南族|仡佬族|锡伯族?|普米族|塔吉克族?|怒族|鄂温克族|保安族|裕固族|"
    "独龙族|各族)$"
)
AUTONOMOUS = re.compile("自治(?:州|县|旗)$")
# 新区 and 矿区 are part of the name people use (浦东新区, 井陉矿区), but 清新区 is 清新.
KEPT_WHOLE = re.compile("(?<!清)新区$|矿区$|旗$")


def _cut_peoples(stem):
    while (shorter := PEOPLES.sub("", stem)) != stem and shorter:
        stem = shorter
    return stem


def cut_place_kind(name):
    """The name without its kind: 湘西土家族苗族自治州 → 湘西, 蔚县 → 蔚县."""
    if name in PROVINCES or name in ONE_OF_A_KIND:
        return PROVINCES.get(name) or ONE_OF_A_KIND[name]
    if AUTONOMOUS.search(name):
        bare = AUTONOMOUS.sub("", name)
        short = _cut_peoples(bare)
        return name if short == bare and PEOPLES.fullmatch(bare) else short.removesuffix("族")
    if KEPT_WHOLE.search(name):
        return name
    if name.endswith("族区"):
        return _cut_peoples(name.removesuffix("区"))
    for kind in ("地区", "特区", "省", "市", "盟", "县", "区", "乡", "镇"):
        if name.endswith(kind) and len(name) - len(kind) >= 2:
            return name.removesuffix(kind)
    return name


def list_everyday_forms(name, short):
    """What people call an autonomous place or a new district besides its two official names."""
    forms = []
    if match := AUTONOMOUS.search(name):
        kind = match.group()
        forms += [short + kind[-1], short + kind]
    elif name.endswith("新区") and len(name) > 3:
        forms.append(name.removesuffix("新区"))
    elif name.endswith("旗") and len(name) > 3:
        forms.append(name.removesuffix("旗"))
    elif name in PROVINCES:
        forms.append(short + "自治区" if "自治" in name else short + "特区")
    return [form for form in forms if form not in (name, short)]


class Reader:
    """Reads place names aloud; general dictionaries are wrong about some."""

    def __init__(self):
        locate_package("pypinyin_dict")
        from pypinyin import lazy_pinyin, load_phrases_dict
        from pypinyin_dict.phrase_pinyin_data import large_pinyin

        large_pinyin.load()
        load_phrases_dict(
            {r["name"]: [[s] for s in r["pinyin"].split()] for r in read_own_file("pinyin.csv")}
        )
        self._lazy_pinyin = lazy_pinyin

    def pinyin(self, name):
        return " ".join(self._lazy_pinyin(name)).replace("lve", "lue").replace("nve", "nue")


def build_initials(pinyin):
    return "".join(syllable[0] for syllable in pinyin.split())
