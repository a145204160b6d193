"""A contact stands only once in a table, though the database does not have the key, while keys change too."""

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet
from django.db.transaction import TransactionManagementError
from django.utils import timezone

from accounts.models import EmployerInvitation, StaffInvitation, User
from accounts.sign_in.access import find_user_by_contact
from accounts.sign_in.login_by_code import create_user_for_contact
from listings.models import SavedSearch
from news.models import AlertSubscription
from sitekit.sealing.resealing import list_sealed_columns, reseal_all_columns
from sitekit.sealing.unique_contacts import ContactQuerySet, UniqueContact, is_unique_contact
from tests.at_once import at_once, has_to_wait
from tests.conftest import tea_shop
from tools.demo.factories import make_user

pytestmark = pytest.mark.django_db
OLD, NEW = b"o" * 32, b"n" * 32
EMAIL, PHONE = "mother@example.com", "+8613800138000"


@pytest.fixture
def keys(settings):
    """Sets them, the first one seals."""

    def set_keys(*keys):
        settings.CONTACT_SEAL_KEYS = list(keys)

    set_keys(OLD)
    return set_keys


def read_marks(column="email", table="accounts_user"):
    """By which key each row is sealed."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT LEFT({column}, 16) FROM {table} ORDER BY id")  # noqa: S608
        return [row[0] for row in cursor.fetchall()]


def build_invitations(**fields):
    shop, boss = tea_shop(), make_user("boss@example.com")
    return [
        EmployerInvitation(employer=shop, invited_by=boss, role="owner", **fields) for _ in "12"
    ]


def invite_colleagues(**fields):
    boss = make_user("boss@example.com")
    terms = {"role": "support", "is_national": True, "reason": "接替小王", "invited_by": boss}
    return [StaffInvitation(**terms, **fields) for _ in "12"]


# By the table: two rows that may not stand there together, and the other contact of a third row.
PAIRS = {
    "users by mail": lambda: [User(email=EMAIL), User(email=EMAIL.title())],
    "users by phone": lambda: [User(phone=PHONE), User(phone=PHONE)],
    "invitations": lambda: build_invitations(email=EMAIL),
    "colleagues": lambda: invite_colleagues(email=EMAIL),
    "searches": lambda: [SavedSearch(email=EMAIL), SavedSearch(email=EMAIL.upper())],
    "alerts": lambda: [AlertSubscription(email=EMAIL), AlertSubscription(email=EMAIL.title())],
}


def save_row(row, name):
    row.save()


def update_by_query(row, name):
    contact = getattr(row, name)
    setattr(row, name, "+8613800138111" if name == "phone" else "other@example.com")
    row.save()
    type(row).objects.filter(pk=row.pk).update(**{name: contact})


def bulk_create(row, name):
    type(row).objects.bulk_create([row])


def bulk_update(row, name):
    contact = getattr(row, name)
    setattr(row, name, "+8613800138111" if name == "phone" else "other@example.com")
    row.save()
    setattr(row, name, contact)
    type(row).objects.bulk_update([row], [name])


@pytest.mark.parametrize("write", [save_row, update_by_query, bulk_create, bulk_update])
@pytest.mark.parametrize("order", [(OLD,), (NEW, OLD), (OLD, NEW)])
@pytest.mark.parametrize("pair", PAIRS)
def test_the_second_one_is_refused_whatever_writes_it_under_whichever_key(pair, order, write, keys):
    first, second = PAIRS[pair]()
    first.save()
    keys(*order)
    with pytest.raises(IntegrityError), transaction.atomic():
        write(second, "phone" if pair == "users by phone" else "email")


def test_every_table_of_the_kind_is_walked_and_written_by_its_own_queryset(db):
    unique = [field for field in list_sealed_columns() if is_unique_contact(field)]
    constraints = [
        constraint
        for model in apps.get_models()
        for constraint in model._meta.constraints
        if isinstance(constraint, UniqueContact)
    ]
    assert len(unique) == len(constraints) == len(PAIRS)
    for field in unique:
        for manager in (field.model._base_manager, field.model._default_manager):
            assert isinstance(manager.all(), ContactQuerySet), field


@pytest.mark.django_db(transaction=True)
def test_a_write_that_does_not_hold_the_lock_is_a_fault():
    user = User.objects.create_user(EMAIL)
    with pytest.raises(TransactionManagementError, match=r"accounts\.user\.email"):
        QuerySet(User).filter(pk=user.pk).update(email="other@example.com")
    User.objects.filter(pk=user.pk).update(email="third@example.com")
    user.save()
    assert User.objects.get().email == EMAIL


def test_who_ended_may_begin_anew_and_several_have_none(keys):
    now = timezone.now()
    for end in (now, now, None):
        SavedSearch.objects.create(email=EMAIL, ended_at=end)
        AlertSubscription.objects.create(email=EMAIL, ended_at=end)
    keys(NEW, OLD)
    AlertSubscription.objects.filter(ended_at=now).update(email="")
    User.objects.bulk_create([User(phone=PHONE), User(email=EMAIL), User(email="b@example.com")])
    assert User.objects.filter(phone=None).count() == 2


@pytest.mark.parametrize("order", [(OLD,), (NEW, OLD), (NEW,)])
def test_a_form_says_it_at_the_field(order, keys):
    User.objects.create_user(EMAIL, phone=PHONE)
    if OLD not in order:
        keys(NEW, OLD)
        reseal_all_columns()
    keys(*order)
    with pytest.raises(ValidationError) as caught:
        User(email=EMAIL.upper(), phone=PHONE, password="x").full_clean()
    assert caught.value.message_dict == {
        "email": ["这个邮箱已经注册过了。"],
        "phone": ["这个手机号已经注册过了。"],
    }
    User.objects.get(email=EMAIL).full_clean(exclude=["password"])


def test_what_stands_under_a_former_key_stays_there_until_all_its_rows_are_moved(keys):
    user = User.objects.create_user(EMAIL)
    for end in (timezone.now(), None):
        SavedSearch.objects.create(email=EMAIL, ended_at=end)
    former = read_marks()
    keys(NEW, OLD)
    user.save()
    SavedSearch.objects.create(email=EMAIL, query="q=1")
    SavedSearch.objects.create(email="new@example.com")
    marks = read_marks(table="listings_savedsearch")
    assert read_marks() == former and marks[:3] == former * 3 and marks[3] != former[0]
    assert reseal_all_columns().changed == 4
    assert read_marks() == [marks[3]] and set(read_marks(table="listings_savedsearch")) == {
        marks[3]
    }
    keys(NEW)
    assert find_user_by_contact(EMAIL) == user
    with pytest.raises(IntegrityError), transaction.atomic():
        SavedSearch.objects.create(email=EMAIL.title())


def test_a_contact_that_stands_there_twice_is_reported_and_the_others_are_moved(keys):
    """Written by a process that did not have the former key."""
    old = User.objects.create_user(EMAIL)
    other = User.objects.create_user(phone=PHONE)
    keys(NEW)
    new = User.objects.create_user(EMAIL)
    keys(NEW, OLD)
    with pytest.raises(CommandError, match=rf"accounts\.user\.email {old.pk}\."):
        call_command("rotate_keys")
    marks = read_marks()
    assert marks[0] != marks[2] and read_marks("phone")[1] == marks[2]
    assert [user.email for user in User.objects.order_by("pk")] == [EMAIL, None, EMAIL]
    new.delete()
    assert reseal_all_columns().changed == 1
    keys(NEW)
    assert set(User.objects.all()) == {old, other} and User.objects.get(email=EMAIL) == old


def test_one_whose_first_key_is_the_other_has_to_wait_and_finds_what_was_made(committed, keys):
    keys(OLD, NEW)
    with transaction.atomic():
        user = User.objects.create_user(EMAIL)
        keys(NEW, OLD)
        assert has_to_wait(lambda: create_user_for_contact(EMAIL))
        assert not has_to_wait(lambda: create_user_for_contact("other@example.com"))
    assert create_user_for_contact(EMAIL) == user


@pytest.mark.parametrize("order", [(OLD,), (NEW, OLD)])
def test_two_who_sign_up_at_once_have_one_account(order, committed, keys):
    keys(*order)
    answers = at_once(*[lambda: create_user_for_contact(PHONE)] * 4)
    assert set(answers) == {User.objects.get()}


def reseal_in_a_hurry():
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = '5s'")
    return reseal_all_columns()


def test_moving_waits_for_nobody_who_writes(committed, keys):
    ended = SavedSearch.objects.create(email=EMAIL, ended_at=timezone.now())
    keys(NEW, OLD)
    with transaction.atomic():
        SavedSearch.objects.create(email=EMAIL)
        (count,) = at_once(reseal_in_a_hurry)
        assert (count.changed, count.busy) == (0, 1)
    with transaction.atomic():
        SavedSearch.objects.select_for_update().get(pk=ended.pk)
        (count,) = at_once(reseal_in_a_hurry)
        assert (count.changed, count.busy) == (0, 2), "both rows, or none"
    assert reseal_all_columns().changed == 2


@pytest.mark.parametrize(
    ("rows", "index"),
    [
        (lambda: User.objects.filter(email=EMAIL), "user_email_once"),
        (lambda: User.objects.filter(phone__in=[PHONE, "+8613800138111"]), "user_phone_once"),
        (
            lambda: SavedSearch.objects.filter(email=EMAIL, query="", ended_at=None),
            "saved_search_open_once",
        ),
        (
            lambda: AlertSubscription.objects.filter(email=EMAIL, ended_at=None),
            "alert_subscription_open_once",
        ),
    ],
)
def test_the_unique_index_answers(rows, index, keys):
    keys(NEW, OLD)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert index in rows().order_by().explain()


def test_with_one_key_writing_and_finding_cost_what_they_did(django_assert_num_queries):
    with django_assert_num_queries(1):
        user = User(email=EMAIL)
        user.save()
    with django_assert_num_queries(1):
        assert find_user_by_contact(EMAIL) == user
