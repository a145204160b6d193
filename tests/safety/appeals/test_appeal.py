"""Appealing: against what, by whom, once; what the pages show."""

from datetime import timedelta

import pytest
from django.test import Client

from listings.models import ListingRevision
from listings.publication.transitions import CONTESTABLE_STATUSES, move_listing, submit_revision
from safety.appeals.transitions import EMPLOYER_APPEAL_ADVICE, LISTING_APPEAL_ADVICE, decide_appeal
from safety.choices import REFUSED_EDIT
from safety.models import Appeal, AppealEvent
from sitekit.models import LimitSetting
from sitekit.site_settings.limits import LIMITS
from tests.at_once import at_once
from tests.conftest import build_listing_fields, build_listing_publisher, tea_shop
from tests.people import make_person, sign_in
from tests.safety.appealing import (
    WORDS,
    employer_at,
    make_appeal,
    make_superuser,
    move_listing_to_status,
    refuse_edit,
)

pytestmark = pytest.mark.django_db
CONTESTED = ["rejected", "held", "removed", "removed_fraud"]


@pytest.fixture
def moderator():
    return make_superuser("moderator")


@pytest.fixture
def listing(publish):
    return publish(title="周末传单派发")


@pytest.fixture
def desk(client, owner):
    return sign_in(client, owner)


def get_page_with_status(client, address):
    response = client.get(address)
    return response.status_code, response.content.decode()


@pytest.mark.usefixtures("operator_settings")
def test_the_page_and_new_appeals_follow_what_the_operator_promises(
    desk, owner, listing, moderator
):
    move_listing_to_status(listing, "held", moderator)
    address = f"/appeal/listing/{listing.pk}/"
    assert "最迟 3 天有结果" in desk.get(address).content.decode()
    LimitSetting.objects.create(name="appeal_days", value=2)
    LIMITS.forget()
    assert "最迟 2 天有结果" in desk.get(address).content.decode()
    appeal = make_appeal(listing, owner)
    assert round((appeal.due_at - appeal.created_at) / timedelta(days=1)) == 2


@pytest.mark.parametrize("status", CONTESTED)
def test_a_listing_taken_away_can_be_appealed_for(desk, owner, listing, moderator, status):
    move_listing_to_status(listing, status, moderator)
    address = f"/appeal/listing/{listing.pk}/"
    code, text = get_page_with_status(desk, address)
    assert code == 200 and "有人反映要押金" in text and listing.get_status_display() in text
    assert LISTING_APPEAL_ADVICE[status] in text, "what would cure it"
    response = desk.post(address, {"words": WORDS})
    row = Appeal.objects.get()
    assert response.url == f"/appeal/{row.pk}/"
    assert (row.listing, row.appellant, row.against) == (listing, owner, status)
    assert (row.decided_by, row.words, row.status) == (moderator, WORDS, "open")
    event = AppealEvent.objects.get()
    assert (event.actor, event.before, event.after) == (owner, "", "open")
    code, text = get_page_with_status(desk, response.url)
    assert code == 200 and WORDS in text and row.display_ticket in text


def test_a_refused_edit_of_a_public_listing_can_be_appealed_against(desk, listing, moderator):
    refuse_edit(listing, moderator)
    code, text = get_page_with_status(desk, f"/appeal/listing/{listing.pk}/")
    assert code == 200 and "修改没有通过" in text and "写了收费" in text
    desk.post(f"/appeal/listing/{listing.pk}/", {"words": WORDS})
    row = Appeal.objects.get()
    assert (row.against, row.decided_by) == ("refuse_edit", moderator)


def test_a_newer_text_leaves_nothing_to_appeal_against(desk, listing, moderator):
    refuse_edit(listing, moderator)
    submit_revision(listing, ListingRevision(**build_listing_fields(title="又改了")))
    assert (
        "现在没有可以申诉的决定" in get_page_with_status(desk, f"/appeal/listing/{listing.pk}/")[1]
    )


@pytest.mark.parametrize("status", ["rejected", "frozen", "banned"])
def test_an_employer_can_appeal(desk, employer, moderator, status):
    employer_at(employer, status, moderator)
    address = f"/appeal/employer/{employer.pk}/"
    code, text = get_page_with_status(desk, address)
    assert code == 200 and "材料对不上" in text and EMPLOYER_APPEAL_ADVICE[status] in text
    desk.post(address, {"words": WORDS})
    row = Appeal.objects.get()
    assert (row.employer, row.against, row.decided_by) == (employer, status, moderator)


@pytest.mark.parametrize("status", ["published", "paused", "filled", "withdrawn"])
def test_there_is_nothing_to_appeal_against_otherwise(desk, listing, moderator, status):
    if status != "published":
        move_listing(listing.pk, status, None)
    address = f"/appeal/listing/{listing.pk}/"
    code, text = get_page_with_status(desk, address)
    assert code == 200 and "现在没有可以申诉的决定" in text and "<textarea" not in text
    assert desk.post(address, {"words": WORDS}).status_code == 200
    assert not Appeal.objects.exists()


def test_an_employer_in_good_standing_has_nothing_to_appeal_against(desk, employer):
    address = f"/appeal/employer/{employer.pk}/"
    assert desk.post(address, {"words": WORDS}).status_code == 200
    assert not Appeal.objects.exists()


def test_only_who_acts_for_the_employer(owner, employer, listing, publish, moderator):
    move_listing_to_status(listing, "removed", moderator)
    row = make_appeal(listing, owner)
    repost = publish(by=None, listing_fields={"source_name": "某报招聘版"})
    move_listing(repost.pk, "removed", moderator, "因为")
    addresses = [
        f"/appeal/listing/{listing.pk}/",
        f"/appeal/listing/{repost.pk}/",
        f"/appeal/employer/{employer.pk}/",
        f"/appeal/{row.pk}/",
        "/appeal/listing/999999999/",
        "/appeal/employer/999999999/",
        "/appeal/999999999/",
    ]
    for somebody in (make_person("other"), moderator):
        client = sign_in(Client(), somebody)
        for address in addresses:
            assert client.get(address).status_code == 404, address
            code = client.post(address, {"words": WORDS}).status_code
            assert code in (404, 405), address
    for address in addresses:
        response = Client().get(address)
        assert response.status_code == 302 and "/accounts/login/" in response.url
    assert Appeal.objects.count() == 1


def test_a_colleague_sees_it_too(owner, employer, listing, moderator):
    move_listing_to_status(listing, "held", moderator)
    row = make_appeal(listing, owner)
    colleague = make_person("colleague")
    employer.memberships.create(user=colleague)
    client = sign_in(Client(), colleague)
    assert get_page_with_status(client, f"/appeal/{row.pk}/")[0] == 200


@pytest.mark.parametrize(
    ("words", "message"),
    [("", "请写明哪里判错了"), ("太短", "至少写 10 个字"), ("长" * 2001, "最多写 2000 字")],
)
def test_words_are_needed(desk, listing, moderator, words, message):
    move_listing_to_status(listing, "held", moderator)
    response = desk.post(f"/appeal/listing/{listing.pk}/", {"words": words})
    assert response.status_code == 200 and message in response.content.decode()
    assert words in response.content.decode()
    assert not Appeal.objects.exists()


def test_sent_twice_it_is_one(desk, listing, moderator):
    move_listing_to_status(listing, "held", moderator)
    address = f"/appeal/listing/{listing.pk}/"
    answers = {desk.post(address, {"words": WORDS}).url for _ in range(3)}
    row = Appeal.objects.get()
    assert answers == {f"/appeal/{row.pk}/"}
    assert desk.get(address).url == f"/appeal/{row.pk}/", "there is one already"


def test_one_decision_is_appealed_against_once(desk, owner, listing, moderator):
    move_listing_to_status(listing, "held", moderator)
    row = make_appeal(listing, owner)
    decide_appeal(row.pk, "dismissed", make_superuser("second"), "维持：证据不够")
    address = f"/appeal/listing/{listing.pk}/"
    assert desk.get(address).url == f"/appeal/{row.pk}/"
    assert desk.post(address, {"words": WORDS}).status_code == 302
    assert Appeal.objects.count() == 1
    move_listing(listing.pk, "removed", moderator, "又查到别的")
    assert desk.get(address).status_code == 200, "another decision, another appeal"
    desk.post(address, {"words": WORDS})
    assert Appeal.objects.count() == 2


def test_who_decided_stays_who_decided_after_an_edit_by_the_staff(owner, listing, moderator):
    move_listing_to_status(listing, "removed", moderator)
    editor = make_superuser("editor")
    listing.events.create(actor=editor, action="edit", before="removed", after="removed")
    assert make_appeal(listing, owner).decided_by == moderator


def test_what_nobody_decided_is_nobodys(owner, listing):
    move_listing(listing.pk, "held", None, "不止一个人举报")
    assert make_appeal(listing, owner).decided_by is None


def test_the_code_shows_the_state_of_an_appeal(owner, listing, moderator):
    move_listing_to_status(listing, "held", moderator)
    row = make_appeal(listing, owner)
    asked = {"code": row.display_ticket}
    text = Client().post("/report/status/", asked).content.decode()
    assert "等审核员来看" in text
    assert "周末传单派发" not in text and WORDS not in text
    decide_appeal(row.pk, "dismissed", make_superuser("second"), "证据不够")
    text = Client().post("/report/status/", asked).content.decode()
    assert "维持原来的决定" in text and "证据不够" in text


def test_the_page_of_an_appeal_is_only_read(desk, owner, listing, moderator):
    move_listing_to_status(listing, "held", moderator)
    assert desk.post(f"/appeal/{make_appeal(listing, owner).pk}/").status_code == 405


def test_a_form_of_another_site_appeals_nothing(owner, listing, moderator):
    move_listing_to_status(listing, "held", moderator)
    strict = sign_in(Client(enforce_csrf_checks=True), owner)
    assert strict.post(f"/appeal/listing/{listing.pk}/", {"words": WORDS}).status_code == 403


def test_at_the_same_moment_it_is_one(committed):
    shop, owner = tea_shop(), make_person("owner")
    shop.memberships.create(user=owner, role="owner")
    listing = build_listing_publisher(shop)()
    move_listing(listing.pk, "held", None, "核查")
    appeals = at_once(*[lambda: make_appeal(listing, owner)] * 4)
    assert appeals == [Appeal.objects.get()] * 4


def test_whatever_can_be_contested_has_words_of_what_would_cure_it():
    assert set(LISTING_APPEAL_ADVICE) == CONTESTABLE_STATUSES | {REFUSED_EDIT}
