"""The text of an article: HTML cleaned to an allow-list, plain text, excerpt, fingerprint."""

import hashlib
import re
import unicodedata
from html.parser import HTMLParser

import nh3

# No h1 (the page has its own) and no images (no page may ask another host for one).
TAGS = {
    *("p", "h2", "h3", "ul", "ol", "li", "blockquote", "strong", "b", "em", "i", "a", "br"),
    *("figure", "figcaption", "table", "thead", "tbody", "tr", "th", "td"),
}
BLOCKS = TAGS - {"strong", "b", "em", "i", "a", "ul", "ol", "figure", "table", "thead", "tbody"}
NOT_IN_EXCERPT = {"h2", "h3", "figcaption"}
# A line that only names who wrote: 某报记者 某某.
BYLINE = re.compile(r"^\S{0,12}(?:记者|通讯员|作者|网友|文)[\s：:/]+(?P<names>[^。！？]{1,40})$")
EXCERPT_LENGTH = 120
MORE = "···"


def clean(html):
    """The allowed part of `html`; scripts, styles, handlers and foreign addresses are gone."""
    return nh3.clean(
        html.replace("\x00", ""),
        tags=TAGS,
        attributes={"a": {"href"}, "th": {"colspan", "rowspan"}, "td": {"colspan", "rowspan"}},
        url_schemes={"http", "https", "tel"},
        link_rel="nofollow noopener noreferrer",
    ).strip()


class _Text(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.blocks, self._tag = [("p", "")], "p"

    def handle_starttag(self, tag, attrs):
        if tag in BLOCKS:
            self._tag = self._tag if tag == "br" else tag
            self.blocks.append((self._tag, ""))

    def handle_endtag(self, tag):
        if tag in BLOCKS:
            self._tag = "p"
            self.blocks.append(("p", ""))

    def handle_data(self, data):
        tag, text = self.blocks[-1]
        self.blocks[-1] = (tag, text + data)


def _blocks(html):
    parser = _Text()
    parser.feed(html)
    parser.close()
    squeezed = ((tag, re.sub(r"\s+", " ", text).strip()) for tag, text in parser.blocks)
    return [(tag, text) for tag, text in squeezed if text]


def plain(html):
    """The words of cleaned HTML, one block a line."""
    return "\n".join(text for _, text in _blocks(html))


def excerpt(html):
    """The first 120 characters of the running text; headings and captions do not count."""
    blocks = _blocks(html)
    running = "".join(
        text for tag, text in blocks if tag not in NOT_IN_EXCERPT and not BYLINE.match(text)
    )
    running = running or "".join(text for _, text in blocks)
    return running if len(running) <= EXCERPT_LENGTH else running[:EXCERPT_LENGTH] + MORE


def fingerprint(text):
    """Equal for texts that differ in spaces, punctuation, width or case only."""
    normal = unicodedata.normalize("NFKC", text).casefold()
    return hashlib.sha256(re.sub(r"[\W_]+", "", normal).encode()).hexdigest()
