import pytest

from accounts.models import Employer
from tests.accounts.registration import register
from tests.people import person, sign_in


@pytest.fixture
def keeper(client):
    user = person("keeper")
    sign_in(client, user)
    return user


@pytest.fixture
def shop(client, keeper):
    register(client)
    return Employer.objects.get()
