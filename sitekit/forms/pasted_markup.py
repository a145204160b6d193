"""HTML that came with a paste into one line: a title, a name, an address. The words of it stay.

One line is plain text everywhere. What is typed with a `<` (工资<100) or in brackets (<KTV>) is no HTML and stays as it
is; so do tags in texts of several lines, where somebody may explain what they mean.
"""

import html
import re

import nh3

# What WeChat, Word and web pages paste, besides elements that nh3 knows as harmless.
_MORE_NAMES = (
    "html head body title meta link base style script noscript template iframe object embed param svg math path g"
    " canvas audio video source track picture form input button select option optgroup textarea label fieldset"
    " legend datalist output progress meter main section font big basefont marquee blink nobr dialog menu address"
    " tfoot frame frameset noframes xml"
).split()
_NAMES = "|".join(sorted(nh3.ALLOWED_TAGS | set(_MORE_NAMES), key=len, reverse=True))
# An element by its name, or by a namespace or hyphen in it (o:p, mp-style); the end of any; what has attributes;
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
    """Return the words of a line without HTML, single blanks between them; without tags in it the text itself, and so
    if it is longer than `MAX_READ`: who asks for a line refuses or cuts it.
    """
    if len(text) > MAX_READ:
        return text
    for _round in range(_MAX_ROUNDS):
        if not _TAG.search(text):
            break
        text = html.unescape(nh3.clean(_BREAK.sub(" <", text), tags=set()))
        text = " ".join(text.split())
    return text
