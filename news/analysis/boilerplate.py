"""Blanks the words of an article about itself: who wrote it, where, and for which paper."""

import re

_HAN = r"[\u4e00-\u9fff]"
_AT_START = r"^[ \t\u3000]*[【\[（(]?"
_PAPER = r"(?:社|网|报|台|新闻|客户端|融媒体?|时刻|在线|频道|发布|头条)"
_MEDIA = rf"(?:{_HAN}{{1,10}}?{_PAPER}|本[报网站台])"
_AGENCY = r"(?:新华社|新华网|中新社|中新网|人民网|央视网|央广网)"
_DAY = r"(?:\d{4}年)?\d{1,2}月\d{1,2}日"
_ENDS = r"(?=[\s，,（(】\])）:：]|$|题)"
_NEWS = r"(?<![通资短简音电快])讯"
_WRITER = r"(?:全媒体|见习|实习|特约|首席|本报|本网)*(?:记者|通讯员)"
_NAME = rf"(?![在从来到前赴走近跟随获了也还就]){_HAN}{{2,3}}"
_BOILERPLATE = [
    re.compile(pattern, re.MULTILINE)
    for pattern in (
        # 新华社北京6月1日电, 中新网客户端长沙6月17日电 题, 湘西网6月17日讯, 湘西网讯, 本报长沙讯
        rf"{_AT_START}{_MEDIA}{_HAN}{{0,12}}?\s?{_DAY}\s?(?:电|讯|消息|报道)",
        rf"{_AT_START}{_AGENCY}{_HAN}{{2,8}}?电{_ENDS}",
        rf"{_AT_START}{_MEDIA}{_HAN}{{0,8}}?{_NEWS}{_ENDS}",
        # 据某某网报道
        rf"{_AT_START}据{_MEDIA}(?:消息|报道)(?=[\s，,：:（(])",
        # 红网时刻新闻通讯员向洁 湘西报道
        rf"{_AT_START}{_MEDIA}{_WRITER}[^。！？\n]{{2,20}}?\s{_HAN}{{2,5}}报道",
        # （记者 向力 通讯员 张鋆）
        r"[（(][^（）()\n]{0,30}(?:记者|通讯员|作者|供稿|供图|来源|编辑|文/|图/|摄(?=[）)]))[^（）()\n]{0,60}[)）]",
        # A line that only names the writer, the photographer, the editor or the source.
        r"^.{0,25}(?:记者|通讯员|作者|摄影|供图|供稿)[\s：:/]+[^。！？，\n]{1,60}$",
        r"^.{0,12}(?:编辑|责编|审核|校对|监制|编审|[一二三]审)\s*[：:/]\s*[^。！？\n]{1,60}$",
        r"^.{0,60}(?:记者|通讯员)[^。！？，\n]{2,12}摄\s*$",
        r"(?<!资金)(?<!收入)(?<!货物)(?:来源|转自|编辑|责编)\s*[：:]\s*[^\s。，]{2,20}",
        # 河北新闻网记者张三从…获悉
        rf"(?:{_HAN}{{2,6}}{_PAPER})?{_WRITER}[\s：:]?{_NAME}(?=[\s，,、）)摄]|报道|采访|从|在|获悉|了解)",
    )
]


def blank_boilerplate(text: str) -> str:
    """Return the text with spaces in place of datelines and bylines, so that positions hold."""
    for pattern in _BOILERPLATE:
        text = pattern.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)
    return text
