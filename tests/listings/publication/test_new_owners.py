"""A verified employer that passed into other hands: a person of the staff reads what it posts until it is verified
again."""

import pytest

from accounts.employers import invitations
from accounts.employers.transitions import record_employer_event
from listings.models import ListingRevision
from listings.publication import gate
from tests.conftest import build_listing_fields
from tests.people import make_person
from tools.demo.factories import make_employer

pytestmark = pytest.mark.django_db


@pytest.fixture
def founder():
    return make_person("founder")


@pytest.fixture
def shop(founder):
    return make_employer(member=founder)


def judge(shop):
    verdict = gate.judge_publication(ListingRevision(**build_listing_fields()), shop)
    return verdict.outcome, [reason.code for reason in verdict.reasons]


def join(shop, founder, name, role):
    user = make_person(name)
    invitation = invitations.invite_member(shop.pk, founder, user.email, role)
    invitations.accept_employer_invitation(invitation.pk, user)
    return user


def leave(shop, user, actor=None):
    member = shop.memberships.get(user=user)
    invitations.remove_employer_member(shop.pk, member.pk, actor or user)


@pytest.mark.parametrize("role", ["owner", "recruiter"])
def test_what_a_sold_employer_posts_waits_until_it_is_verified_again(shop, founder, role):
    buyer = join(shop, founder, "buyer", role)
    member = shop.memberships.get(user=buyer)
    invitations.change_role(shop.pk, member.pk, "owner", founder)
    assert judge(shop) == ("publish", []), "the owner who was checked is there"
    leave(shop, founder, buyer)
    assert judge(shop) == ("queue", ["new_owners"])
    record_employer_event(shop, make_person("reviewer"), "recheck", "", shop.status)
    assert judge(shop) == ("publish", [])


def test_other_members_come_and_go_and_nothing_waits(shop, founder):
    recruiter = join(shop, founder, "recruiter", "recruiter")
    leave(shop, recruiter)
    second = join(shop, founder, "second", "owner")
    record_employer_event(shop, make_person("reviewer"), "verified", "", shop.status)
    leave(shop, founder, second)
    assert judge(shop) == ("publish", [])
    third = join(shop, second, "third", "owner")
    invitations.change_role(shop.pk, shop.memberships.get(user=second).pk, "recruiter", third)
    assert judge(shop) == ("queue", ["new_owners"])


def test_an_employer_that_nobody_acts_for_is_not_called_sold():
    assert judge(make_employer()) == ("publish", [])
