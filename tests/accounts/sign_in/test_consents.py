"""What people agreed to."""

import pytest

from accounts.choices import ConsentKind
from accounts.sign_in import consents
from tests.people import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def somebody():
    return make_person("somebody")


def test_a_consent_has_the_version_of_its_words(somebody):
    given = consents.give_consent(somebody, ConsentKind.TERMS)
    assert given.version == consents.TEXT_VERSIONS[ConsentKind.TERMS]


def test_given_twice_it_is_one(somebody):
    assert consents.give_consent(somebody, "terms") == consents.give_consent(somebody, "terms")


def test_new_words_need_a_new_consent(somebody, monkeypatch):
    old = consents.give_consent(somebody, "terms")
    monkeypatch.setitem(consents.TEXT_VERSIONS, ConsentKind.TERMS, "later")
    assert consents.give_consent(somebody, "terms") != old
    assert somebody.consents.count() == 2


def test_each_thing_has_its_own(somebody):
    given = [consents.give_consent(somebody, "handover", about) for about in ("", "a:1", "a:2")]
    assert len({consent.pk for consent in given}) == 3


def test_taken_back_it_stays_on_record(somebody):
    consents.give_consent(somebody, "handover", "application:1")
    consents.withdraw_consent(somebody, "handover", "application:1")
    assert somebody.consents.get().withdrawn_at
    consents.give_consent(somebody, "handover", "application:1")
    assert somebody.consents.count() == 2


def test_every_kind_has_a_version():
    assert set(consents.TEXT_VERSIONS) == set(ConsentKind)


def test_an_unknown_kind_is_refused(somebody):
    with pytest.raises(ValueError, match="nonsense"):
        consents.give_consent(somebody, "nonsense")
