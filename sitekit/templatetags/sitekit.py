"""Tags and filters every template may load: icons, Chinese dates, spacing, components, captured and joined lines."""

import re
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.conf import settings
from django.template import Engine
from django.template.base import Node, NodeList, Parser, TextNode, Token
from django.template.defaultfilters import stringfilter
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from sitekit.images.icons import ICONS
from sitekit.kept_pages.due_moments import note_due_moment
from sitekit.seo.json_ld import Schema, render_json_ld

register = template.Library()

# Types of values that a component's HTML is kept by, and what stands there for the slot.
_PLAIN = (str, int, tuple, type(None))
_GAP = "<!--slot-->"

SHANGHAI = ZoneInfo("Asia/Shanghai")
THIN = "\u2009"
_HAN = r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"
_LATIN = r"[A-Za-z0-9]"
_LINE_OR_TAG_EDGE = re.compile(r"(<(?=[/a-zA-Z])|>|\n[ \t]*)")
_AGE = re.compile(r'(?<=<time datetime=")(\d{4}-\d\d-\d\dT[^"]+)">[^<]*')
_SEAM = re.compile(rf"(?<={_HAN})[ \u2009]?(?={_LATIN})|(?<={_LATIN})[ \u2009]?(?={_HAN})")


@register.simple_tag
def icon(name: str) -> SafeString:
    """The SVG of an icon; the one of "other" for an unknown name."""
    shapes = ICONS.get(name, ICONS["other"])
    return mark_safe(  # drawn in sitekit.images.icons, nothing from outside
        '<svg class="i" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" '
        f'focusable="false">{shapes}</svg>'
    )


@register.simple_tag
def json_ld(schemas: list[Schema]) -> SafeString:
    """Return the schemas as JSON-LD, which tells search engines what the page is about; "" for no schemas."""
    return render_json_ld(schemas)


@register.filter(is_safe=True)
@stringfilter
def thin(value: str) -> str:
    """Put thin spaces between Chinese and Latin letters or digits, also in place of full spaces."""
    return _SEAM.sub(THIN, value)


@register.filter
def cn_date(value: date | datetime | None, style: str = "") -> str:
    """12 月 6 日, with the year if it is not the present one, or if style is "full"."""
    day = _local_day(value)
    if day is None:
        return ""
    with_year = style == "full" or day.year != _get_shanghai_now().year
    words = f"{day.month} 月 {day.day} 日"
    return thin(f"{day.year} 年 {words}" if with_year else words)


@register.filter
def cn_age(value: date | datetime | None) -> str:
    """How long ago: in minutes and hours for a day, then in days for a week, then as a date."""
    day = _local_day(value)
    if day is None:
        return ""
    now = _get_shanghai_now()
    if isinstance(value, datetime):
        passed = now - _add_shanghai_timezone(value)
        if timedelta(minutes=-1) < passed < timedelta(days=1):
            age = _format_fresh_age(passed, same_day=day == now.date())
            if age:
                note_due_moment(_add_shanghai_timezone(value).timestamp() + _find_next_step(passed))
                return age
    days = (now.date() - day).days
    if days == 0:
        return "今天"
    if days == 1:
        return "昨天"
    if 1 < days < 7:
        return thin(f"{days} 天前")
    return cn_date(value)


def refresh_ages(html: str) -> SafeString:
    """Write the ages anew in HTML that was drawn a while ago: the words of each time element with an hour."""
    return mark_safe(
        _AGE.sub(lambda match: f'{match[1]}">{cn_age(datetime.fromisoformat(match[1]))}', html)
    )


@register.tag
def setvar(parser: Parser, token: Token) -> Node:
    """`{% setvar x %}…{% endsetvar %}`: sets x to what stands between the tags, so that base.html can use it twice."""
    parts = token.split_contents()
    if len(parts) != 2:
        raise template.TemplateSyntaxError("setvar takes one name")
    nodelist = parser.parse(("endsetvar",))
    parser.delete_first_token()
    return SetVarNode(parts[1], nodelist)


class SetVarNode(Node):
    def __init__(self, name: str, nodelist: NodeList) -> None:
        self.name = name
        self.nodelist = nodelist

    def render(self, context: template.Context) -> str:
        # Rendered already, hence escaped already; strip() loses the mark.
        context[self.name] = mark_safe(self.nodelist.render(context).strip())
        return ""


@register.simple_block_tag(takes_context=True, name="component")
def render_component(
    context: template.Context, content: str, template_name: str, /, **values: Any
) -> str:
    """`{% component "components/_notice.html" tone="amber" %}…{% endcomponent %}`.

    Renders the template with the values given here and `slot`, what stands between the tags; of
    the page around it the template sees nothing else. So with the same plain values (texts, numbers,
    tuples of them) it is the same HTML, which is kept with a gap for the slot. Such a template must
    not ask the clock.
    """
    # Rendered already, hence escaped already; strip() loses the mark.
    slot = mark_safe(content.strip())
    if settings.DEBUG or not all(isinstance(value, _PLAIN) for value in values.values()):
        return _draw_component(template_name, values, slot)
    # Equal texts differ if one of them is marked as HTML.
    typed_values = tuple((name, type(value), value) for name, value in values.items())
    html = _keep_component(template_name, typed_values, has_slot=bool(slot))
    return mark_safe(html.replace(_GAP, slot))


@lru_cache(maxsize=1024)
def _keep_component(
    template_name: str, typed_values: tuple[tuple[str, type, Any], ...], *, has_slot: bool
) -> str:
    values = {name: value for name, _, value in typed_values}
    if not _is_plain(tuple(values.values())):
        raise TypeError(f"{template_name} is given something that may change: {values}")
    return _draw_component(template_name, values, mark_safe(_GAP if has_slot else ""))


def _draw_component(template_name: str, values: dict[str, Any], slot: SafeString) -> SafeString:
    component_template = Engine.get_default().get_template(template_name)
    return component_template.render(template.Context({**values, "slot": slot}))


def _is_plain(value: object) -> bool:
    return all(map(_is_plain, value)) if isinstance(value, tuple) else isinstance(value, _PLAIN)


@register.tag("oneline")
def compile_oneline(parser: Parser, token: Token) -> Node:
    """`{% oneline %}…{% endoneline %}`: the lines inside are joined without a space between them.

    A long sentence can so be written on several lines: a line break between Chinese characters
    would be shown as a space. A line break inside an HTML tag stays, as it parts two attributes.
    Done once, when the template is compiled.
    """
    nodelist = parser.parse(("endoneline",))
    parser.delete_first_token()
    in_html_tag = False
    for node in nodelist.get_nodes_by_type(TextNode):
        assert isinstance(node, TextNode)  # noqa: S101 - for the type checker
        node.s, in_html_tag = _join_lines(node.s, in_html_tag)
    return OneLineNode(nodelist)


class OneLineNode(Node):
    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: template.Context) -> str:
        return self.nodelist.render(context)


def _join_lines(text: str, in_html_tag: bool) -> tuple[str, bool]:
    """Return the text without line breaks outside HTML tags, and whether it ends inside a tag."""
    parts = []
    for part in _LINE_OR_TAG_EDGE.split(text):
        if part == "<":
            in_html_tag = True
        elif part == ">":
            in_html_tag = False
        if in_html_tag or not part.startswith("\n"):
            parts.append(part)
    return "".join(parts), in_html_tag


def _format_fresh_age(passed: timedelta, *, same_day: bool) -> str:
    minutes = int(passed.total_seconds() // 60)
    if minutes < 1:
        return "刚刚"
    if minutes < 60:
        return thin(f"{minutes} 分钟前")
    hours = minutes // 60
    # Just after midnight "昨天" would sound old for something of an hour ago.
    return thin(f"{hours} 小时前") if same_day or hours < 6 else ""


def _find_next_step(passed: timedelta) -> int:
    """Return how many seconds old it will be when its age is written otherwise; at midnight all are."""
    seconds = int(passed.total_seconds())
    step = 60 if seconds < 3600 else 3600
    return (seconds // step + 1) * step


def _get_shanghai_now() -> datetime:
    return timezone.now().astimezone(SHANGHAI)


def _add_shanghai_timezone(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)


def _local_day(value: object) -> date | None:
    if isinstance(value, datetime):
        return _add_shanghai_timezone(value).astimezone(SHANGHAI).date()
    return value if isinstance(value, date) else None
