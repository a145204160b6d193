import pytest

from accounts.models import Employer
from tests.accounts.registration import post_registration
from tests.people import make_person, sign_in


@pytest.fixture
def keeper(client):
    user = make_person("keeper")
    sign_in(client, user)
    return user


@pytest.fixture
def shop(client, keeper):
    post_registration(client)
    return Employer.objects.get()
