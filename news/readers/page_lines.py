"""Drops the cleaned blocks of a page (one a line) that do not belong to its text, and marks captions."""

import re
from collections.abc import Collection, Sequence

from news.article_html.article_body import extract_html_text
from news.readers.bylines import is_fact_line, is_staff_line
from news.readers.plain_text_reader import MAX_CAPTION, is_caption, is_heading
from news.readers.story import PLACEHOLDER

_BARS = re.compile(
    r"^[【\[（(]?(?:分享(?:到|至)|打印(?:本页)?$|关闭(?:窗口|本页)?$|返回(?:顶部|首页|列表)|回到顶部"
    r"|上一[篇条]|下一[篇条]|点击数|浏览(?:次数|量)|阅读(?:量|数)?[：:\d]|字(?:号|体)[：: ]|扫一扫|扫码关注"
    r"|长按|识别二维码|关注(?:我们|公众号)|点击(?:上方|下方|蓝字|阅读原文)|阅读原文|点个?[“「]?(?:赞|在看)"
    r"|收藏$|举报$|加入收藏|当前位置|您(?:现在)?(?:的|所在的?)位置|首页\s*[>＞»]|版权(?:声明|所有)|免责声明"
    r"|特别声明|声明[：:]|本文(?:来源|转载)|转载请|未经授权|©|Copyright|本(?:网)?站使用\s*Cookie"
    r"|原标题[：:]|我们使用\s*Cookie|接受(?:全部)?\s*Cookie|微信扫码|下载客户端|打开APP|展开全文|[—－-]*\s*END\b)",
    re.IGNORECASE,
)
_IMPRINT = re.compile(r"版权所有|ICP\s*[备证]|[公网]安备|备案号|All Rights Reserved", re.IGNORECASE)
_ENDS_TEXT = re.compile(
    r"^[【\[（(■●◆▍]?\s*(?:相关(?:内容|阅读|推荐|新闻|链接|文章|报道)|延伸阅读|推荐阅读"
    r"|更多(?:推荐|阅读|新闻)|往期(?:推荐|回顾|精彩)|猜你喜欢|热门(?:推荐|文章|评论|新闻)"
    r"|(?:网友|最新|全部|发表)评论|评论\s*[（(]?\d*|精彩推荐|为您推荐|大家都在看|热点新闻)\s*[】\]）)：:]?$"
)
_NUMBER_ALONE = re.compile(r"^(?:PART\s*\.?)?\s*\d{1,2}$", re.IGNORECASE)  # above a heading
_LEADS_BACK = re.compile(r"\s*(?:<a [^>]*>)?\s*返回\S{2,6}[，,]查看更多(?:</a>)?\s*(?=</p>$)")
_BOLD = re.compile(r"^<p><strong>(.{3,60})</strong></p>$")
_LINKS = re.compile(r"<a [^>]*>(.*?)</a>")
_FIGURE = re.compile(r"^<figure>(<img [^>]*>)</figure>$")
MAX_BAR = 80


def find_story_lines(body: str, title: str, centred: Collection[str] = ()) -> str:
    """Return the lines that belong to the text, as HTML; `centred` are texts that may be captions."""
    story_lines: list[str] = []
    for line in _cut_above_title(body.split("\n"), title):
        words = extract_html_text(line)
        if _ENDS_TEXT.match(words) and story_lines:
            break
        if not (words or PLACEHOLDER.search(line)) or _is_dropped(line, words):
            continue
        bare = _FIGURE.match(story_lines[-1]) if story_lines else None
        if bare and _is_caption(line, words, centred):
            caption = f"<figcaption>{_strip_paragraph(line)}</figcaption>"
            story_lines[-1] = f"<figure>{bare[1]}{caption}</figure>"
        else:
            block = _mark_heading_or_caption(line, words, is_first=not story_lines)
            story_lines.append(_LEADS_BACK.sub("", block))
    return "\n".join(story_lines)


def _cut_above_title(lines: Sequence[str], title: str) -> Sequence[str]:
    first_texts = [_strip_signs(extract_html_text(line)) for line in lines[:30]]
    plain_title = _strip_signs(title)
    return lines[first_texts.index(plain_title) + 1 :] if plain_title in first_texts else lines


def _is_dropped(line, words):
    if line.startswith(("<table", "<figure")):
        return False
    is_bar = len(words) <= MAX_BAR and any(
        (_IMPRINT.search(words), _BARS.match(words), _NUMBER_ALONE.match(words))
    )
    return is_bar or is_staff_line(words) or is_fact_line(words) or _is_list_of_links(line, words)


def _is_list_of_links(line, words):
    """Whether every point of a list is only a link: a list of other articles."""
    linked = sum(len(extract_html_text(inner)) for inner in _LINKS.findall(line))
    return line.startswith(("<ul", "<ol")) and linked >= 0.9 * len(words.replace("\n", ""))


def _is_caption(line, words, centred):
    if not line.startswith("<p>") or len(words) > MAX_CAPTION:
        return False
    return is_caption(words) or _strip_signs(words) in centred


def _mark_heading_or_caption(line: str, words: str, *, is_first: bool) -> str:
    """Return a short paragraph that is all bold as a heading, a caption as a figure."""
    bold = _BOLD.match(line)
    if bold and not is_first and is_heading(words) and "<" not in bold[1]:
        return f"<h2>{bold[1]}</h2>"
    if line.startswith("<p>") and is_caption(words):
        return f"<figure><figcaption>{_strip_paragraph(line)}</figcaption></figure>"
    return line


def _strip_paragraph(line):
    return line.removeprefix("<p>").removesuffix("</p>")


def _strip_signs(words):
    return re.sub(r"[\W_]+", "", words)
