"""After a removal for fraud the employer has nothing left of those who signed up, and they read on
the page of their sign-up what it was."""

import pytest
from django.test import Client

from listings.applications.transitions import move_application
from safety.appeals.transitions import create_appeal, decide_appeal
from sitekit.workflow.refusals import MoveRefused
from tests.people import make_person, sign_in
from tests.safety.desks import make_moderator_user
from tests.safety.fraud_removals import remove_listing_for_fraud, sign_up

pytestmark = pytest.mark.django_db
PHONE = "138 0000 0000"


@pytest.fixture
def listing(publish):
    return publish(title="在家点赞", contact_phone="13900001111")


@pytest.fixture
def seeker():
    return make_person("seeker")


def pages_of_the_employer(owner, listing):
    desk = sign_in(Client(), owner)
    ours = (f"/employer/listings/{listing.pk}/applications/", "/employer/applications/")
    return [desk.get(address).content.decode() for address in ours]


def test_the_employer_reads_no_name_and_no_phone_any_more(listing, seeker, owner):
    sign_up(listing, seeker)
    assert all(PHONE in page and "小龙" in page for page in pages_of_the_employer(owner, listing))
    remove_listing_for_fraud(listing)
    for page in pages_of_the_employer(owner, listing):
        assert "报名人的资料收起来了" in page
        assert PHONE not in page and "13800000000" not in page and "小龙" not in page
        assert 'value="accepted"' not in page


def test_after_an_appeal_that_is_upheld_they_are_there_again(listing, seeker, owner):
    sign_up(listing, seeker)
    remove_listing_for_fraud(listing)
    row = create_appeal(listing, owner, "没有收过钱。")
    decide_appeal(row.pk, "upheld", make_moderator_user("another"), "是同行乱说的")
    assert all(PHONE in page for page in pages_of_the_employer(owner, listing))


@pytest.mark.parametrize("to", ["declined", "accepted"])
def test_nothing_is_decided_of_them_any_more(listing, seeker, owner, to):
    row = sign_up(listing, seeker)
    remove_listing_for_fraud(listing)
    with pytest.raises(MoveRefused, match="因涉诈下架"):
        move_application(row.pk, to, owner, "人已经够了")
    move_application(row.pk, "withdrawn", seeker)


def test_nobody_who_was_defrauded_is_marked_as_not_come(listing, seeker, owner):
    row = sign_up(listing, seeker)
    move_application(row.pk, "accepted", owner)
    remove_listing_for_fraud(listing)
    with pytest.raises(MoveRefused, match="因涉诈下架"):
        move_application(row.pk, "no_show", owner, "联系不上")


def test_who_signed_up_reads_there_that_it_was_a_fraud(listing, seeker):
    row = sign_up(listing, seeker)
    remove_listing_for_fraud(listing)
    mine = sign_in(Client(), seeker)
    for address in (f"/me/applications/{row.pk}/", "/me/applications/"):
        page = mine.get(address).content.decode()
        assert "因涉诈下架" in page and "别再和对方联系" in page
        assert "等招聘单位回复" not in page
    assert "看不到这些了" in mine.get(f"/me/applications/{row.pk}/").content.decode()


def test_the_sign_up_leads_to_help_and_evidence_as_the_notice_does(listing, seeker, owner):
    row, other = sign_up(listing, seeker), sign_up(listing, make_person("other"))
    case = remove_listing_for_fraud(listing)
    mine = sign_in(Client(), seeker)
    page = mine.get(f"/me/applications/{row.pk}/").content.decode()
    warned = case.warnings.get(user=seeker)
    assert f'href="/me/evidence/{warned.pk}/">看怎么办、拿证据</a>' in page
    assert 'href="tel:110"' in page
    assert mine.get(f"/me/evidence/{warned.pk}/").status_code == 200
    case.warnings.filter(user=other.seeker).delete()
    page = sign_in(Client(), other.seeker).get(f"/me/applications/{other.pk}/").content.decode()
    assert "/me/evidence/" not in page and 'href="tel:110"' in page
    assert f'href="{listing.get_absolute_url()}">看怎么办</a>' in page
