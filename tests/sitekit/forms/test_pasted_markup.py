"""Of HTML that is pasted into one line the words stay; what is no HTML stays as it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitekit.forms import pasted_markup
from sitekit.forms.fields import LineField, NormalisedField
from sitekit.forms.pasted_markup import strip_pasted_markup


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("<b>兼职</b>", "兼职"),
        ("周末<b>派单", "周末派单"),
        ("<p>周末</p><p>派单</p>", "周末 派单"),
        ("周末<br/>派单", "周末 派单"),
        ('<section data-role="x"><span style="color:red">周末</span>派单</section>', "周末派单"),
        ("<p class=MsoNormal><b>派单</b><o:p></o:p></p><!--[if gte mso 9]>x<![endif]-->", "派单"),
        ("<style>.a{color:red}</style><font face=宋体>店员</font>", "店员"),
        ("<script>alert(1)</script>传单", "传单"),
        ('<mp-style-type data-value="3"></mp-style-type>传单', "传单"),
        ('<KTV a="1">传单</KTV>', "传单"),
        ("<b>甲&nbsp;&amp;&nbsp;乙</b>", "甲 & 乙"),
        ("<b>日薪>100、<200</b>", "日薪>100、<200"),
        ("&lt;i&gt;<b>派单</b>&lt;/i&gt;", "派单"),
        ("<B>派单</B >", "派单"),
        ("<img src=x onerror=alert(1)>", ""),
    ],
)
def test_the_words_stay(typed, kept):
    assert strip_pasted_markup(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "工资<100", "工资 < 100 > 50", "<", "<<>>", "a<b", "<KTV>服务员", "<招聘>店员", "5<x<10", "A&B", "AT&amp;T",
        "  两边 空着 ", "招<3 人", "&lt;b&gt;", "<100>", "</>", "<3 小心", "<https://example.com>",
    ],
)  # fmt: skip
def test_what_is_no_html_stays(typed):
    assert strip_pasted_markup(typed) == typed


@given(st.text(st.sampled_from("<>/b ao:p=\"'!-[]&;lt甲")))
def test_twice_is_once(text):
    kept = strip_pasted_markup(text)
    assert strip_pasted_markup(kept) == kept


def test_fields_of_one_line_measure_what_is_kept():
    assert LineField(max_length=2).clean("<b>兼职</b>") == "兼职"
    assert NormalisedField(max_length=2).clean("＜ｂ＞兼职＜／ｂ＞") == "兼职"


@pytest.mark.timeout(60)
def test_what_is_written_to_take_long_takes_no_time():
    """Anybody may send it, without an account. With the square of the length the first would take hours."""
    assert not pasted_markup._TAG.search("<a " + "=" * 1_000_000)
    nested = "<div>" * 60_000
    assert strip_pasted_markup(nested) == nested
