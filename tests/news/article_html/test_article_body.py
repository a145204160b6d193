"""Texts from the editor, Word, WeChat and elsewhere: what is kept, in which form, and what goes."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from news.article_html.article_body import (
    TAGS,
    clean_article_html,
    cut_article_excerpt,
    extract_html_text,
    fingerprint_article,
)
from tests.daily_tests import count_examples, mark_each

OWN = f"/media/pictures/ab/{'ab' * 16}-800.webp"
SAFE = 'rel="nofollow noopener noreferrer"'


def join_lines(*blocks):
    return "\n".join(blocks)


def test_only_the_allowed_is_left():
    html = (
        '<h1>大</h1><p onclick="x()" style="color:red">一<script>alert(1)</script></p>'
        '<a href="javascript:x()">二</a><a href="https://a.cn" target="_blank">三</a>'
        '<form action="/x"><input name="y">四<button>按</button></form><iframe src="/x">五</iframe>'
        "<svg><text>六</text></svg><style>p{}</style><!-- 七 -->"
    )
    assert clean_article_html(html) == join_lines(
        "<h2>大</h2>", "<p>一</p>", f'<p>二<a href="https://a.cn" {SAFE}>三</a></p>', "<p>四</p>"
    )


def test_word_leaves_paragraphs_and_no_traces():
    html = """<html><head><title>文档1</title><style>p.MsoNormal{margin:0}</style></head><body>
    <!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml><![endif]-->
    <p class=MsoNormal style='text-indent:2em'><b><span lang=EN-US>A</span></b>先交<st1:place
    w:st="on">湘西</st1:place>的
    押金<o:p></o:p></p>
    <p class=MsoNormal><span lang=EN-US><o:p>&nbsp;</o:p></span></p>
    <h1>怎么防<span lang=EN-US><o:p></o:p></span></h1>
    <p class=MsoNormal>　　不交钱。<span style='display:none'>藏</span></p></body></html>"""
    assert clean_article_html(html) == join_lines(
        "<p><strong>A</strong>先交湘西的押金</p>", "<h2>怎么防</h2>", "<p>不交钱。</p>"
    )


def build_word_list_item(marker, words):
    return (
        "<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><![if !supportLists]><span "
        f"style='mso-list:Ignore'>{marker}<span style='font:7.0pt'>&nbsp;&nbsp; </span></span>"
        f"<![endif]>{words}<o:p></o:p></p>"
    )


def test_word_lists_become_lists():
    assert clean_article_html(
        build_word_list_item("·", "甲") + build_word_list_item("Ø", "乙") + "<p>·&nbsp;&nbsp;丙</p>"
    ) == ("<ul><li>甲</li><li>乙</li><li>丙</li></ul>")
    assert (
        clean_article_html(build_word_list_item("1.", "甲") + build_word_list_item("2.", "乙"))
        == "<ol><li>甲</li><li>乙</li></ol>"
    )
    assert (
        clean_article_html("<p>• 甲<br>• 乙<br>续</p>") == "<ul><li>甲</li><li>乙<br>续</li></ul>"
    )


def test_a_number_that_a_list_would_change_stays_in_the_words():
    assert clean_article_html(
        build_word_list_item("1.", "甲") + "<p>间</p>" + build_word_list_item("2.", "乙")
    ) == join_lines("<ol><li>甲</li></ol>", "<p>间</p>", "<p>2. 乙</p>")
    assert clean_article_html(
        build_word_list_item("一、", "甲") + build_word_list_item("①", "乙")
    ) == join_lines("<p>一、 甲</p>", "<p>① 乙</p>")


def test_wechat_sections_become_paragraphs():
    html = (
        '<section style="x"><section><span leaf=""><span>甲</span></span></section>乙<br><br>丙'
        "<br>丁<section><p><br></p></section><section><p><span>戊</span></p></section>"
        '<section><img data-src="https://mmbiz.qpic.cn/x"></section><div>己</div></section>'
        '<mp-common-profile data-id="x"><p>关注</p></mp-common-profile>'
    )
    assert clean_article_html(html) == join_lines(
        "<p>甲</p>", "<p>乙</p>", "<p>丙<br>丁</p>", "<p>戊</p>", "<p>己</p>"
    )


def test_pictures_of_ours_stay_and_of_others_only_the_captions():
    html = (
        f'<figure class="figure"><img src="{OWN}" alt="警车" onerror="x()" width="9"><figcaption>图'
        '一</figcaption></figure><figure><img src="https://x.cn/1.jpg"><figcaption>图二</figcaption>'
        '</figure><p>前<img src="https://x.cn/2.jpg">后</p><figure><img src="/media/x.png"></figure>'
    )
    assert clean_article_html(html) == join_lines(
        f'<figure><img src="{OWN}" alt="警车"><figcaption>图一</figcaption></figure>',
        "<figure><figcaption>图二</figcaption></figure>",
        "<p>前后</p>",
    )


def test_a_picture_within_words_stands_by_itself():
    assert clean_article_html(f'<p>前<img src="https://here.cn{OWN}">后</p>') == join_lines(
        "<p>前</p>", f'<figure><img src="{OWN}" alt=""></figure>', "<p>后</p>"
    )


@pytest.mark.parametrize(
    "address",
    [
        "/media/pictures/../../etc/passwd",
        f"/media/pictures/ab/{'ab' * 16}-800.svg",
        f"//x.cn{OWN}",
        f"{OWN}?x=1",
        f"javascript:{OWN}",
        "data:image/png;base64,AAAA",
        f"https://x.cn/y{OWN}",
    ],
)
def test_no_other_address_passes_for_a_picture_of_ours(address):
    assert clean_article_html(f'<p>字</p><img src="{address}">') == "<p>字</p>"


def test_tables_keep_rows_heads_and_spans():
    html = (
        "<table><caption>题</caption><tr><th>甲<th>乙<tr><td><p>1</p><td rowspan=2 onclick=x>2"
        "<table><tr><td>里</table><tr><td></table>"
    )
    assert clean_article_html(html) == join_lines(
        "<p>题</p>",
        "<table><thead><tr><th>甲</th><th>乙</th></tr></thead><tbody><tr><td>1</td>"
        '<td rowspan="2"><p>2</p><p>里</p></td></tr><tr><td></td></tr></tbody></table>',
    )


def test_a_table_that_only_draws_a_frame_is_none():
    assert clean_article_html("<table><tr><td><p>甲</p><p>乙</p></td></tr></table>") == join_lines(
        "<p>甲</p>", "<p>乙</p>"
    )


def test_lists_nest_and_a_single_paragraph_needs_no_tags():
    html = "<ul><li><p>甲</p><ul><li><p>乙</p></li></ul></li><ol><li>丙</ol><li> </li></ul>"
    assert clean_article_html(html) == (
        "<ul><li><p>甲</p><ul><li>乙</li></ul><ol><li>丙</li></ol></li></ul>"
    )


def test_marks_are_written_in_one_way():
    html = '<p><i><b>甲 </b></i><b>乙<span style="font-weight:bold">丙</span></b> m<sup>2</sup></p>'
    assert clean_article_html(html) == ("<p><strong><em>甲</em> 乙丙</strong> m<sup>2</sup></p>")


@pytest.mark.parametrize(
    "html",
    mark_each(
        4,
        [
            "<div>" * 100_000 + "字",
            "<ul><li>" * 100_000 + "字",
            "<b>" * 100_000 + "字",
            "<x>" * 50_000 + "字" + "</y>" * 50_000,
            "字<a" * 500_000,
            "字" + "<!--" * 200_000,
            "<table><tr><td>" * 50_000 + "字",
        ],
    ),
    ids=lambda html: html[:8],
)
def test_no_depth_is_too_deep(html):
    assert "字" in extract_html_text(clean_article_html(html))


WORDS = st.text("甲乙丙 ab12　\n\u00a0&<·•", max_size=8)
INLINE = ["b", "strong", "i", "em", "span", "a", "sup", "font", "o:p", "u"]
BLOCK = [
    *(
        "p",
        "div",
        "section",
        "h1",
        "h2",
        "h4",
        "ul",
        "ol",
        "li",
        "blockquote",
        "pre",
        "table",
        "tr",
    ),
    *("td", "th", "figure", "figcaption", "center", "caption", "article", "tbody"),
]
ATTRIBUTES = [
    *("", "", "", " style='mso-list:Ignore'", " style='font-weight:bold'", " rowspan=2"),
    *(" href='https://a.cn/?a=1&amp;b=\"2\"'", " href='javascript:x'", " href=' /x/ '"),
]
LOOSE_PARTS = ["<br>", "<br/><br>", "<hr>", f"<img src={OWN} alt='a\"b'>", "<img src=//x.cn/y>"]


def escape_markup(text):
    return text.replace("&", "&amp;").replace("<", "&lt;")


def build_element(children):
    parts = st.tuples(
        st.sampled_from(INLINE + BLOCK), st.sampled_from(ATTRIBUTES), st.lists(children, max_size=4)
    )
    return parts.map(lambda p: f"<{p[0]}{p[1]}>{''.join(p[2])}</{p[0]}>")


MARKUP = st.recursive(
    WORDS.map(escape_markup) | st.sampled_from(LOOSE_PARTS), build_element, max_leaves=25
)
PAGE = st.lists(MARKUP, max_size=6).map("".join)
# Tags in any order, closed or not.
SOUP = st.lists(
    WORDS
    | st.sampled_from(LOOSE_PARTS)
    | st.tuples(st.sampled_from(INLINE + BLOCK), st.sampled_from(ATTRIBUTES)).map(
        "<{0[0]}{0[1]}>".format
    )
    | st.sampled_from(INLINE + BLOCK).map("</{}>".format)
    | st.sampled_from(["<!--", "-->", "<![if x]>", "<script>", "</script>", "<", "&#0;", "\ud800"]),
    max_size=30,
).map("".join)


@settings(max_examples=count_examples(150), deadline=None)
@given(PAGE | SOUP)
def test_what_was_cleaned_once_stays_as_it_is(html):
    once = clean_article_html(html)
    assert clean_article_html(once) == once


@settings(max_examples=count_examples(150), deadline=None)
@given(PAGE)
def test_no_word_is_lost(html):
    def letters(text):
        return sorted(re.findall(r"[甲乙丙ab12&]", text))

    # A bullet of Word's is no word, whatever letter draws it.
    html = html.replace("mso-list", "mso")
    shown = html.replace('"2"', "").replace("a=1", "").replace('a"b', "")
    shown = re.sub(r"<[^>]*>", "", shown).replace("&amp;", "&").replace("&lt;", "")
    assert letters(extract_html_text(clean_article_html(html))) == letters(shown)


@settings(max_examples=count_examples(200), deadline=None)
@given(PAGE | SOUP)
def test_nothing_but_the_allowed_is_ever_left(html):
    tags = re.findall(r"<(/?)(\w+)([^>]*)>", clean_article_html(html))
    assert {name for _, name, _ in tags} <= TAGS - {"b", "i"}
    assert not any(re.search(r"\s(?:on|style|class)", attributes) for _, _, attributes in tags)


def test_the_excerpt_is_running_text_of_120_characters():
    extras = "<figure><figcaption>图</figcaption></figure><h2>小</h2><p>某报记者 李明</p>"
    html = f"{extras}<p>{'字' * 130}</p>"
    assert cut_article_excerpt(html) == "字" * 120 + "···"
    assert cut_article_excerpt("<p>短。</p><p>文。</p>") == "短。文。"


def test_the_fingerprint_ignores_spaces_punctuation_and_width():
    assert fingerprint_article("先返 １０ 元，再要。") == fingerprint_article("先返10元 再要")
    assert fingerprint_article("先返10元") != fingerprint_article("先返20元")
