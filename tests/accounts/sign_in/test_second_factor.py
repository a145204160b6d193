"""The second factor: authenticator app, emergency codes; all staff before the admin opens."""

import pytest
from allauth.mfa.models import Authenticator
from django.template.loader import render_to_string
from django.test import Client
from django.urls import resolve, reverse
from django.utils.html import escape

from accounts.models import Notice, User
from accounts.sign_in.second_factor import AdminNeedsSecondFactor
from tests.accounts.sign_in_pages import PASSWORD, get_main_text, is_in, post_code, post_contact
from tests.people import SECRET, get_totp_code, make_person, sign_in

pytestmark = pytest.mark.django_db
AUTHENTICATE = "/accounts/2fa/authenticate/"
ACTIVATE = "/accounts/2fa/totp/activate/"
RECOVERY = "/accounts/2fa/recovery-codes/"
AGAIN = "/accounts/2fa/reauthenticate/"


@pytest.fixture
def boss():
    return make_person("boss", is_staff=True, is_superuser=True, phone="+8613800138000")


@pytest.fixture
def guarded(boss):
    kind = Authenticator.Type.TOTP
    Authenticator.objects.create(user=boss, type=kind, data={"secret": SECRET})
    return boss


def make_recovery_codes(user):
    kind = Authenticator.Type.RECOVERY_CODES
    data = {"seed": "a seed of the tests", "used_mask": 0}
    return Authenticator.objects.create(user=user, type=kind, data=data).wrap().get_unused_codes()


def build_wrong_totp():
    """No code of the minutes around."""
    near = {get_totp_code(steps=steps) for steps in range(-3, 4)}
    return next(f"{n:06}" for n in range(10) if f"{n:06}" not in near)


def first_step(client, after="/admin/"):
    post_contact(client, "13800138000", next=after)
    return post_code(client)


def test_the_staff_begin_where_they_work(client, guarded):
    first_step(client, after="")
    assert client.post(AUTHENTICATE, {"code": get_totp_code()}).url == "/admin/"


def test_who_has_one_is_asked_for_it(client, guarded):
    assert first_step(client).url == AUTHENTICATE
    assert not is_in(client)
    assert client.get(AUTHENTICATE).status_code == 200
    assert client.post(AUTHENTICATE, {"code": get_totp_code()}).url == "/admin/"
    assert is_in(client)
    assert client.get("/admin/").status_code == 200


def test_a_second_press_whose_first_answer_was_lost_reads_why_it_begins_again(client, guarded):
    first_step(client)
    before, code = dict(client.cookies), get_totp_code()
    client.post(AUTHENTICATE, {"code": code})
    client.cookies.clear()
    client.cookies.update(before)
    answer = client.post(AUTHENTICATE, {"code": code}, follow=True)
    assert answer.redirect_chain == [("/accounts/login/", 302)]
    assert "请再登录一次" in get_main_text(answer) and not is_in(client)


def test_a_password_alone_is_not_enough(client, guarded):
    guarded.set_password("a long pass phrase")
    guarded.save()
    given = {"contact": "13800138000", "password": "a long pass phrase"}
    assert client.post(PASSWORD, given).url == AUTHENTICATE
    assert not is_in(client)


@pytest.mark.parametrize("given", [{}, {"code": ""}, {"code": "x"}, {"credential": "x"}])
def test_nonsense_is_refused_without_an_accident(client, guarded, given):
    first_step(client)
    assert client.post(AUTHENTICATE, given).status_code == 200
    assert not is_in(client)


@pytest.mark.parametrize(
    "credential", ["[]", "1", "null", "{}", '{"response": 1}', '{"id": "x", "rawId": "x"}', "true"]
)
@pytest.mark.parametrize("page", [AUTHENTICATE, "/accounts/2fa/webauthn/login/"])
def test_a_spoiled_passkey_is_refused_without_an_accident(client, guarded, credential, page):
    first_step(client)
    assert client.post(page, {"credential": credential}).status_code in {200, 302}
    assert not is_in(client)


def test_full_width_digits_are_digits(client, guarded):
    first_step(client)
    client.post(AUTHENTICATE, {"code": " ".join(chr(ord(d) + 0xFEE0) for d in get_totp_code())})
    assert is_in(client)


def test_a_code_that_was_used_is_refused_in_every_process(guarded):
    from django.core.cache import cache

    code = get_totp_code()
    first = Client()
    first_step(first)
    first.post(AUTHENTICATE, {"code": code})
    assert is_in(first)
    cache.clear()  # as in another process
    second = sign_in_half(Client(), guarded)
    answer = second.post(AUTHENTICATE, {"code": code})
    assert "刚用过" in get_main_text(answer)
    assert not is_in(second)


def sign_in_half(client, user):
    """Past the first step by password, which needs no new code."""
    user.set_password("a long pass phrase")
    user.save()
    client.post(PASSWORD, {"contact": user.email, "password": "a long pass phrase"})
    return client


def test_guessing_ends_after_ten_even_in_other_processes(guarded):
    from django.core.cache import cache

    client = sign_in_half(Client(), guarded)
    for _ in range(10):
        assert "验证码不对" in get_main_text(
            client.post(AUTHENTICATE, {"code": build_wrong_totp()})
        )
    cache.clear()
    client = sign_in_half(Client(), guarded)
    assert "试得太多" in get_main_text(client.post(AUTHENTICATE, {"code": get_totp_code()}))
    assert not is_in(client)


def test_an_emergency_code_lets_in_once(guarded):
    codes = make_recovery_codes(guarded)
    first = sign_in_half(Client(), guarded)
    first.post(AUTHENTICATE, {"code": codes[0]})
    assert is_in(first)
    second = sign_in_half(Client(), guarded)
    second.post(AUTHENTICATE, {"code": codes[0]})
    assert not is_in(second)
    second.post(AUTHENTICATE, {"code": codes[1]})
    assert is_in(second)


# -- the admin


def admin_pages():
    return ["/admin/", reverse("admin:accounts_user_changelist"), "/admin/login/", "/admin/jsi18n/"]


def test_staff_without_one_are_led_to_set_it_up(client, boss):
    first_step(client)
    assert is_in(client)
    for page in admin_pages():
        answer = client.get(page)
        assert answer.url.startswith(f"{ACTIVATE}?next=%2Fadmin%2F")
    page = client.get(ACTIVATE)
    secret = page.context["form"].secret
    assert client.post(ACTIVATE, {"code": get_totp_code(secret)}).url == RECOVERY
    assert "进后台" in get_main_text(client.get(RECOVERY))
    assert client.get("/admin/").status_code == 200


def test_after_setting_it_up_the_way_goes_on_to_where_it_was_asked_for(client, boss):
    first_step(client)
    activate = client.get("/admin/accounts/user/?q=x").url
    secret = client.get(activate).context["form"].secret
    codes = client.post(activate, {"code": get_totp_code(secret)}).url
    assert codes.startswith(RECOVERY)
    assert 'href="/admin/accounts/user/?q=x">存好了' in client.get(codes).content.decode()
    page = client.get(f"{RECOVERY}?next=https://evil.example/").content.decode()
    assert "evil.example" not in page


def test_codes_made_with_a_passkey_are_shown_when_they_become_of_use(client):
    seeker = make_person("seeker")
    Authenticator.objects.create(user=seeker, type=Authenticator.Type.WEBAUTHN, data={"name": "x"})
    codes = make_recovery_codes(seeker)
    sign_in(client, seeker)
    assert "备用码" not in get_main_text(client.get("/accounts/2fa/")), "nobody asks for one yet"
    secret = client.get(ACTIVATE).context["form"].secret
    page = client.post(ACTIVATE, {"code": get_totp_code(secret)}, follow=True)
    assert codes[0] in get_main_text(page)
    assert "备用码" in get_main_text(client.get("/accounts/2fa/"))


@pytest.mark.parametrize("is_staff", [True, False])
def test_a_member_who_adds_a_passkey_is_told_of_no_codes(rf, is_staff):
    """Staff are led to them."""
    request = rf.get("/accounts/2fa/webauthn/add/")
    request.resolver_match, request.user = resolve(request.path), User(is_staff=is_staff)
    words = render_to_string("mfa/messages/recovery_codes_generated.txt", {}, request)
    assert words.strip() == ("备用码做好了，请存好。" if is_staff else "")


def test_on_a_phone_the_authenticator_is_opened_by_a_link(client):
    sign_in(client, make_person("seeker"))
    page = client.get(ACTIVATE)
    assert f'href="{escape(page.context["totp_url"])}"' in page.content.decode()
    assert page.context["totp_url"].startswith("otpauth://totp/")


def test_who_lost_phone_and_codes_reads_whom_to_ask(client, guarded):
    first_step(client)
    page = client.get(AUTHENTICATE)
    assert "都找不到了" in get_main_text(page) and 'href="/about/"' in page.content.decode()


def test_staff_who_came_in_before_they_had_one_are_asked_now(client, boss):
    sign_in(Client(), boss)  # elsewhere: sets the factor up
    client.force_login(boss)
    answer = client.get("/admin/accounts/user/?q=x")
    assert answer.url == f"{AGAIN}?next=%2Fadmin%2Faccounts%2Fuser%2F%3Fq%3Dx"
    assert client.post(answer.url, {"code": get_totp_code(), "next": "/admin/"}).url == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_the_door_of_the_admin_is_the_door_of_the_site(client, boss):
    assert client.get("/admin/").url == "/accounts/login/?next=%2Fadmin%2F"
    assert client.get("/admin/login/?next=/admin/x/").url == "/accounts/login/?next=%2Fadmin%2Fx%2F"
    assert client.get("/admin/login/?next=//e.x/").url == "/accounts/login/?next=%2Fadmin%2F"
    boss.set_password("a long pass phrase")
    boss.save()
    given = {"username": "boss@example.com", "password": "a long pass phrase"}
    assert client.post("/admin/login/", given).url == "/accounts/login/?next=%2Fadmin%2F"
    assert not is_in(client)


def test_a_post_without_it_changes_nothing(client, boss):
    client.force_login(boss)
    page = reverse("admin:accounts_user_add")
    given = {
        "email": "new@example.com",
        "password1": "tianqi-bucuo-9",
        "password2": "tianqi-bucuo-9",
    }
    assert client.post(page, given).status_code == 302
    assert User.objects.count() == 1
    sign_in(client, boss)
    client.post(page, given)
    assert User.objects.count() == 2


def test_who_is_no_staff_is_turned_away_without_going_round_in_circles(client):
    sign_in(client, make_person("seeker"))
    answer = client.get("/admin/")
    assert answer.status_code == 302
    assert client.get(answer.url).status_code == 403


def test_a_session_of_somebody_else_proves_nothing(client, boss):
    """The record of the factor is bound to who gave it."""
    other = make_person("other", is_staff=True)
    sign_in(client, boss)
    client.force_login(other)
    assert client.get("/admin/").status_code == 302


def test_taken_off_it_is_asked_for_anew(client, boss):
    sign_in(client, boss)
    Authenticator.objects.all().delete()
    assert client.get("/admin/").url.startswith(ACTIVATE)


def test_there_is_no_switch(settings):
    """Nothing in the settings turns it off; the middleware stands there always."""
    name = f"{AdminNeedsSecondFactor.__module__}.{AdminNeedsSecondFactor.__qualname__}"
    assert name in settings.MIDDLEWARE
    assert "settings" not in AdminNeedsSecondFactor.__call__.__code__.co_names


def test_signing_out_of_the_admin_needs_none(client, boss):
    client.force_login(boss)
    assert client.post("/admin/logout/").status_code in {200, 302}
    assert not is_in(client)


def test_pages_outside_the_admin_need_none_of_staff(client, boss):
    client.force_login(boss)
    assert client.get("/accounts/").status_code == 200


# -- setting up and taking off


def test_a_seeker_sets_it_up_and_is_told(client, django_capture_on_commit_callbacks):
    seeker = make_person("seeker")
    sign_in(client, seeker)
    secret = client.get(ACTIVATE).context["form"].secret
    assert "验证码不对" in get_main_text(client.post(ACTIVATE, {"code": build_wrong_totp()}))
    assert Authenticator.objects.count() == 0
    with django_capture_on_commit_callbacks(execute=True):
        client.post(ACTIVATE, {"code": get_totp_code(secret)})
    kinds = set(Authenticator.objects.values_list("type", flat=True))
    assert kinds == {"totp", "recovery_codes"}
    assert Notice.objects.get().title == "两步验证打开了"


def test_taking_it_off_asks_who_it_is_unless_that_is_fresh(client, guarded):
    client.force_login(guarded)
    page = "/accounts/2fa/totp/deactivate/"
    assert client.get(page).url.startswith(AGAIN)
    assert client.post(page).url.startswith(AGAIN)
    assert Authenticator.objects.count() == 1
    # the button was pressed already: it acts once that is answered
    client.post(f"{AGAIN}?next={page}", {"code": get_totp_code(), "next": page})
    assert Authenticator.objects.count() == 0
    assert Notice.objects.get().title == "两步验证关掉了"


def test_a_passkey_alone_is_a_convenience_for_seekers_and_a_must_for_staff(client, boss):
    seeker = make_person("seeker", phone="+8613800138001")
    for user in (seeker, boss):
        kind = Authenticator.Type.WEBAUTHN
        Authenticator.objects.create(user=user, type=kind, data={"name": "x", "credential": {}})
    post_contact(client, "13800138001")
    assert post_code(client).url == "/me/"
    other = Client()
    assert first_step(other).url == AUTHENTICATE


def test_codes_of_others_are_not_to_be_had(client, guarded):
    make_recovery_codes(guarded)
    sign_in(client, make_person("seeker"))
    for page in (RECOVERY, f"{RECOVERY}download/"):
        assert client.get(page).status_code == 404


def test_an_authenticator_taken_off_twice_is_off_and_the_page_says_so(client, guarded):
    sign_in(client, guarded)
    page = "/accounts/2fa/totp/deactivate/"
    assert client.post(page).status_code == 302
    for answer in (client.post(page, follow=True), client.get(page, follow=True)):
        assert answer.redirect_chain == [("/accounts/2fa/", 302)]
        assert "验证器没有开着" in answer.content.decode()
    assert Notice.objects.filter(title="两步验证关掉了").count() == 1


def test_emergency_codes_are_shown_and_kept_by_no_cache(client, guarded):
    codes = make_recovery_codes(guarded)
    sign_in(client, guarded)
    page = client.get(RECOVERY)
    assert codes[0] in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    file = client.get(f"{RECOVERY}download/")
    assert file.content.decode().split() == codes
    client.post(f"{RECOVERY}generate/")
    assert codes[0] not in client.get(RECOVERY).content.decode()


def test_secrets_do_not_stand_in_the_admin(client, guarded):
    sign_in(client, guarded)
    for page in ("/admin/mfa/authenticator/",):
        assert SECRET not in client.get(page).content.decode()
    key = Authenticator.objects.get()
    assert SECRET not in client.get(f"/admin/mfa/authenticator/{key.pk}/change/").content.decode()


def test_only_an_admin_takes_it_off_another(client, guarded):
    other = make_person("other", is_staff=True)
    key = Authenticator.objects.get(user=guarded)
    sign_in(client, other)
    page = f"/admin/mfa/authenticator/{key.pk}/delete/"
    assert client.post(page, {"post": "yes"}).status_code == 403
    sign_in(client, guarded)
    client.post(page, {"post": "yes"})
    assert not Authenticator.objects.filter(pk=key.pk).exists()
