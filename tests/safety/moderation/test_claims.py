"""A case is in the hands of one moderator at a time."""

from datetime import timedelta

import pytest
from django.utils import timezone

from safety.models import Claim
from safety.moderation.claims import (
    CaseTaken,
    claim_case,
    claim_next_case,
    get_claim,
    release_claim,
)
from tests.at_once import at_once
from tests.safety.desks import make_moderator_user


@pytest.mark.django_db
def test_who_takes_a_case_has_it_for_ten_minutes():
    mod = make_moderator_user()
    claim = claim_case("listing", 7, mod)
    left = claim.until - timezone.now()
    assert get_claim("listing", 7).moderator == mod
    assert timedelta(minutes=9) < left <= timedelta(minutes=10)
    assert get_claim("employer", 7) is None


@pytest.mark.django_db
def test_another_is_told_who_has_it_and_until_when():
    claim_case("listing", 7, make_moderator_user("first"))
    with pytest.raises(CaseTaken, match=r"first.*为止"):
        claim_case("listing", 7, make_moderator_user("second"))
    assert Claim.objects.get().moderator.name == "first"


@pytest.mark.django_db
def test_taking_ones_own_case_again_renews_it():
    mod = make_moderator_user()
    claim_case("listing", 7, mod)
    early = timezone.now() + timedelta(minutes=1)
    Claim.objects.update(until=early)
    claim_case("listing", 7, mod)
    assert Claim.objects.get().until > early


@pytest.mark.django_db
def test_when_its_time_is_over_anybody_may_take_it():
    claim_case("listing", 7, make_moderator_user("first"))
    Claim.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert get_claim("listing", 7) is None
    second = make_moderator_user("second")
    assert claim_case("listing", 7, second).moderator == second


@pytest.mark.django_db
def test_only_who_has_it_lets_go_of_it():
    first, second = make_moderator_user("first"), make_moderator_user("second")
    claim_case("listing", 7, first)
    release_claim("listing", 7, second)
    assert get_claim("listing", 7)
    release_claim("listing", 7, first)
    assert not Claim.objects.exists()


@pytest.mark.django_db
def test_the_next_case_is_the_first_that_nobody_else_has():
    first, second = make_moderator_user("first"), make_moderator_user("second")
    claim_case("listing", 1, first)
    assert claim_next_case("listing", [1, 2, 3], second) == 2
    assert claim_next_case("listing", [1, 2, 3], first) == 1
    assert claim_next_case("listing", [1, 2], make_moderator_user("third")) is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("stale", [False, True])
def test_of_several_at_the_same_moment_one_gets_it(stale):
    people = [make_moderator_user(f"mod{n}") for n in range(6)]
    if stale:
        past = timezone.now() - timedelta(minutes=1)
        Claim.objects.create(kind="listing", number=7, moderator=people[0], until=past)
    answers = at_once(*[lambda who=who: claim_case("listing", 7, who) for who in people])
    assert sum(isinstance(answer, CaseTaken) for answer in answers) == len(people) - 1
    (got,) = [answer for answer in answers if isinstance(answer, Claim)]
    assert Claim.objects.get().moderator == got.moderator
