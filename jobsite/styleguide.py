"""The components of the pages with all their variants, in light and in dark; while developing only."""

import re
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace

from django import forms
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

TOKENS = "css/tokens.css"
_ROOT_RULE = re.compile(r":root \{([^}]*)\}")


class SampleForm(forms.Form):
    """A field of each kind, some of them wrong."""

    name = forms.CharField(label="怎么称呼", max_length=20, help_text="单位看得到。")
    about = forms.CharField(label="自我介绍", required=False, widget=forms.Textarea({"rows": 3}))
    pay = forms.IntegerField(label="时薪（元）", min_value=1)
    settlement = forms.ChoiceField(
        label="结算",
        choices=[("daily", "日结"), ("weekly", "周结"), ("monthly", "月结")],
        widget=forms.RadioSelect,
    )
    agrees = forms.BooleanField(label="不向求职者收任何费用。")


@require_safe
def show_styleguide(request: HttpRequest) -> HttpResponse:
    wrong = SampleForm({"name": "小龙", "pay": "很多"}, auto_id="wrong_%s")
    context = {
        "themes": [("light", "浅色"), ("dark", "深色")],
        "form": SampleForm(initial={"settlement": "daily"}, auto_id="sample_%s"),
        "wrong": wrong,
        "ledger": _sample_ledger(),
        "fact_lines": [
            {
                "tone": tone,
                "words": words,
                "details": "2026 年 3 月以来共 3 条。",
                "when": "今天比对",
            }
            for tone, words in (
                ("ok", "只在这里出现过"),
                ("", "别处也出现过"),
                ("warn", "要留心"),
                ("bad", "被投诉过"),
            )
        ],
        "listing": _sample_listing(),
        "perks": ["包吃"],
        "initial": "清",
        "ground": 2,
        "symbol": "promotion",
        "facts": [(True, "执照"), (True, "手机"), (False, "实地")],
        "rules": ["不先交钱。", "不给卡和码。", "不替别人转账。"],
    }
    return render(request, "jobsite/styleguide.html", context)


@require_safe
def show_themes(request: HttpRequest) -> HttpResponse:
    """A style sheet that sets the colours of one part of a page, whatever the reader prefers."""
    tokens = finders.find(TOKENS)
    if tokens is None:
        raise Http404
    css = Path(tokens).read_text(encoding="utf-8")
    light, dark = _ROOT_RULE.findall(css)
    rules = (
        f".theme-light {{ {light} color-scheme: light }}\n"
        f".theme-dark {{ {light} {dark} color-scheme: dark }}\n"
        ".theme-light, .theme-dark { padding: 1rem; background: var(--paper); color: var(--ink) }\n"
    )
    return HttpResponse(rules, content_type="text/css")


def _sample_ledger() -> list[SimpleNamespace]:
    check = SimpleNamespace(
        method="在国家企业信用信息公示系统查过",
        checked_on=date(2026, 3, 2),
        expires_on=date(2027, 3, 1),
    )
    return [
        SimpleNamespace(ok=True, words="执照", check=check),
        SimpleNamespace(ok=False, words="实地", check=None),
    ]


def _sample_listing() -> SimpleNamespace:
    return SimpleNamespace(
        title="乾州商场周末新品派发，能连续站立四小时",
        pay_words="22 元",
        pay_unit_words="/小时",
        headcount=4,
        who="乾州清茗饮品店",
        is_repost=False,
        published_at=datetime(2026, 3, 2, 8, tzinfo=UTC),
    )
