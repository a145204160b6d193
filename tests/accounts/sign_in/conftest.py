import pytest

from accounts.models import User
from tests.accounts.sign_in_pages import MOTHERS_PASSWORD, PHONE


@pytest.fixture
def mother():
    return User.objects.create_user(
        "mother@example.com", MOTHERS_PASSWORD, phone=PHONE, name="妈妈"
    )
