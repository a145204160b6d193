"""Sources of reposts in the admin: who may trust one, with what reason, and what is kept of it."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from listings.models import Listing, ListingSource
from safety.moderation.permissions import ensure_moderator_group
from tests.accounts.staff.test_roles import make_colleague
from tests.conftest import build_listing_fields
from tests.edit_marks import read_edit_mark
from tests.people import make_person, sign_in
from tools.demo.factories import trust_source

pytestmark = pytest.mark.django_db
LIST = "admin:listings_listingsource_changelist"
ADD = "admin:listings_listingsource_add"
WHY = "看了五十条都对"


@pytest.fixture
def boss(client):
    user = User.objects.create_superuser("boss@example.com")
    sign_in(client, user)
    return user


@pytest.fixture
def source():
    return ListingSource.objects.create(name="街坊报", note="县里的")


def page_of(source):
    return reverse("admin:listings_listingsource_change", args=[source.pk])


def form_of(source, **changed):
    """What the browser sends for a source that is there already; an empty box sends nothing."""
    data = {"sample_every": source.sample_every, "note": source.note, "reason": ""}
    data |= {"is_trusted": "on"} if source.is_trusted else {}
    data |= {"events-TOTAL_FORMS": 0, "events-INITIAL_FORMS": 0}
    return data | read_edit_mark(source) | changed


def get_trust_state(source):
    source.refresh_from_db()
    return source.is_trusted, source.sample_every, source.note


def read_body(answer):
    return answer.content.decode()


def sign_in_staff(client, *permissions):
    user = make_person("staff", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    sign_in(client, user)
    return user


def test_a_source_is_trusted_with_a_reason_that_is_kept_and_shown(client, boss, source):
    answer = client.post(page_of(source), form_of(source, is_trusted="on", reason=WHY))
    assert answer.status_code == 302
    assert get_trust_state(source) == (True, 10, "县里的")
    event = source.events.get()
    assert (event.actor, event.action, event.reason) == (boss, "trusted", WHY)
    assert (event.before, event.after) == ("untrusted", "trusted")
    page = read_body(client.get(page_of(source)))
    assert WHY in page and "标为信任" in page and "不信任" in page
    assert "信任" in LogEntry.objects.get().get_change_message()


def test_another_sample_is_kept_and_shown_too(client, boss):
    source = trust_source("街坊报", sample_every=10)
    client.post(page_of(source), form_of(source, sample_every="0", reason=WHY))
    assert get_trust_state(source) == (True, 0, "")
    event = source.events.first()
    assert (event.action, event.before, event.after) == ("sample", "10", "0")
    page = read_body(client.get(page_of(source)))
    assert "改抽查" in page and "每 10 条抽 1 条" in page and "不抽查" in page


@pytest.mark.parametrize("changed", [{"is_trusted": "on"}, {"sample_every": "5"}])
@pytest.mark.parametrize("reason", ["", "  "])
def test_without_a_reason_nothing_changes(client, boss, source, changed, reason):
    answer = client.post(page_of(source), form_of(source, reason=reason, note="新", **changed))
    assert answer.status_code == 200 and "改信任或抽查，要写明原因。" in read_body(answer)
    assert get_trust_state(source) == (False, 10, "县里的") and not source.events.exists()


def test_a_note_needs_no_reason_and_is_no_event(client, boss, source):
    assert client.post(page_of(source), form_of(source, note="县里的早报")).status_code == 302
    assert get_trust_state(source) == (False, 10, "县里的早报") and not source.events.exists()


def test_a_note_beside_a_trust_hides_nothing_from_the_history(client, boss, source):
    client.post(page_of(source), form_of(source, is_trusted="on", note="新", reason=WHY))
    assert get_trust_state(source) == (True, 10, "新")
    assert source.events.get().action == "trusted"


def test_a_reason_for_nothing_is_not_lost_in_silence(client, boss, source):
    answer = client.post(page_of(source), form_of(source, reason=WHY))
    assert answer.status_code == 200 and "都没有改" in read_body(answer)


@pytest.mark.parametrize("wrong", ["-1", "", "99999", "x"])
def test_a_sample_is_a_small_number(client, boss, source, wrong):
    answer = client.post(page_of(source), form_of(source, sample_every=wrong, reason=WHY))
    assert answer.status_code == 200
    assert get_trust_state(source) == (False, 10, "县里的")


def test_looking_changes_nothing(client, boss, source):
    answer = client.get(page_of(source), {"is_trusted": "on", "reason": WHY, "_save": "1"})
    assert answer.status_code == 200
    assert get_trust_state(source) == (False, 10, "县里的") and not source.events.exists()


def test_who_has_the_permission_may_trust_one(client, source):
    user = sign_in_staff(client, "change_listingsource")
    client.post(page_of(source), form_of(source, is_trusted="on", reason=WHY))
    assert get_trust_state(source)[0] and source.events.get().actor == user


def test_a_moderator_sees_but_does_not_trust(client, source):
    moderator = make_person("mod", is_staff=True)
    moderator.groups.add(ensure_moderator_group())
    sign_in(client, moderator)
    trust_source(source.name)
    page = read_body(client.get(page_of(source)))
    assert "演示：来源可靠" in page and "form-row field-reason" not in page and "_save" not in page
    answer = client.post(page_of(source), form_of(source, note="x", reason=WHY))
    assert answer.status_code == 403
    assert get_trust_state(source) == (True, 0, "县里的")


def test_others_come_to_no_page_of_it(client, source):
    sign_in_staff(client, "view_listing")
    assert client.get(reverse(LIST)).status_code == 403
    assert client.get(page_of(source)).status_code == 403
    client.logout()
    assert client.get(page_of(source)).status_code == 302


def test_name_and_history_cannot_be_posted_and_nothing_is_deleted(client, boss):
    source = trust_source("街坊报", sample_every=10)
    event = source.events.get()
    forged = {"events-TOTAL_FORMS": 1, "events-INITIAL_FORMS": 1, "events-0-id": event.pk}
    forged |= {"events-0-source": source.pk, "events-0-reason": "别的", "events-0-DELETE": "on"}
    client.post(page_of(source), form_of(source, name="改名", note="新", **forged))
    assert get_trust_state(source) == (True, 10, "新") and source.name == "街坊报"
    assert source.events.get().reason == "演示：来源可靠"
    delete = reverse("admin:listings_listingsource_delete", args=[source.pk])
    assert client.post(delete, {"post": "yes"}).status_code == 403


def test_a_source_that_is_added_by_hand_is_not_trusted(client, boss):
    data = {"name": "晚报", "note": "", "is_trusted": "on", "sample_every": "0"}
    assert client.post(reverse(ADD), data).status_code == 302
    source = ListingSource.objects.get()
    assert (source.name, *get_trust_state(source)) == ("晚报", False, 10, "")


def test_a_repost_added_by_staff_makes_its_source_known_and_waits(client, boss, place):
    data = build_listing_fields(title="新来的活", region=place("jishou").adcode, source_name="晚报")
    data |= {"mode": "on_site", "education": "none", "company_text": "面馆"}
    answer = client.post(reverse("admin:listings_listing_add"), data)
    assert answer.status_code == 302
    assert Listing.objects.get().status == "draft"
    assert list(ListingSource.objects.values_list("name", "is_trusted")) == [("晚报", False)]


def test_the_page_counts_its_reposts_and_leads_to_them(client, boss, source):
    for number, status in enumerate(("pending", "pending", "removed")):
        text = build_listing_fields(title=f"活{number}")
        Listing.objects.create(source_name=source.name, status=status, **text)
    Listing.objects.create(
        source_name="邻里报", status="pending", **build_listing_fields(title="别处的")
    )
    page = read_body(client.get(page_of(source)))
    query = "?source_name=%E8%A1%97%E5%9D%8A%E6%8A%A5&amp;status__exact=pending"
    assert f'{query}">待审核 2</a>' in page and "已下架 1" in page
    answer = client.get(reverse("admin:listings_listing_changelist") + query.replace("&amp;", "&"))
    assert {row.title for row in answer.context["cl"].result_list} == {"活0", "活1"}


def test_the_page_leads_nobody_to_a_list_that_they_may_not_open(client, source, place):
    text = build_listing_fields()
    Listing.objects.create(source_name=source.name, status="pending", **text)
    sign_in(client, make_colleague("operator", role="operator"))
    page = read_body(client.get(page_of(source)))
    assert "待审核 1" in page and "/listings/listing/" not in page


def test_the_list_says_what_is_done_with_each(client, boss, source):
    trust_source("晚报", sample_every=4)
    trust_source("早报")
    page = read_body(client.get(reverse(LIST)))
    assert "逐条审核" in page and "每 4 条抽 1 条" in page and "不抽查" in page


def test_more_sources_and_a_longer_history_take_no_more_queries(client, boss, source):
    def count_queries(address):
        with CaptureQueriesContext(connection) as caught:
            assert client.get(address).status_code == 200
        return len(caught)

    def add(number):
        actor = make_person(f"p{number}")
        source.events.create(actor=actor, action="sample", before="1", after="2", reason="因为")
        trust_source(f"报{number}")

    add(0)
    for address in (reverse(LIST), page_of(source)):
        client.get(address)  # what is read once and kept
    few = count_queries(reverse(LIST)), count_queries(page_of(source))
    for number in range(1, 5):
        add(number)
    assert (count_queries(reverse(LIST)), count_queries(page_of(source))) == few


def test_who_has_some_places_reads_how_many_reposts_lie_there(client, source, place):
    for slug in ("jishou", "beijing"):
        text = build_listing_fields(title=slug, region_id=place(slug).adcode)
        Listing.objects.create(source_name=source.name, status="pending", **text)
    sign_in(client, make_colleague("local", places=[place("xiangxi")]))
    assert "待审核 1</a>" in read_body(client.get(page_of(source)))
