"""治理公示: what everybody reads, as a page, as JSON and as CSV."""

import csv
import io
import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.public_text.submission import submit_public_text
from safety.governance.export_formats import HEADINGS, TOTAL
from safety.governance.figures import FIGURES, GROUPS, PARTS, WAITING
from safety.governance.months import parse_month
from safety.models import GovernanceMonth
from safety.moderation.decisions import make_decision
from safety.reports.submission import submit_report
from sitekit.images.bar_charts import HEIGHT
from tests.conftest import tea_shop
from tests.people import make_person
from tests.safety.desks import make_moderator_user
from tests.safety.governing import REFUSED, hand_in, into_last_month, store_finished_months
from textkit.csv_cells import FORMULA

pytestmark = pytest.mark.django_db
PAGE = "/xiangxi/governance/"


@pytest.fixture(scope="module")
def month(module_rows):
    """Last month: three handed in, one of them refused; one removed for fraud."""
    employer, owner = tea_shop(), make_person("first-owner")
    employer.memberships.create(user=owner, role="owner")
    hand_in(employer, owner)
    hand_in(employer, owner, duties=REFUSED, title="收押金的")
    listing = hand_in(employer, owner, title="骗人的")
    more = {"confirmed": True, "fraud_type": "upfront_fee", "not_frozen_because": "被人冒用"}
    make_decision("listing", listing.pk, "removed_fraud", make_moderator_user(), "查实", **more)
    first_day = into_last_month()
    store_finished_months()
    return first_day


def get_page_text(client, address=PAGE):
    return " ".join(
        client.get(address).content.decode().replace("<b>", "").replace("</b>", "").split()
    )


def get_figures_json(client, place="/xiangxi"):
    return client.get(f"{place}/governance.json").json()


def list_csv_rows(client, place="/xiangxi"):
    text = client.get(f"{place}/governance.csv").content.decode()
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_it_leads_with_last_month_in_one_sentence(client, month):
    assert (
        "上个月湘西：收到 3 条兼职，自动拦下 1 条，人工退回 0 条，涉诈下架 1 条，已提醒 0 位联系过的求职者。"
        in get_page_text(client)
    )


def test_the_running_month_is_there_at_once(client, month, employer, owner):
    hand_in(employer, owner, title="这个月的")
    assert "这个月到现在：收到 1 条兼职" in get_page_text(client)


def test_what_was_counted_a_moment_ago_may_be_shown(client, month, employer, owner):
    assert "这个月到现在" not in get_page_text(client)
    hand_in(employer, owner, title="这个月的")
    assert "这个月到现在" not in get_page_text(client)


@pytest.mark.parametrize("place", ["/jishou", "/hunan", ""])
def test_what_lies_around_counts_it_too(client, month, place):
    assert get_figures_json(client, place)["total"]["figures"]["submitted"]["n"] == 3


def test_a_place_elsewhere_says_that_it_has_nothing(client, month):
    text = get_page_text(client, "/hefei/governance/")
    assert "还没有可数的" in text and '<table class="by-month">' not in text
    assert get_figures_json(client, "/hefei")["total"]["figures"]["submitted"] == {"n": 0}


def test_a_group_without_anything_says_so(client, month):
    assert "个月里没有。" in get_page_text(client)


def test_every_figure_is_explained_and_its_column_leads_there(client, month):
    text = get_page_text(client)
    for figure in FIGURES.values():
        assert f'id="def-{figure.code}"' in text
        assert figure.means in text
    assert 'href="#def-submitted"' in text


def test_few_are_drawn_low_and_the_months_have_their_year(client, month):
    chart = get_page_text(client).partition('id="listings-by-month"')[2].partition("</svg>")[0]
    values = [int(value) for value in re.findall(r"<text x=[^>]*>(\d+)</text>", chart)]
    heights = [float(height) for height in re.findall(r'<rect [^>]*height="([\d.]+)"', chart)]
    assert 0 < max(values) < 10 and max(heights) == HEIGHT * max(values) / 10
    months = re.findall(r'<text class="axis"[^>]*>(\d+月)</text>', chart)
    assert len(months) == len(heights)
    assert re.search(r"<small>\d{4} 年 \d+ 月至 \d{4} 年 \d+ 月，单位：条</small>", chart)


def test_tables_and_definitions_are_folded(client, month):
    folded = "".join(re.findall(r'(?s)<details class="fold">.*?</details>', get_page_text(client)))
    assert folded.count('<table class="by-month">') >= 1
    assert (
        folded.count('<dl class="how-counted">')
        == get_page_text(client).count('<dl class="how-counted">')
        > 1
    )


def test_it_leads_on_to_the_checker_the_files_and_the_nation(client, month):
    text = get_page_text(client)
    for address in ("/check/", "/report/status/", "/governance/", "/xiangxi/governance.csv"):
        assert f'href="{address}"' in text
    assert 'href="/xiangxi/governance/"' in get_page_text(client, "/xiangxi/")
    assert 'href="/here/governance/"' in get_page_text(client, "/about/")


def test_what_waits_now_is_there(client, employer, owner):
    hand_in(employer, owner, category="qr_promo")
    assert get_figures_json(client)["waiting"] == {
        "listings": 1,
        "employers": 0,
        "reports": 0,
        "appeals": 0,
    }
    assert get_figures_json(client, "/hefei")["waiting"]["listings"] == 0
    assert get_figures_json(client, "")["waiting"]["listings"] == 1
    assert get_figures_json(client, "")["waiting"]["texts"] == 0


def test_words_that_wait_are_counted_in_the_nation(client, employer, owner):
    words = {"intro": "做米粉的小店，加微信 mifen2024 详谈。"}
    submit_public_text("employer_intro", employer.pk, words, owner)
    assert get_figures_json(client, "")["waiting"]["texts"] == 1


def test_json_has_the_keys_it_promises(client, month):
    figures = get_figures_json(client)
    assert list(figures) == [
        "place", "fewest", "months", "total", "waiting", "definitions",
    ]  # fmt: skip
    assert figures["place"] == {"code": 433100, "name": "湘西土家族苗族自治州", "slug": "xiangxi"}
    assert get_figures_json(client, "")["place"] is None
    assert list(figures["definitions"]) == list(figures["total"]["figures"]) == list(FIGURES)
    assert (
        {*figures["waiting"], "texts"}
        == set(get_figures_json(client, "")["waiting"])
        == set(WAITING)
    )
    running, last, *_older = figures["months"]
    assert (running["running"], last["running"]) == (True, False)
    assert last["month"] == f"{month:%Y-%m}"
    assert last["figures"]["refused_auto"] == {"n": 1, "parts": {"fee": 1}}
    assert last["figures"]["removed_fraud"] == {"n": 1, "parts": {"upfront_fee": 1}}
    assert last["figures"]["report_time"] == {"n": 0, "median_minutes": None, "p90_minutes": None}
    assert last["figures"]["reports_in_time"] == {"n": 0, "percent": None}


def test_few_reports_are_told_without_their_reasons(client, publish):
    listing, reports = publish(), []
    for who in ("a", "b", "c"):
        submit_report(listing=listing, reason="fake_info", marks=[who])
        cache.clear()
        reports.append(get_figures_json(client)["months"][0]["figures"]["reports"])
    assert reports == [
        {"n": 1, "parts": None},
        {"n": 2, "parts": None},
        {"n": 3, "parts": {"fake_info": 3}},
    ]


def test_csv_opens_in_a_spreadsheet_and_says_the_same(client, month):
    response = client.get("/xiangxi/governance.csv")
    assert response.content.startswith(b"\xef\xbb\xbf")
    assert response["Content-Disposition"] == 'attachment; filename="governance-xiangxi.csv"'
    rows = list_csv_rows(client)
    assert tuple(rows[0]) == HEADINGS
    of_month = {
        (row["代号"], row["分项代号"]): row["数值"]
        for row in rows
        if row["月份"] == f"{month:%Y-%m}"
    }
    assert of_month["submitted", ""] == "3"
    assert of_month["refused_auto", "fee"] == "1"
    total = {row["代号"]: row["数值"] for row in rows if row["月份"] == TOTAL}
    assert set(total) == set(FIGURES)


def test_no_word_of_ours_begins_as_a_formula_does():
    labels = [f.label for f in FIGURES.values()]
    labels += [name for names in PARTS.values() for name in names.values()]
    assert [label for label in labels if label.startswith(FORMULA)] == []


def test_a_page_takes_few_queries_however_much_happened(client, month):
    """The operator, the months written down, the running one, what waits."""
    for address in (PAGE, "/governance/", "/xiangxi/governance.json"):
        with CaptureQueriesContext(connection) as caught:
            client.get(address)
        assert len(caught) <= 4, [query["sql"][:80] for query in caught]
    with CaptureQueriesContext(connection) as caught:
        client.get(PAGE)
    assert len(caught) == 3


def test_a_month_that_ended_just_now_is_counted_until_it_is_written_down(client, employer, owner):
    hand_in(employer, owner)
    into_last_month()
    assert "上个月湘西：收到 1 条兼职" in get_page_text(client)


def test_an_old_name_of_a_place_leads_to_its_page(client):
    assert client.get("/xiangfan/governance/").url == "/xiangyang/governance/"


def test_the_sitemap_names_the_pages_of_cities_that_have_figures(client, month):
    text = client.get("/sitemap-governance.xml").content.decode()
    assert "/xiangxi/governance/</loc>" in text and "/hunan/governance/</loc>" in text
    assert "/jishou/governance/" not in text and "/hefei/governance/" not in text
    assert (
        "<loc>http://testserver/governance/</loc>"
        in client.get("/sitemap-pages.xml").content.decode()
    )


def test_the_files_may_be_kept_for_a_minute_and_hold_nothing_of_the_reader(client, month):
    for kind in ("json", "csv"):
        response = client.get(f"/xiangxi/governance.{kind}")
        assert response["Cache-Control"] == "public, max-age=60"
        assert not response.cookies and "cookie" not in response.get("Vary", "").lower()


def test_the_digests_of_months_are_nowhere_public(client, month):
    """With them anybody could try out which reasons were left unsaid."""
    digests = set(GovernanceMonth.objects.values_list("digest", flat=True))
    everything = (
        json.dumps(get_figures_json(client)) + get_page_text(client) + str(list_csv_rows(client))
    )
    assert not [digest for digest in digests if digest in everything]


def test_the_document_defines_every_figure_as_the_page_does():
    text = (Path(settings.BASE_DIR) / "docs" / "governance.md").read_text()
    for group in GROUPS:
        assert f"## {group.title} (`{group.code}`)" in text
        for figure in group.figures:
            assert f"| `{figure.code}` | {figure.label} | {figure.means} |" in text
    for name, codes in PARTS.items():
        # A new type of fraud is a folder, and no row of a list elsewhere.
        for code in ["other"] if name == "fraud_type" else codes:
            assert f"`{code}`" in text, code


def test_months_are_named_as_they_are_written():
    assert parse_month("2026-10").month == 10
    assert parse_month("2026-13") is parse_month("10") is None
