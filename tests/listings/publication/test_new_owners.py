"""A verified employer that passed into other hands: a person of the staff reads what it posts until it is verified
again."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.employers import invitations
from accounts.employers.transitions import OWNER_IDLE_AFTER, record_employer_event
from accounts.models import User
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


def judge_offer(shop):
    verdict = gate.judge_publication(ListingRevision(**build_listing_fields()), shop)
    return verdict.outcome, [reason.code for reason in verdict.reasons]


def make_joined_member(shop, founder, name, role):
    user = make_person(name)
    invitation = invitations.invite_member(shop.pk, founder, user.email, role)
    invitations.accept_employer_invitation(invitation.pk, user)
    return user


def end_membership(shop, user, actor=None):
    member = shop.memberships.get(user=user)
    invitations.remove_employer_member(shop.pk, member.pk, actor or user)


@pytest.mark.parametrize("role", ["owner", "recruiter"])
def test_what_a_sold_employer_posts_waits_until_it_is_verified_again(shop, founder, role):
    buyer = make_joined_member(shop, founder, "buyer", role)
    member = shop.memberships.get(user=buyer)
    invitations.change_role(shop.pk, member.pk, "owner", founder)
    assert judge_offer(shop) == ("publish", []), "the owner who was checked is there"
    end_membership(shop, founder, buyer)
    assert judge_offer(shop) == ("queue", ["new_owners"])
    record_employer_event(shop, make_person("reviewer"), "recheck", "", shop.status)
    assert judge_offer(shop) == ("publish", [])


def test_an_owner_who_was_checked_and_stays_as_a_name_only(shop, founder):
    long_ago = timezone.now() - OWNER_IDLE_AFTER - timedelta(days=1)
    User.objects.filter(pk=founder.pk).update(last_login=long_ago)
    assert judge_offer(shop) == ("publish", []), "nobody else is an owner"
    buyer = make_joined_member(shop, founder, "buyer", "recruiter")
    assert judge_offer(shop) == ("publish", [])
    invitations.change_role(shop.pk, shop.memberships.get(user=buyer).pk, "owner", founder)
    assert judge_offer(shop) == ("queue", ["new_owners"])
    User.objects.filter(pk=founder.pk).update(last_login=timezone.now())
    assert judge_offer(shop) == ("publish", [])
    User.objects.filter(pk=founder.pk).update(last_login=long_ago)
    record_employer_event(shop, make_person("reviewer"), "recheck", "", shop.status)
    assert judge_offer(shop) == ("publish", []), "both were owners when it was checked again"


def test_other_members_come_and_go_and_nothing_waits(shop, founder):
    recruiter = make_joined_member(shop, founder, "recruiter", "recruiter")
    end_membership(shop, recruiter)
    second = make_joined_member(shop, founder, "second", "owner")
    record_employer_event(shop, make_person("reviewer"), "verified", "", shop.status)
    end_membership(shop, founder, second)
    assert judge_offer(shop) == ("publish", [])
    third = make_joined_member(shop, second, "third", "owner")
    invitations.change_role(shop.pk, shop.memberships.get(user=second).pk, "recruiter", third)
    assert judge_offer(shop) == ("queue", ["new_owners"])


def test_an_employer_that_nobody_acts_for_is_not_called_sold():
    assert judge_offer(make_employer()) == ("publish", [])
