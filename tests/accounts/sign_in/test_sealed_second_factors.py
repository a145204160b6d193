"""Secrets of second factors stand in the database under a key that it does not hold."""

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command

from accounts.sign_in import second_factor
from accounts.sign_in.second_factor import reseal_second_factors
from accounts.system_checks import check_second_factor_keys
from sitekit.sealing.sealed_secrets import open_secret, seal_secret
from tests.accounts.sign_in.test_second_factor import ACTIVATE, AUTHENTICATE, first_step
from tests.accounts.sign_in_pages import is_in
from tests.people import SECRET, get_totp_code, make_person, sign_in

pytestmark = pytest.mark.django_db
OLD, NEW = b"o" * 32, b"n" * 32


@pytest.fixture
def boss():
    return make_person("boss", phone="+8613800138000")


def make_totp_authenticator(user, secret):
    kind = Authenticator.Type.TOTP
    return Authenticator.objects.create(user=user, type=kind, data={"secret": secret})


def get_stored():
    return Authenticator.objects.get(type="totp").data["secret"]


def test_what_is_set_up_is_stored_sealed_and_still_lets_in(client, boss):
    sign_in(client, boss)
    secret = client.get(ACTIVATE).context["form"].secret
    client.post(ACTIVATE, {"code": get_totp_code(secret)})
    for row in Authenticator.objects.all():
        assert (row.data.get("secret") or row.data["seed"]).startswith("sealed:")
        assert secret not in str(row.data)
    client.post("/accounts/logout/")
    assert first_step(client).url == AUTHENTICATE
    client.post(AUTHENTICATE, {"code": get_totp_code(secret, steps=1)})
    assert is_in(client)


def test_what_stood_there_before_is_sealed_by_the_daily_job(client, boss):
    make_totp_authenticator(boss, SECRET)
    Authenticator.objects.create(
        user=boss, type="recovery_codes", data={"seed": "s", "used_mask": 2}
    )
    assert reseal_second_factors() == 2
    sealed = get_stored()
    assert SECRET not in sealed and open_secret(sealed) == SECRET
    seeds = Authenticator.objects.get(type="recovery_codes")
    assert open_secret(seeds.data["seed"]) == "s" != seeds.data["seed"]
    assert seeds.data["used_mask"] == 2
    assert reseal_second_factors() == 0, "twice is once"
    assert get_stored() == sealed
    assert first_step(client).url == AUTHENTICATE
    client.post(AUTHENTICATE, {"code": get_totp_code()})
    assert is_in(client)


def test_a_key_is_replaced(settings, boss):
    settings.SECOND_FACTOR_KEYS = [OLD]
    make_totp_authenticator(boss, seal_secret(SECRET))
    settings.SECOND_FACTOR_KEYS = [NEW, OLD]
    assert open_secret(get_stored()) == SECRET
    assert (reseal_second_factors(), reseal_second_factors()) == (1, 0)
    settings.SECOND_FACTOR_KEYS = [NEW]
    assert open_secret(get_stored()) == SECRET


def test_the_site_s_own_key_may_change_too(settings, boss):
    make_totp_authenticator(boss, seal_secret(SECRET))
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [settings.SECRET_KEY]
    assert open_secret(get_stored()) == SECRET
    assert reseal_second_factors() == 1
    settings.SECRET_KEY_FALLBACKS = []
    assert open_secret(get_stored()) == SECRET


def test_without_its_key_no_code_is_right_and_the_page_still_answers(
    client, settings, boss, caplog
):
    settings.SECOND_FACTOR_KEYS = [OLD]
    make_totp_authenticator(boss, seal_secret(SECRET))
    settings.SECOND_FACTOR_KEYS = [NEW]
    first_step(client)
    for secret in (SECRET, ""):
        assert client.post(AUTHENTICATE, {"code": get_totp_code(secret)}).status_code == 200
    assert not is_in(client)
    assert "SECOND_FACTOR_KEYS" in caplog.text and SECRET not in caplog.text
    assert reseal_second_factors() == 0, "it waits for its key"
    with pytest.raises(CommandError, match="1 second factors are sealed by a key that is not in"):
        call_command("rotate_keys")
    (message,) = check_second_factor_keys(None)
    assert message.id == "accounts.E002" and "SECOND_FACTOR_KEYS" in message.hint
    settings.SECOND_FACTOR_KEYS = [NEW, OLD]
    assert check_second_factor_keys(None) == []
    call_command("rotate_keys")


def test_one_that_is_taken_off_meanwhile_stops_nothing(settings, boss, monkeypatch):
    others = [make_person("other"), boss]
    for person in others:
        make_totp_authenticator(person, SECRET)

    def read_while_the_first_is_taken_off(sealed):
        Authenticator.objects.filter(user=others[0]).delete()
        return False

    monkeypatch.setattr(second_factor, "is_sealed_by_first_key", read_while_the_first_is_taken_off)
    assert reseal_second_factors() == 1
