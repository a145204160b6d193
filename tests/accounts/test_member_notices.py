"""Notices to the people who act for an employer."""

import pytest

from accounts.employers.member_notices import (
    MemberMessage,
    notify_member_or_owners,
    notify_members,
)
from accounts.models import Employer, Notice
from tests.people import make_person

pytestmark = pytest.mark.django_db
MESSAGE = MemberMessage("due", "该复核了", address="/employer/papers/")


def list_notices():
    return list(Notice.objects.order_by("user_id").values_list("user", "key"))


def test_every_member_gets_it_under_a_key_of_their_own(employer, owner):
    colleague = make_person("colleague")
    employer.memberships.create(user=colleague, role="recruiter")
    keys = notify_members(employer, MESSAGE)
    assert list_notices() == [(user.pk, f"due-{user.pk}") for user in (owner, colleague)]
    assert keys == [key for _, key in list_notices()]


def test_a_role_is_that_at_this_employer(employer, owner):
    """Who is the owner of another employer and a recruiter of this one is no owner here."""
    colleague = make_person("colleague")
    employer.memberships.create(user=colleague, role="recruiter")
    other = Employer.objects.create(name="别家", kind="company", region=employer.region)
    other.memberships.create(user=colleague, role="owner")
    notify_members(employer, MESSAGE, roles=["owner"])
    assert list_notices() == [(owner.pk, f"due-{owner.pk}")]


def test_without_an_employer_nobody_gets_it(owner):
    """Not those who act for none, whom a search for an empty employer would find."""
    assert notify_members(None, MESSAGE) == []
    assert not Notice.objects.exists()


def test_instead_of_who_left_the_owners_get_it(employer, owner):
    colleague = make_person("colleague")
    employer.memberships.create(user=colleague, role="recruiter")
    notify_member_or_owners(employer, colleague, MESSAGE)
    assert list_notices() == [(colleague.pk, f"due-{colleague.pk}")]
    Notice.objects.all().delete()
    employer.memberships.create(user=make_person("other recruiter"), role="recruiter")
    employer.memberships.get(user=colleague).delete()
    notify_member_or_owners(employer, colleague, MESSAGE)
    assert list_notices() == [(owner.pk, f"due-{owner.pk}")]


def test_instead_of_who_was_switched_off_the_owners_get_it(employer, owner):
    colleague = make_person("colleague", is_active=False)
    employer.memberships.create(user=colleague, role="recruiter")
    notify_member_or_owners(employer, colleague, MESSAGE)
    assert list_notices() == [(owner.pk, f"due-{owner.pk}")]
