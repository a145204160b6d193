"""What stands in a session cannot be read in the database."""

import json

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.serializers import JSONSerializer

from sitekit.sealing.sealed_sessions import MARK, SealedSessionSerializer
from tests.jobsite.leaving import read_session_payloads

pytestmark = pytest.mark.django_db
CONTENT = {"contact": "mother@example.com", "次数": 2}


def test_it_is_sealed_and_read_again(settings):
    store = SessionStore()
    store.update(CONTENT)
    store.save()
    (payload,) = read_session_payloads()
    assert payload.startswith(MARK) and b"mother" not in payload
    assert dict(SessionStore(store.session_key).items()) == CONTENT
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [settings.SECRET_KEY]
    assert dict(SessionStore(store.session_key).items()) == CONTENT
    settings.SECRET_KEY_FALLBACKS = []
    assert dict(SessionStore(store.session_key).items()) == {}


def test_one_that_began_in_clear_goes_on():
    assert SealedSessionSerializer().loads(JSONSerializer().dumps(CONTENT)) == CONTENT
    assert json.dumps(CONTENT).encode() not in SealedSessionSerializer().dumps(CONTENT)
