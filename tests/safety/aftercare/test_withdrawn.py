"""An appeal that is upheld takes back what the removal brought: people, contacts, tombstone."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Notice
from listings.models import Listing
from listings.publication.transitions import move_listing
from safety.aftercare.warning_links import make_warning_token
from safety.appeals.transitions import create_appeal, decide_appeal
from safety.models import FraudCase, Warned
from screening.contacts import known_contacts
from screening.contacts.extraction import Contact
from screening.models import KnownContact
from sitekit.models import Mail, TextMessage
from tests.people import make_person, sign_in
from tests.safety.desks import make_moderator_user, waiting_text
from tests.safety.fraud_removals import record_contact_reveal, remove_listing_for_fraud

pytestmark = pytest.mark.django_db


@pytest.fixture
def listing(publish):
    return publish(title="在家点赞", contact_phone="13900001111", contact_wechat="")


@pytest.fixture
def uphold(listing, owner):
    def decide():
        row = create_appeal(listing, owner, "没有收过钱。")
        decide_appeal(row.pk, "upheld", make_moderator_user("another"), "是同行乱说的")

    return decide


def test_the_case_is_withdrawn_and_the_listing_stands_again(client, listing, uphold):
    case = remove_listing_for_fraud(listing)
    assert client.get(listing.get_absolute_url()).status_code == 410
    uphold()
    case.refresh_from_db()
    assert case.withdrawn_at and "是同行乱说的" in case.withdrawn_because
    assert client.get(listing.get_absolute_url()).status_code == 200


def test_everybody_who_was_warned_is_told(listing, uphold):
    seeker = make_person("seeker", wants_mail=False)
    record_contact_reveal(listing, seeker)
    record_contact_reveal(listing, email="visitor@example.com")
    record_contact_reveal(listing, phone="+8613700007777")
    remove_listing_for_fraud(listing)
    uphold()
    notice = Notice.objects.get(user=seeker, key__endswith="-back")
    assert notice.title == "「在家点赞」不是骗局，之前的提醒撤回"
    assert notice.not_before is None
    for to in (seeker.email, "visitor@example.com"):
        (mail,) = Mail.objects.filter(to=to, key__endswith="-back")
        assert "撤回" in mail.subject
    text = TextMessage.objects.get(to="+8613700007777", key__endswith="-back")
    assert text.kind == "correction" and "不是骗局" in text.text


def test_the_evidence_is_no_longer_handed_out(listing, uphold):
    seeker = make_person("seeker")
    record_contact_reveal(listing, seeker)
    remove_listing_for_fraud(listing)
    uphold()
    row = Warned.objects.get()
    mine = sign_in(Client(), seeker)
    assert "提醒已经撤回" in mine.get(f"/me/evidence/{row.pk}/").content.decode()
    assert mine.get(f"/me/evidence/{row.pk}/pack/").status_code == 302
    link = f"/evidence/{make_warning_token(row)}/"
    assert "提醒已经撤回" in Client().get(link).content.decode()
    assert Client().get(f"{link}pack/").status_code == 302


def test_removed_again_it_is_another_case_and_another_warning(listing, uphold):
    seeker = make_person("seeker")
    record_contact_reveal(listing, seeker)
    first = remove_listing_for_fraud(listing)
    uphold()
    again = remove_listing_for_fraud(listing, make_moderator_user("third"))
    assert again != first and FraudCase.objects.count() == 2
    assert Notice.objects.filter(user=seeker, title__startswith="你看过联系方式").count() == 2
    old, new = (case.warnings.get() for case in (first, again))
    mine = sign_in(Client(), seeker).get(f"/me/evidence/{old.pk}/", follow=True)
    assert mine.redirect_chain == [(f"/me/evidence/{new.pk}/", 302)]
    left = Client().get(f"/evidence/{make_warning_token(old)}/", follow=True)
    assert "提醒已经撤回" not in left.content.decode() and again.reason in left.content.decode()


def test_what_came_back_and_was_taken_down_since_is_not_called_restored(listing, uphold):
    seeker = make_person("seeker")
    record_contact_reveal(listing, seeker)
    remove_listing_for_fraud(listing)
    uphold()
    client, address = sign_in(Client(), seeker), f"/me/evidence/{Warned.objects.get().pk}/"
    assert "信息已经恢复" in client.get(address).content.decode()
    move_listing(listing.pk, "removed", make_moderator_user("third"), "写的地址不对")
    page = client.get(address).content.decode()
    assert "提醒已经撤回" in page and "恢复" not in page and "看这条信息" not in page


def test_an_appeal_that_is_dismissed_withdraws_nothing(listing, owner):
    record_contact_reveal(listing, email="visitor@example.com")
    case = remove_listing_for_fraud(listing)
    row = create_appeal(listing, owner, "没有收过钱。")
    decide_appeal(row.pk, "dismissed", make_moderator_user("another"), "有记录")
    case.refresh_from_db()
    assert case.withdrawn_at is None
    assert not Mail.objects.filter(key__endswith="-back").exists()


def test_a_removal_from_before_there_were_cases_is_taken_back_as_well(listing, owner, uphold):
    move_listing(listing.pk, "removed_fraud", None, "核实", fraud_type="pyramid")
    uphold()
    assert Listing.objects.get(pk=listing.pk).status == "published"


def test_contacts_of_every_text_are_known_again_until_the_appeal(listing, uphold, employer):
    listing.revisions.update(contact_wechat="Qian_zhuan88")
    waiting_text(listing, duties="有事打 13700008888")
    type(employer).objects.filter(pk=employer.pk).update(contact_phone="+8613600006666")
    remove_listing_for_fraud(listing)
    learned = set(KnownContact.objects.values_list("digest", "fraud_type", "source"))
    expected = {
        Contact("wechat", "qian_zhuan88", 0, 0),
        Contact("phone", "+8613700008888", 0, 0),
        Contact("phone", "+8613600006666", 0, 0),
        Contact("phone", "+8613900001111", 0, 0),
    }
    assert learned == {
        (known_contacts.hash_contact(contact), "brushing_rebate", listing.pk)
        for contact in expected
    }
    uphold()
    assert not KnownContact.objects.exists()


def test_what_ran_out_while_the_appeal_waited_is_taken_back_as_well(client, listing, uphold):
    """People were warned of it: its date is no reason to leave them with that."""
    record_contact_reveal(listing, email="visitor@example.com")
    case = remove_listing_for_fraud(listing)
    yesterday = timezone.localdate() - timedelta(days=1)
    Listing.objects.filter(pk=listing.pk).update(valid_through=yesterday)
    uphold()
    case.refresh_from_db()
    assert case.withdrawn_at and not KnownContact.objects.exists()
    assert Mail.objects.filter(to="visitor@example.com", key__endswith="-back").exists()
    page = client.get(listing.get_absolute_url())
    assert page.status_code == 200 and "已经过了有效期" in page.content.decode()


def test_each_address_that_was_written_to_gets_one_correction(listing, uphold):
    """Also where the newest line of the ledger names none, or somebody else left the same."""
    record_contact_reveal(listing, email="visitor@example.com")
    seeker = make_person("seeker")
    record_contact_reveal(listing, seeker, email="visitor@example.com")
    record_contact_reveal(listing, seeker, email="second@example.com")
    record_contact_reveal(listing, seeker)
    remove_listing_for_fraud(listing)
    uphold()
    for to in (seeker.email, "visitor@example.com", "second@example.com"):
        mails = Mail.objects.filter(to=to, key__startswith="fraud-")
        assert [mail.key.endswith("-back") for mail in mails.order_by("pk")] == [False, True], to
