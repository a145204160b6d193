"""What people agreed to."""

import pytest

from accounts.choices import ConsentKind
from accounts.sign_in import consents
from tests.people import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def somebody():
    return person("somebody")


def test_a_consent_has_the_version_of_its_words(somebody):
    given = consents.give(somebody, ConsentKind.TERMS)
    assert given.version == consents.TEXT_VERSIONS[ConsentKind.TERMS]
    assert consents.holds(somebody, ConsentKind.TERMS)


def test_given_twice_it_is_one(somebody):
    assert consents.give(somebody, "terms") == consents.give(somebody, "terms")


def test_new_words_need_a_new_consent(somebody, monkeypatch):
    old = consents.give(somebody, "terms")
    monkeypatch.setitem(consents.TEXT_VERSIONS, ConsentKind.TERMS, "later")
    assert not consents.holds(somebody, "terms")
    assert consents.give(somebody, "terms") != old
    assert somebody.consents.count() == 2


def test_each_thing_has_its_own(somebody):
    consents.give(somebody, "handover", "application:1")
    assert not consents.holds(somebody, "handover", "application:2")
    assert not consents.holds(somebody, "handover")


def test_taken_back_it_stays_on_record(somebody):
    consents.give(somebody, "handover", "application:1")
    consents.withdraw(somebody, "handover", "application:1")
    assert not consents.holds(somebody, "handover", "application:1")
    assert somebody.consents.get().withdrawn_at
    consents.give(somebody, "handover", "application:1")
    assert somebody.consents.count() == 2


def test_every_kind_has_a_version():
    assert set(consents.TEXT_VERSIONS) == set(ConsentKind)


def test_an_unknown_kind_is_refused(somebody):
    with pytest.raises(ValueError, match="nonsense"):
        consents.give(somebody, "nonsense")
