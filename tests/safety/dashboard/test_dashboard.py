"""Figures of the desk, drawn on the server."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from safety.dashboard.figures import (
    count_by_day,
    count_by_reason,
    list_moderator_figures,
    list_recent_decisions,
    summarise_moderation,
)
from safety.models import Appeal, CannedReason, Decision
from safety.moderation.decisions import make_decision
from sitekit.images.bar_charts import draw_horizontal_bars, draw_vertical_bars
from tests.people import make_person, sign_in
from tests.safety.desks import make_moderator_user, make_pending_listing

pytestmark = pytest.mark.django_db


def make_decision_row(mod, days_ago=0, **fields):
    fields = {"kind": "listing", "number": 1, "action": "rejected", "reason": "因为"} | fields
    at = timezone.now() - timedelta(days=days_ago)
    return Decision.objects.create(moderator=mod, created_at=at, **fields)


def test_an_empty_desk_has_a_dashboard(client, mod):
    page = client.get(reverse("desk:dashboard")).content.decode()
    assert "还没有人作过决定" in page and "style=" not in page.split("<main")[-1].split("</main")[0]


def test_it_counts_by_day_reason_and_moderator(client, mod):
    other = make_moderator_user("second")
    make_decision_row(mod, canned="contact", waited=timedelta(hours=1))
    make_decision_row(mod, 1, canned="contact", waited=timedelta(hours=3))
    make_decision_row(mod, 1, waited=timedelta(hours=90), undone_at=timezone.now())
    make_decision_row(other, 13, action="published", reason="")
    make_decision_row(other, 20)
    recent = list_recent_decisions(mod)
    counts = [n for _, n in count_by_day(recent)]
    assert len(counts) == 14 and sum(counts) == 4 and counts[-2:] == [2, 1]
    assert count_by_reason(recent) == [("正文里有联系方式", 2), ("自己写的", 1)]
    rows = {row.name: row for row in list_moderator_figures(recent)}
    assert (rows["mod"].n, rows["mod"].undone, rows["second"].n) == (3, 1, 1)
    assert rows["mod"].wait == timedelta(hours=3)
    page = client.get(reverse("desk:dashboard")).content.decode()
    assert "<svg" in page and "正文里有联系方式 2 次" in page and "3 小时" in page
    CannedReason.objects.filter(code="contact").delete()
    assert count_by_reason(recent) == [("删掉了的理由", 2), ("自己写的", 1)]


def make_appeal(listing, decided_by):
    return Appeal.objects.create(
        ticket=str(listing.pk),
        listing=listing,
        against="held",
        decided_by=decided_by,
        words="x",
        due_at=timezone.now(),
    )


def test_shares_of_what_was_undone_and_appealed(mod, employer, publish):
    listing = publish()
    make_decision_row(mod, number=listing.pk)
    make_decision_row(mod, number=listing.pk, undone_at=timezone.now())
    make_appeal(listing, mod)
    summary = summarise_moderation(list_recent_decisions(mod), mod)
    assert (summary["undone_share"], summary["appealed_share"]) == ("50%", "100%")


def test_only_appeals_against_these_decisions_are_a_share_of_them(client, mod, publish):
    contested, held_by_reports = publish(), publish()
    make_decision_row(mod, 1, number=contested.pk)
    make_decision_row(mod, number=contested.pk)
    make_appeal(contested, mod)
    make_appeal(held_by_reports, None)
    summary = summarise_moderation(list_recent_decisions(mod), mod)
    numbers = {key: summary[key] for key in ("appeals", "refusals", "appealed", "appealed_share")}
    assert numbers == {"appeals": 2, "refusals": 2, "appealed": 1, "appealed_share": "50%"}
    page = client.get(reverse("desk:dashboard")).content.decode()
    assert "写明原因的 2 次里有 1 次（50%）" in page and "收到 2 份" in page


def test_it_says_how_much_waits_and_since_when(client, mod, employer):
    case = make_pending_listing(employer)
    at = timezone.now() - timedelta(days=2, hours=23)
    case.revisions.update(created_at=at)
    page = client.get(reverse("desk:dashboard")).content.decode()
    assert "<b>1</b> 兼职待处理" in page and "等得最久的 2 天" in page


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(minutes=59), "59 分钟"),
        (timedelta(hours=23), "23 小时"),
        (timedelta(hours=31), "1 天"),
        (timedelta(days=2, hours=23), "2 天"),
    ],
)
def test_all_pages_of_the_desk_say_the_same_of_a_wait(client, mod, employer, ago, words):
    case = make_pending_listing(employer)
    case.revisions.update(created_at=timezone.now() - ago)
    queue = client.get(reverse("desk:listings")).content.decode()
    assert f"等得最久的 {words}" in queue and f"等了 </span>{words}</time>" in queue
    assert f"等得最久的 {words}" in client.get(reverse("desk:dashboard")).content.decode()
    assert words in client.get(reverse("desk:load")).content.decode()
    page = client.get(reverse("desk:listing", args=[case.pk])).content.decode()
    assert f"{words}前提交" in page


def test_more_decisions_take_no_more_queries(client, mod, employer, django_assert_num_queries):
    def count():
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as caught:
            client.get(reverse("desk:dashboard"))
        return len(caught)

    make_decision_row(mod, 2)
    few = count()
    for number in range(5):
        make_decision_row(make_moderator_user(f"m{number}"), number)
        make_pending_listing(employer)
    assert count() == few


def test_bars_fit_their_picture():
    for values in ([], [("a", 0)], [("a", 5), ("b", 10), ("c", 0)]):
        upright, lying = draw_vertical_bars(values), draw_horizontal_bars(values)
        for bar in upright["bars"]:
            assert bar.y >= 0 and bar.y + bar.height <= upright["base"]
        for bar in lying["bars"]:
            assert bar.x + bar.width <= lying["width"]


def test_the_index_of_the_admin_leads_moderators_to_the_desk(client, mod):
    desk = f'href="{reverse("desk:dashboard")}"'
    assert desk in client.get("/admin/").content.decode()
    sign_in(client, make_person("staff", is_staff=True))
    assert desk not in client.get("/admin/").content.decode()


def test_the_bar_of_undo_stands_on_every_page_of_the_desk(client, mod, employer):
    make_decision("listing", make_pending_listing(employer).pk, "published", mod)
    for name in ("dashboard", "listings", "employers", "reports", "appeals"):
        assert 'class="undo-bar"' in client.get(reverse(f"desk:{name}")).content.decode()
