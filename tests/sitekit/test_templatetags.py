import re
from datetime import UTC, date, datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.utils import timezone
from django.utils.safestring import mark_safe

from sitekit.images.icons import ICONS
from sitekit.kept_pages.due_moments import collect_due_moment
from sitekit.templatetags.sitekit import SHANGHAI, THIN, cn_age, cn_date, icon, thin

NOW = datetime(2026, 11, 25, 14, 30, tzinfo=SHANGHAI)


@pytest.fixture(autouse=True)
def _stopped_clock(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW.astimezone(UTC))


def replace_thin_spaces(text: str) -> str:
    return text.replace(THIN, " ")


def render_template(source: str, **values) -> str:
    return Template("{% load sitekit %}" + source).render(Context(values))


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (NOW, "刚刚"),
        (NOW - timedelta(seconds=59), "刚刚"),
        (NOW + timedelta(seconds=20), "刚刚"),
        (NOW - timedelta(minutes=18), "18 分钟前"),
        (NOW - timedelta(minutes=59, seconds=59), "59 分钟前"),
        (NOW - timedelta(hours=2), "2 小时前"),
        (datetime(2026, 11, 25, 0, 5, tzinfo=SHANGHAI), "14 小时前"),
        (datetime(2026, 11, 24, 23, 50, tzinfo=SHANGHAI), "昨天"),
        (datetime(2026, 11, 24, 0, 0, tzinfo=SHANGHAI), "昨天"),
        (datetime(2026, 11, 22, 9, 0, tzinfo=SHANGHAI), "3 天前"),
        (datetime(2026, 11, 18, 9, 0, tzinfo=SHANGHAI), "11 月 18 日"),
        (datetime(2024, 5, 1, 9, 0, tzinfo=SHANGHAI), "2024 年 5 月 1 日"),
        (NOW + timedelta(days=3), "11 月 28 日"),
        (date(2026, 11, 25), "今天"),
        (date(2026, 11, 3), "11 月 3 日"),
        (None, ""),
    ],
)
def test_age_is_said_as_people_say_it(moment, expected):
    assert replace_thin_spaces(cn_age(moment)) == expected


def test_an_hour_ago_across_midnight_is_not_yesterday(monkeypatch):
    just_after = datetime(2026, 11, 25, 0, 30, tzinfo=SHANGHAI)
    monkeypatch.setattr(timezone, "now", lambda: just_after)

    assert replace_thin_spaces(cn_age(just_after - timedelta(hours=1))) == "1 小时前"


@pytest.mark.parametrize(
    ("seconds", "ends_after"),
    [(0, 60), (59, 60), (60, 120), (3599, 3600), (3600, 7200), (7300, 10_800)],
)
def test_an_age_is_noted_to_hold_until_it_is_written_otherwise(seconds, ends_after, monkeypatch):
    moment = NOW - timedelta(seconds=seconds)
    with collect_due_moment() as due:
        age = cn_age(moment)
    assert due.at == (moment + timedelta(seconds=ends_after)).timestamp()
    for later, is_same in ((ends_after - 1, True), (ends_after, False)):
        monkeypatch.setattr(timezone, "now", lambda later=later: moment + timedelta(0, later))
        assert (cn_age(moment) == age) is is_same


def test_a_utc_moment_is_dated_in_china():
    evening_in_london = datetime(2026, 11, 3, 20, 0, tzinfo=UTC)

    assert replace_thin_spaces(cn_date(evening_in_london)) == "11 月 4 日"


@pytest.mark.parametrize(
    ("day", "style", "expected"),
    [
        (date(2026, 12, 6), "", "12 月 6 日"),
        (date(2026, 12, 6), "full", "2026 年 12 月 6 日"),
        (date(2027, 1, 3), "", "2027 年 1 月 3 日"),
        (None, "", ""),
        ("not a date", "", ""),
    ],
)
def test_dates_name_the_year_only_when_needed(day, style, expected):
    assert replace_thin_spaces(cn_date(day, style)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("招6人", "招_6_人"),
        ("招 6 人", "招_6_人"),
        ("用App报名", "用_App_报名"),
        ("周末，6点", "周末，6_点"),
        ("no change here 12", "no change here 12"),
    ],
)
def test_thin_spaces_stand_where_chinese_meets_latin(text, expected):
    assert thin(text).replace(THIN, "_") == expected


def test_thin_keeps_unsafe_text_escaped_and_safe_text_whole():
    assert "&lt;b&gt;" in render_template("{{ x|thin }}", x="<b>招6人")
    assert render_template("{{ x|thin }}", x=mark_safe("<b>招</b>")) == "<b>招</b>"


@pytest.mark.parametrize("name", sorted(ICONS))
def test_every_icon_is_a_drawing_hidden_from_screen_readers(name):
    svg = ElementTree.fromstring(icon(name))

    assert svg.attrib["aria-hidden"] == "true"
    assert len(svg) > 0


def test_every_category_has_its_own_icon():
    codes = {
        *("catering", "retail", "logistics", "promotion", "education", "events"),
        *("customer_service", "clerical", "domestic", "skills", "online", "labour"),
        *("errands", "intern", "volunteer", "other"),
    }

    assert len({icon(code) for code in codes}) == len(codes)


def test_an_unknown_icon_shows_the_one_for_other():
    assert render_template("{% icon name %}", name="<script>") == icon("other")


def test_a_captured_block_is_escaped_once_and_trimmed():
    text = render_template("{% setvar x %}\n {{ y }} {% endsetvar %}[{{ x }}]", y="Tom & 湘西")

    assert text == "[Tom &amp; 湘西]"


def test_an_age_is_not_broken_by_html_characters():
    assert re.fullmatch(
        r"[\w\u2009]+", render_template("{{ t|cn_age }}", t=NOW - timedelta(minutes=5))
    )


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        ("{% oneline %}\n先别\n  交钱\n{% endoneline %}", "先别交钱"),
        (
            '{% oneline %}<a\n  href="x">看</a>\n<b>等</b>{% endoneline %}',
            '<a\n  href="x">看</a><b>等</b>',
        ),
        ("{% oneline %}{% if y %}有\n{% else %}没\n有{% endif %}。{% endoneline %}", "没有。"),
        (
            "{% oneline %}<a{% if not y %}\n  id=x{% endif %}>\n看</a>{% endoneline %}",
            "<a\n  id=x>看</a>",
        ),
        ("{% oneline %}1 < 2\n3 > 2{% endoneline %}", "1 < 23 > 2"),
        ("{% oneline %}{{ words }}{% endoneline %}", "写的\n两行"),
    ],
)
def test_lines_of_a_template_are_joined_without_a_space(lines, joined):
    assert render_template(lines, words="写的\n两行") == joined


@pytest.fixture
def box(settings, tmp_path):
    """A component of a folder of its own."""
    (tmp_path / "_box.html").write_text("<{{ tag|default:'p' }}>{{ title }}|{{ page }}|{{ slot }}")
    settings.TEMPLATES = [settings.TEMPLATES[0] | {"DIRS": [tmp_path]}]


@pytest.mark.parametrize(
    ("use", "html"),
    [
        (
            '{% component "_box.html" %}\n <b>{{ y }}</b> \n{% endcomponent %}',
            "<p>||<b>&lt;i&gt;</b>",
        ),
        ('{% component "_box.html" title=y tag="div" %}{% endcomponent %}', "<div>&lt;i&gt;||"),
        (
            '{% component "_box.html" %}{% component "_box.html" %}b{% endcomponent %}{% endcomponent %}',
            "<p>||<p>||b",
        ),
    ],
)
def test_a_component_sees_what_it_is_given_and_its_slot(box, use, html):
    assert render_template(use, y="<i>", page="not seen") == html


@pytest.mark.parametrize(
    "use", ["{% component %}{% endcomponent %}", '{% component "x" 1 %}{% endcomponent %}']
)
def test_a_component_used_wrongly_is_an_error_of_the_template(use):
    with pytest.raises(TemplateSyntaxError):
        render_template(use)
