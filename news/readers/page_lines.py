"""The cleaned blocks of a page, one a line: captions told, and what is no part of a text dropped."""

import re

from news.article_html.article_body import extract_html_text
from news.readers.bylines import is_fact_line, is_staff
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


def find_story_lines(body, title, centred=()):
    """The lines that belong to the text, as HTML."""
    kept: list[str] = []
    for line in _below_title(body.split("\n"), title):
        words = extract_html_text(line)
        if _ENDS_TEXT.match(words) and kept:
            break
        if not words and not PLACEHOLDER.search(line):
            continue
        if _is_dropped(line, words):
            continue
        bare = _FIGURE.match(kept[-1]) if kept and _is_caption(line, words, centred) else None
        if bare:
            kept[-1] = f"<figure>{bare[1]}<figcaption>{_inside(line)}</figcaption></figure>"
            continue
        kept.append(_LEADS_BACK.sub("", _shaped(line, words, is_first=not kept)))
    return "\n".join(kept)


def _below_title(found, title):
    """What stands above the title is not the text's."""
    wanted = _plainly(title)
    at = next(
        (n for n, line in enumerate(found[:30]) if _plainly(extract_html_text(line)) == wanted), -1
    )
    return found[at + 1 :]


def _is_dropped(line, words):
    if line.startswith(("<table", "<figure")):
        return False
    if is_staff(words) or (len(words) <= MAX_BAR and _IMPRINT.search(words)):
        return True
    if len(words) <= MAX_BAR and (_BARS.match(words) or _NUMBER_ALONE.match(words)):
        return True
    return is_fact_line(words) or _is_list_of_links(line, words)


def _is_list_of_links(line, words):
    """A list in which every point is nothing but a link leads elsewhere."""
    linked = sum(len(extract_html_text(inner)) for inner in _LINKS.findall(line))
    return line.startswith(("<ul", "<ol")) and linked >= 0.9 * len(words.replace("\n", ""))


def _is_caption(line, words, centred):
    if not line.startswith("<p>") or len(words) > MAX_CAPTION:
        return False
    return is_caption(words) or _plainly(words) in centred


def _shaped(line, words, *, is_first):
    """A paragraph that is bold as a whole, and short, is a heading; a caption is no paragraph."""
    bold = _BOLD.match(line)
    if bold and not is_first and is_heading(words) and "<" not in bold[1]:
        return f"<h2>{bold[1]}</h2>"
    if line.startswith("<p>") and is_caption(words):
        return f"<figure><figcaption>{_inside(line)}</figcaption></figure>"
    return line


def _inside(line):
    return line.removeprefix("<p>").removesuffix("</p>")


def _plainly(words):
    return re.sub(r"[\W_]+", "", words)
