"""A removal for fraud warns everybody who saw the contact or signed up, once, and at once."""

import re
import threading

import pytest
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from accounts.models import Notice
from listings.detail.contact_reveals import ContactViewer, reveal_contact
from listings.models import ContactReveal, Listing
from safety.aftercare import warnings
from safety.aftercare.fraud_cases import open_fraud_case
from safety.aftercare.warning_links import make_warning_token
from safety.evidence.person_pack import list_contact_sightings
from safety.models import FraudCase, Warned
from sitekit.models import Mail, TextMessage
from tests.people import make_person, sign_in
from tests.safety.desks import make_moderator_user
from tests.safety.fraud_removals import (
    make_contact_reveals,
    record_contact_reveal,
    remove_listing_for_fraud,
    sign_up,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def listing(publish):
    return publish(title="在家点赞", contact_phone="13900001111")


def list_fraud_notices(user):
    return Notice.objects.filter(user=user, key__startswith="fraud-")


def list_fraud_mails(to):
    return Mail.objects.filter(to=to, key__startswith="fraud-")


def list_fraud_text_messages(to):
    return TextMessage.objects.filter(to=to, key__startswith="fraud-")


def test_who_has_an_account_reads_it_at_once_in_the_inbox_and_by_mail(listing):
    seeker = make_person("seeker")
    record_contact_reveal(listing, seeker)
    case = remove_listing_for_fraud(listing)
    (notice,) = list_fraud_notices(seeker)
    assert notice.title == "你看过联系方式的「在家点赞」因涉诈下架"
    assert "刷单返利" in notice.text and "96110" in notice.text and "110" in notice.text
    assert notice.not_before is None, "a removal for fraud is final: nothing waits"
    (mail,) = list_fraud_mails(seeker.email)
    assert mail.not_before is None and mail.subject == notice.title
    assert (case.reveals, case.warned) == (1, 1)
    row = Warned.objects.get()
    assert (row.by_inbox, row.by_mail, row.by_text, row.user) == (True, True, False, seeker)


def test_a_fraud_of_no_named_kind_is_called_a_fraud_not_the_name_of_what_is_left_over(listing):
    seeker = make_person("seeker")
    record_contact_reveal(listing, seeker)
    record_contact_reveal(listing, None, phone="+8613800138000")
    remove_listing_for_fraud(listing, fraud_type="other")
    assert list_fraud_notices(seeker).get().text.startswith("核实后认定它是骗局。")
    assert "已查实涉诈（骗局）" in list_fraud_text_messages("+8613800138000").get().text
    evidence = reverse("safety:evidence", args=[make_warning_token(Warned.objects.first())])
    pages = [evidence, listing.get_absolute_url(), f"/employers/{listing.employer_id}/"]
    for address in pages:
        main = sign_in(Client(), seeker).get(address, follow=True).content.decode()
        main = main.partition("<main")[2].partition("</main>")[0]
        assert "「其他」" not in main and "：其他" not in main and "其他 1 条" not in main, address
        assert "「」" not in main, address
        assert "这种骗局往下一般这样走" in main or address.startswith("/employers/")
    assert "骗局" in main


def test_the_wish_for_no_mails_does_not_count_and_the_mail_says_so(listing):
    seeker = make_person("seeker", wants_mail=False)
    record_contact_reveal(listing, seeker)
    remove_listing_for_fraud(listing)
    (mail,) = list_fraud_mails(seeker.email)
    assert "关了邮件通知也会发" in mail.text


def test_visitors_are_written_to_where_they_asked(listing):
    record_contact_reveal(listing, email="visitor@example.com")
    record_contact_reveal(listing, phone="+8613700007777")
    remove_listing_for_fraud(listing)
    (mail,), (text,) = (
        list_fraud_mails("visitor@example.com"),
        list_fraud_text_messages("+8613700007777"),
    )
    assert "说好查实涉诈就告诉你" in mail.text
    assert text.kind == "warning" and text.words["kind"] == "刷单返利"
    assert text.words["name"] == "在家点赞" and f"/evidence/{text.words['code']}/" in text.text
    assert all(len(word) <= 35 for word in text.words.values()), "what providers allow"


def test_an_account_without_mailbox_gets_a_text_message_beside_the_inbox(listing):
    from tools.demo.factories import make_user

    seeker = make_user(None, phone="+8613600006666", name="小石")
    type(seeker).objects.filter(pk=seeker.pk).update(phone_proved_at="2026-01-01T00:00Z")
    record_contact_reveal(listing, seeker)
    remove_listing_for_fraud(listing)
    assert (
        list_fraud_notices(seeker).count() == 1
        and list_fraud_text_messages("+8613600006666").count() == 1
    )


def test_who_signed_up_is_warned_whatever_became_of_it(listing):
    seeker = make_person("seeker")
    row = sign_up(listing, seeker)
    type(row).objects.filter(pk=row.pk).update(status="withdrawn")
    case = remove_listing_for_fraud(listing)
    (notice,) = list_fraud_notices(seeker)
    assert notice.title == "你报过名的「在家点赞」因涉诈下架"
    assert (case.sign_ups, case.warned) == (1, 1)


def test_one_person_under_several_names_is_warned_once(listing):
    """As a visitor by mail, signed in, twice, and by a sign-up."""
    seeker = make_person("seeker")
    record_contact_reveal(listing, email=seeker.email)
    record_contact_reveal(listing, seeker)
    record_contact_reveal(listing, seeker)
    sign_up(listing, seeker)
    case = remove_listing_for_fraud(listing)
    assert case.warned == Warned.objects.count() == 1
    assert list_fraud_notices(seeker).count() == list_fraud_mails(seeker.email).count() == 1


def test_of_two_visitors_with_one_mailbox_there_is_one_and_strangers_stay_apart(listing):
    record_contact_reveal(listing, email="a@example.com")
    record_contact_reveal(listing, email="a@example.com")
    record_contact_reveal(listing, email="b@example.com")
    assert remove_listing_for_fraud(listing).warned == 2
    assert (
        list_fraud_mails("a@example.com").count() == list_fraud_mails("b@example.com").count() == 1
    )


def test_another_mailbox_left_by_somebody_signed_in_is_written_to_as_well(listing):
    seeker = make_person("seeker")
    record_contact_reveal(listing, seeker, email="other@example.com")
    assert remove_listing_for_fraud(listing).warned == 1
    assert (
        list_fraud_mails(seeker.email).count() == list_fraud_mails("other@example.com").count() == 1
    )


def test_nobody_is_warned_of_another_listing(listing, publish):
    record_contact_reveal(publish(title="别的"), email="elsewhere@example.com")
    assert remove_listing_for_fraud(listing).warned == 0
    assert not Mail.objects.filter(to="elsewhere@example.com").exists()


def test_a_closed_account_is_left_alone(listing):
    seeker = make_person("seeker")
    record_contact_reveal(listing, seeker)
    type(seeker).objects.update(is_active=False)
    by = make_moderator_user()
    assert (
        remove_listing_for_fraud(listing, by).warned == 0
        and not list_fraud_notices(seeker).exists()
    )


def test_done_again_it_warns_nobody_twice(listing):
    record_contact_reveal(listing, make_person("seeker"))
    record_contact_reveal(listing, phone="+8613700007777")
    case = remove_listing_for_fraud(listing)
    before = (Mail.objects.count(), TextMessage.objects.count(), Notice.objects.count())
    assert warnings.warn_affected_people(case) == 2
    removed = Listing.objects.get(pk=listing.pk)
    removed.last_event = removed.events.order_by("-pk").first()
    assert open_fraud_case(removed, case.moderator, case.reason) == case
    assert (Mail.objects.count(), TextMessage.objects.count(), Notice.objects.count()) == before


def test_nothing_is_told_where_the_removal_fails(listing, monkeypatch):
    record_contact_reveal(listing, email="visitor@example.com")

    def broken(*_args):
        raise RuntimeError

    monkeypatch.setattr(warnings, "warn_affected_people", broken)
    with pytest.raises(RuntimeError):
        remove_listing_for_fraud(listing)
    listing.refresh_from_db()
    assert listing.status == "published"
    assert not FraudCase.objects.exists() and not Mail.objects.exists()


def test_two_thousand_are_warned_with_a_number_of_queries_that_does_not_grow_with_them(
    listing, publish, django_assert_max_num_queries
):
    make_contact_reveals(listing, 2000)
    other = publish(title="另一条")
    by = make_moderator_user()
    with django_assert_max_num_queries(120):
        assert remove_listing_for_fraud(listing, by).warned == 2000
    assert Mail.objects.filter(key__startswith="fraud-").count() == 2000
    other.refresh_from_db()
    assert other.status == "held"


def test_a_contact_shown_while_the_removal_waits_is_in_the_ledger_first(
    committed, publish, django_db_blocker
):
    """The reveal has the lock; the removal, on a connection of its own, comes after it."""
    listing = publish(title="在家点赞", contact_phone="13900001111")
    by = make_moderator_user()
    waiting, done = threading.Event(), []

    def removing():
        waiting.set()
        try:
            done.append(remove_listing_for_fraud(listing, by))
        finally:
            connections.close_all()

    from django.db import transaction

    thread = threading.Thread(target=removing)
    with transaction.atomic():
        reveal_contact(listing.pk, ContactViewer(email="late@example.com"), "192.0.2.1")
        thread.start()
        waiting.wait(30)
        _until_somebody_waits_for_a_lock()
        assert not done
    thread.join(60)
    assert [case.warned for case in done] == [1]
    assert list_fraud_mails("late@example.com").count() == 1


def _until_somebody_waits_for_a_lock():
    for _ in range(3000):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
            cursor.execute("SELECT pg_sleep(0.01)")
    raise AssertionError("the removal never came")


def test_the_link_in_the_mail_opens_without_an_account_and_names_nobody(listing):
    record_contact_reveal(listing, email="visitor@example.com")
    remove_listing_for_fraud(listing)
    (mail,) = list_fraud_mails("visitor@example.com")
    address = re.search(r"http\S+(/evidence/\S+)", mail.text)[1]
    assert "visitor" not in address and "example" not in address
    page = Client().get(address)
    assert page.status_code == 200 and "刷单返利" in page.content.decode()


def test_the_notice_leads_to_a_page_of_ones_own(listing, client):
    seeker = make_person("seeker")
    record_contact_reveal(listing, seeker)
    remove_listing_for_fraud(listing)
    (notice,) = list_fraud_notices(seeker)
    assert sign_in(client, seeker).get(notice.address).status_code == 200
    assert sign_in(Client(), make_person("stranger")).get(notice.address).status_code == 404


def test_the_ledger_outlives_the_account_but_not_the_name(listing):
    from jobsite.me.personal_data import close_account

    seeker = make_person("seeker")
    record_contact_reveal(listing, seeker)
    case = remove_listing_for_fraud(listing)
    close_account(seeker.pk)
    row = case.warnings.get()
    assert row.user is None and ContactReveal.objects.get().email == ""
    assert case.warned == 1


def test_what_somebody_signed_in_left_makes_no_visitor_the_same_person(listing):
    """Anybody can type another's mailbox: it is written to once, and its owner's times stay theirs."""
    curious = make_person("curious")
    record_contact_reveal(listing, email="victim@example.com")
    record_contact_reveal(listing, curious, email="victim@example.com")
    assert remove_listing_for_fraud(listing).warned == 2
    (mail,) = list_fraud_mails("victim@example.com")
    theirs = Warned.objects.get(user=None)
    assert f"/evidence/{make_warning_token(theirs)}/" in mail.text
    own_warning = Warned.objects.get(user=curious)
    assert [len(list_contact_sightings(row)) for row in (theirs, own_warning)] == [1, 1]


def test_of_two_accounts_that_left_one_mailbox_it_is_written_to_once(listing):
    for name in ("one", "two"):
        record_contact_reveal(listing, make_person(name), email="shared@example.com")
    assert remove_listing_for_fraud(listing).warned == 2
    assert list_fraud_mails("shared@example.com").count() == 1


def test_who_left_the_mailbox_of_another_account_that_is_warned_leaves_it_at_one_mail(listing):
    owner_of_it = make_person("mailbox")
    record_contact_reveal(listing, owner_of_it)
    record_contact_reveal(listing, make_person("other"), email=owner_of_it.email)
    assert remove_listing_for_fraud(listing).warned == 2
    assert list_fraud_mails(owner_of_it.email).count() == 1
