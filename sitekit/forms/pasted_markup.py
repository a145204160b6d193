"""Remove HTML that was pasted into a field of one line (a title, a name, an address), and keep its words.

A field of one line is plain text everywhere. A typed `<` (工资<100) or words in brackets (<KTV>) are no HTML and stay.
Tags in texts of several lines stay too, since somebody may write about them.
"""

import html
import re

import nh3

from sitekit.fetching.markup_bounds import has_many_attributes

# What WeChat, Word and web pages paste, besides elements that nh3 knows as harmless.
_MORE_NAMES = (
    "html head body title meta link base style script noscript template iframe object embed param svg math path g"
    " canvas audio video source track picture form input button select option optgroup textarea label fieldset"
    " legend datalist output progress meter main section font big basefont marquee blink nobr dialog menu address"
    " tfoot frame frameset noframes xml"
).split()
_NAMES = "|".join(sorted(nh3.ALLOWED_TAGS | set(_MORE_NAMES), key=len, reverse=True))
# A known element; a name with a namespace or hyphen (o:p, mp-style); any closing tag; any tag with attributes;
# comments and the like.
_TAG = re.compile(
    rf"<(?:(?:{_NAMES}|[a-z][\w.]*(?::(?!//)|-)[\w.:-]*)(?:[\s/][^<>]*)?>|/[a-z][^<>]*>|[a-z][\w-]*\s[^<>=]*=[^<>]*>|!--|!\[|!doctype|\?xml)",
    re.IGNORECASE | re.ASCII,
)
_BREAK = re.compile(
    r"<(?=(?:/(?:p|div|li|tr|td|th|h[1-6]|section|article|dd|dt)|br|hr)\b)", re.IGNORECASE
)
_MAX_ROUNDS = 3  # HTML that was written as text within HTML
MAX_READ = 20_000  # characters; deeply nested HTML takes time with the square of its length


def strip_pasted_markup(text: str) -> str:
    """Return the words of a line without its HTML, separated by single blanks.

    A text without tags is returned unchanged, and so is one longer than `MAX_READ` or with a tag of too many
    attributes: the field refuses or cuts it anyway.
    """
    if len(text) > MAX_READ:
        return text
    for _round in range(_MAX_ROUNDS):
        if not _TAG.search(text) or has_many_attributes(text):
            break
        text = html.unescape(nh3.clean(_BREAK.sub(" <", text), tags=set()))
        text = " ".join(text.split())
    return text
