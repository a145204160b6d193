"""A check ends when what it proved changes, whichever door the change comes through."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.choices import EmployerKind
from accounts.employers.check_endings import PROVED_COLUMNS
from accounts.employers.membership import get_verification_level
from accounts.employers.phone_proof import confirm_contact_phone
from accounts.employers.registration import RegistrationRefused, correct_employer
from accounts.models import Employer, Notice
from accounts.personal_data import erase
from cities.directory.regions import get_region_by_slug
from jobsite.operations.retention import purge_expired
from listings.models import ListingCard
from listings.publication.posting_quota import get_posting_quota
from tests.edit_marks import read_edit_mark
from tests.people import make_person, sign_in
from tools.demo.factories import make_employer, make_listing

pytestmark = pytest.mark.django_db
PHONE_A, PHONE_B = "+8613800000041", "+8613800000042"
CODE, OTHER_CODE = "92433101MA0000001N", "91433101MA0000003T"
ALL = "LPIAHS"
# Each column: another value, and the checks that prove the present one.
CHANGED = {
    "kind": ("direct_employer", {"licence", "hr_licence", "authorisation", "id_card"}),
    "name": ("湘西州人民医院", {"licence", "hr_licence", "authorisation", "site_visit"}),
    "licence_code": (OTHER_CODE, {"licence", "hr_licence", "authorisation", "site_visit"}),
    "contact_name": ("别人", {"authorisation", "id_card"}),
    "contact_phone": (PHONE_B, {"phone"}),
    "region": (get_region_by_slug, {"site_visit"}),
}


@pytest.fixture
def owner():
    return make_person("owner")


def make_shop(owner, **fields):
    usual = {
        "kind": "individual_business",
        "status": "lapsed",
        "checks": ALL,
        "licence_code": CODE,
        "contact_name": "小田",
        "contact_phone": PHONE_A,
        "recheck_due": timezone.localdate(),
        "member": owner,
    }
    return make_employer("凤凰茶店", **usual | fields)


def build_answers(employer, **changed):
    names = "kind name licence_code region contact_name contact_phone intro".split()
    return {name: getattr(employer, name) for name in names} | changed


def save_in_admin(client, shop, **changed):
    sign_in(client, make_person("boss", is_staff=True, is_superuser=True))
    data = {"name": shop.name, "kind": shop.kind, "region": shop.region_id, "intro": ""}
    data |= {"edit_reason": "照执照改的"} | read_edit_mark(shop) | changed
    for prefix in ("checks", "memberships", "events"):
        data |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    answer = client.post(reverse("admin:accounts_employer_change", args=[shop.pk]), data)
    assert answer.status_code == 302, answer.content.decode()


def list_ended(employer):
    return {check.kind for check in employer.checks.all() if check.ended_on}


def test_every_proved_column_stands_in_the_table_of_this_test():
    assert set(CHANGED) == set().union(*PROVED_COLUMNS.values())
    for column, (_value, kinds) in CHANGED.items():
        assert kinds == {kind for kind, columns in PROVED_COLUMNS.items() if column in columns}


@pytest.mark.parametrize("column", CHANGED)
def test_each_column_ends_the_checks_that_proved_it(owner, column):
    shop = make_shop(owner)
    value, kinds = CHANGED[column]
    value = value("fenghuang") if callable(value) else value
    before = getattr(shop, column)
    correct_employer(shop.pk, owner, build_answers(shop, **{column: value}))
    assert list_ended(shop) == kinds
    ended = shop.checks.filter(ended_on=timezone.localdate())
    assert all("改了" in check.ended_because for check in ended) and ended.count() == len(kinds)
    event = shop.events.get(action="edit")
    names = (EmployerKind(part).label if column == "kind" else part for part in (before, value))
    assert event.changes == {column: [str(name) for name in names]}
    assert str(before) not in event.reason, "no value in the reason"
    assert Notice.objects.get().user == owner


@pytest.mark.parametrize("column", ["name", "kind", "region"])
def test_the_admin_is_no_door_beside(client, owner, column):
    shop = make_shop(owner)
    value, kinds = CHANGED[column]
    value = value("fenghuang").pk if callable(value) else value
    save_in_admin(client, shop, **{column: value})
    assert list_ended(shop) == kinds
    assert set(shop.events.get(action="edit").changes) == {column}


def test_what_nothing_proves_ends_nothing(owner):
    shop = make_shop(owner)
    correct_employer(shop.pk, owner, build_answers(shop, intro="卖茶。"))
    assert not list_ended(shop) and not Notice.objects.exists()


def test_phone_a_was_proved_and_phone_b_is_written(owner):
    """Replayed: level and quota stayed with the phone that was proved."""
    shop = make_shop(owner, status="unverified", checks="")
    confirm_contact_phone(shop.pk, owner, PHONE_A)
    shop.refresh_from_db()
    assert get_verification_level(shop) == "phone" and get_posting_quota(shop).open == 2
    correct_employer(shop.pk, owner, build_answers(shop, contact_phone=PHONE_B))
    shop.refresh_from_db()
    assert shop.phone_proved_at is None
    assert get_verification_level(shop) == "none" and get_posting_quota(shop).open == 1
    confirm_contact_phone(shop.pk, owner, PHONE_B)
    assert get_verification_level(Employer.objects.get(pk=shop.pk)) == "phone"


def test_a_new_phone_that_is_proved_at_once_interrupts_nothing(owner):
    shop = make_shop(owner, status="verified", recheck_due=None)
    confirm_contact_phone(shop.pk, owner, PHONE_B)
    shop.refresh_from_db()
    assert shop.status == "verified" and get_verification_level(shop) == "identity"
    assert list_ended(shop) == {"phone"} and not Notice.objects.exists()


def test_another_person_behind_a_verified_crew_hides_its_listings(owner):
    crew = make_shop(owner, kind="crew_leader", status="verified", checks="IP", recheck_due=None)
    listing = make_listing(employer=crew)
    assert "身份证" in ListingCard.objects.get(pk=listing.pk).html
    correct_employer(crew.pk, owner, {"contact_name": "别人", "intro": ""})
    crew.refresh_from_db()
    assert crew.status == "lapsed" and get_verification_level(crew) == "phone"
    assert not ListingCard.objects.filter(pk=listing.pk).exists()


def test_the_card_follows_a_check_that_ended(client, owner):
    shop = make_shop(owner, status="verified", checks="LPS", recheck_due=None)
    listing = make_listing(employer=shop)
    before = ListingCard.objects.get(pk=listing.pk).html
    save_in_admin(client, shop, region=get_region_by_slug("fenghuang").pk)
    assert list_ended(shop) == {"site_visit"}
    assert ListingCard.objects.get(pk=listing.pk).html != before


@pytest.mark.parametrize("status", ["frozen", "banned"])
def test_while_it_is_stopped_the_person_stays(owner, status):
    crew = make_shop(owner, kind="crew_leader", status=status, checks="IP")
    with pytest.raises(RegistrationRefused, match="不能换联系人"):
        correct_employer(crew.pk, owner, {"contact_name": "别人", "intro": ""})
    assert not list_ended(crew)


def test_the_values_go_with_the_person_and_with_the_time(owner):
    shop = make_shop(owner)
    answers = build_answers(shop, contact_name="别人", contact_phone=PHONE_B, name="新店名")
    correct_employer(shop.pk, owner, answers | {"kind": "direct_employer"})
    event = shop.events.get(action="edit")
    assert set(event.changes) == {"kind", "name", "contact_name", "contact_phone"}
    erase(owner)
    event.refresh_from_db()
    assert set(event.changes) == {"kind"}
    assert "phone" in list_ended(shop)
    shop.events.update(created_at=timezone.now() - timedelta(days=1100))
    purge_expired()
    event.refresh_from_db()
    assert event.changes == {}
