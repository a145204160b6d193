"""The filter that a moderator keeps: on all queues, for the next case, for the figures."""

from datetime import timedelta

import pytest
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from accounts.models import PublicText
from accounts.staff.scope import NATIONAL_SCOPE
from listings.models import Listing, ListingRevision
from listings.publication.transitions import move_listing
from safety.case_queues.queue_filters import (
    NO_FILTER,
    QueueFilterForm,
    get_queue_filter,
    store_queue_choices,
)
from safety.models import Appeal, QueueFilter
from safety.moderation.decisions import CASE_TYPES
from safety.reports.submission import submit_report
from tests.articles import make_alert
from tests.people import make_person, sign_in
from tests.safety.desks import make_moderator_user, make_pending_listing, waiting_text
from tools.demo.factories import make_employer

pytestmark = pytest.mark.django_db
QUEUE = "/admin/desk/listings/"


def post_queue_filter(client, queue="listings", **parts):
    return client.post(reverse(f"desk:{queue}_filter"), parts)


def list_titles(client, **parts):
    """The rows of the queue of listings by this filter and nothing of an earlier one."""
    post_queue_filter(client, clear="1")
    assert post_queue_filter(client, **parts).status_code == 302
    return [row.title for row in client.get(QUEUE).context["rows"]]


def test_it_is_by_reason_city_kind_of_work_and_risk(client, mod, employer, publish, place):
    make_pending_listing(employer, title="吉首传单")
    hefei = place("hefei").adcode
    make_pending_listing(employer, title="合肥礼仪", category="etiquette_model", region_id=hefei)
    fresh = make_employer("新来的店", status="pending")
    make_pending_listing(fresh, title="未认证的", level="high")
    waiting_text(publish(title="公开的修改"))
    assert list_titles(client, why="edit") == ["公开的修改"]
    assert list_titles(client, risk="high") == list_titles(client, why="unverified") == ["未认证的"]
    assert (
        list_titles(client, why="category") == list_titles(client, group="events") == ["合肥礼仪"]
    )
    assert list_titles(client, region="合肥") == list_titles(client, region="Hefei") == ["合肥礼仪"]
    assert list_titles(client, region="湘西", risk="low") == ["吉首传单", "公开的修改"]


def test_one_part_is_changed_and_the_others_stay(client, mod, employer):
    post_queue_filter(client, region="湘西", group="events", why="new")
    post_queue_filter(client, risk="high")
    kept = QueueFilter.objects.get(moderator=mod)
    assert (kept.region.slug, kept.group, kept.risk, kept.why) == (
        "xiangxi", "events", "high", "new"
    )  # fmt: skip
    post_queue_filter(client, "employers", region="")
    kept.refresh_from_db()
    assert (kept.region_id, kept.group) == (None, "events")
    post_queue_filter(client, clear="1")
    assert not QueueFilter.objects.exists()


@pytest.mark.parametrize(
    "parts", [{"region": "没有这个地方"}, {"region": "长" * 400}, {"group": "a\0"}, {"risk": "zz"}]
)
def test_what_can_not_be_kept_is_said_at_its_field_and_changes_nothing(client, mod, parts):
    post_queue_filter(client, region="湘西")
    answer = post_queue_filter(client, **parts)
    assert answer.status_code == 422 and answer.context["filter_form"].errors.keys() == set(parts)
    kept = QueueFilter.objects.get()
    assert kept.region.slug == "xiangxi" and not kept.group and not kept.risk
    if "region" in parts:
        assert f'value="{parts["region"]}"' in answer.content.decode()


def test_it_is_of_one_account_and_holds_on_the_next_visit(client, mod, employer, place):
    make_pending_listing(employer, title="吉首传单")
    post_queue_filter(client, region="合肥")
    client.logout()
    sign_in(client, make_moderator_user("second"))
    assert len(client.get(QUEUE).context["rows"]) == 1
    client.logout()
    sign_in(client, mod)
    page = client.get(QUEUE)
    assert page.context["rows"] == [] and "这样筛选，没有待处理的" in page.content.decode()


def test_the_next_case_after_a_decision_passes_it(client, mod, employer, place):
    hefei = place("hefei").adcode
    urgent = make_pending_listing(employer, title="吉首的", level="high")
    first = make_pending_listing(employer, title="合肥一", region_id=hefei)
    two = make_pending_listing(employer, title="合肥二", region_id=hefei)
    post_queue_filter(client, region="合肥")
    assert client.post(reverse("desk:listings_next")).url == reverse(
        "desk:listing", args=[first.pk]
    )
    decide = reverse("desk:listing_decide", args=[first.pk])
    answer = client.post(decide, {"action": "published"})
    assert answer.url == reverse("desk:listing", args=[two.pk])
    decide = reverse("desk:listing_decide", args=[two.pk])
    page = client.post(decide, {"action": "published"}, follow=True).content.decode()
    assert "按你的筛选，这一队都处理完了" in page and "这一队一共 1 件" in page
    post_queue_filter(client, clear="1")
    answer = client.post(reverse("desk:listings_next"))
    assert answer.url == reverse("desk:listing", args=[urgent.pk])


def test_a_queue_says_how_many_pass_it_and_since_when_the_oldest_waits(client, mod, employer):
    for level, days in (("high", 1), ("low", 3), ("low", 9)):
        case = make_pending_listing(employer, level=level)
        at = timezone.now() - timedelta(days=days, hours=1)
        ListingRevision.objects.filter(listing=case).update(created_at=at)
    page = " ".join(client.get(QUEUE).content.decode().split())
    assert "<b>3</b> 件 · 等得最久的 9 天" in page
    assert "筛选会记住，各个队列都用它" in page and "名下" not in page
    assert "风险高 <b>1</b> <small>1 天" in page and "风险低 <b>2</b> <small>9 天" in page
    post_queue_filter(client, risk="high")
    page = " ".join(client.get(QUEUE).content.decode().split())
    assert "筛选出 <b>1</b> 件 · 等得最久的 1 天 · 这一队一共 3 件" in page
    assert "风险低 <b>2</b>" in page, "what another risk would show stays in sight"


@pytest.fixture(scope="module")
def of_each_kind(publish_once, place):
    """Numbers of cases by kind: in 合肥 and in 湘西, as (there, here)."""
    publish, owner = publish_once, make_person("owner")
    numbers = {kind: [] for kind in CASE_TYPES}
    first = make_moderator_user("first")
    for slug in ("hefei", "jishou"):
        region = place(slug)
        shop = make_employer(f"{slug}小店", region=slug, status="pending")
        Listing.objects.filter(pk=(listing := publish()).pk).update(region=region)
        Listing.objects.filter(pk=(held := publish()).pk).update(region=region)
        move_listing(held.pk, "held", first, "核实")
        numbers["listing"].append(held.pk)
        numbers["employer"].append(shop.pk)
        values = {"author": owner, "values": {"intro": "你好"}, "status": "waiting", "score": 1}
        text = PublicText.objects.create(kind="employer_intro", subject=shop.pk, **values)
        numbers["text"].append(text.pk)
        numbers["report"].append(submit_report(listing=listing, reason="other", marks=[slug]).pk)
        due = timezone.now()
        appeal = Appeal.objects.create(
            ticket=slug, employer=shop, against="frozen", words="x", due_at=due
        )
        numbers["appeal"].append(appeal.pk)
    return numbers


@pytest.mark.parametrize("kind", ["listing", "employer", "text", "report", "appeal"])
def test_a_city_holds_on_every_queue(client, mod, of_each_kind, kind, place):
    case_type = CASE_TYPES[kind]
    there, here = of_each_kind[kind]
    assert set(case_type.list_waiting(mod, NO_FILTER)) == {there, here}
    filters = QueueFilter(region=place("anhui"))
    assert list(case_type.list_waiting(mod, filters)) == [there]
    assert case_type.measure_queue(filters, NATIONAL_SCOPE).number == 1
    assert case_type.measure_queue(NO_FILTER, NATIONAL_SCOPE).number == 2
    post_queue_filter(client, case_type.queue_name, region="安徽")
    page = client.get(reverse(f"desk:{case_type.queue_name}"))
    assert len(page.context["rows"]) == 1 and page.context["waiting_in_all"] == 2


def test_what_has_neither_place_nor_kind_of_work_passes_every_filter(mod, place):
    report = submit_report(article=make_alert("一篇文章"), reason="other", marks=["a"])
    filters = QueueFilter(region=place("hefei"), group="events", risk="high")
    assert list(CASE_TYPES["report"].list_waiting(mod, filters)) == [report.pk]


def test_it_goes_with_the_account(mod):
    from safety.personal_data import erase

    QueueFilter.objects.create(moderator=mod, risk="high")
    erase(mod)
    assert not QueueFilter.objects.exists()


def test_only_moderators_keep_one_and_only_by_post(client):
    sign_in(client, make_person("staff", is_staff=True))
    assert post_queue_filter(client, risk="high").status_code == 403
    assert not QueueFilter.objects.exists()
    client.logout()
    sign_in(client, make_moderator_user())
    assert client.get(reverse("desk:listings_filter")).status_code == 405


def test_what_two_presses_choose_first_is_stored_once():
    """Both read that nothing was chosen; one chooses a filter, the other the keys."""
    mod = make_moderator_user("twice")
    filters, again, keys = (get_queue_filter(mod) for _press in range(3))
    for kept in (filters, again):
        form = QueueFilterForm(kept, ["risk"], QueryDict("risk=high"))
        assert form.is_valid() and form.save()
    keys.single_keys = False
    store_queue_choices(keys, ["single_keys"])
    stored = QueueFilter.objects.get(moderator=mod)
    assert (stored.risk, stored.single_keys) == ("high", False)
