"""The staff's pages for people and employers."""

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse

from accounts.models import (
    CheckKind,
    Employer,
    EmployerCheck,
    EmployerDocument,
    EmployerEvent,
    EmployerKind,
    EmployerMember,
    User,
)
from cities.directory.regions import get_region
from tests.accounts.staff.test_roles import make_colleague
from tests.edit_marks import read_edit_mark
from tests.people import make_person, sign_in

pytestmark = pytest.mark.django_db
EMPLOYERS = "admin:accounts_employer_changelist"


@pytest.fixture
def jishou():
    return get_region(433101)  # 吉首


@pytest.fixture
def boss(client):
    user = User.objects.create_superuser("boss@example.com")
    sign_in(client, user)
    return user


def make_employer(jishou, name="吉首小吃铺", **fields):
    fields = {"kind": EmployerKind.INDIVIDUAL_BUSINESS, "region": jishou} | fields
    return Employer.objects.create(name=name, **fields)


def employer_form(employer, checks=(), members=(), **fields):
    """What the browser sends for an employer; checks and members as dicts."""
    data = {
        "name": employer.name,
        "kind": employer.kind,
        "region": employer.region_id,
        "intro": employer.intro,
        "edit_reason": "写错了",
        **read_edit_mark(employer),
    } | fields
    for prefix, forms, there in (
        ("checks", checks, employer.checks.count()),
        ("memberships", members, employer.memberships.count()),
    ):
        data |= {f"{prefix}-TOTAL_FORMS": len(forms), f"{prefix}-INITIAL_FORMS": there}
        for number, form in enumerate(forms):
            data |= {f"{prefix}-{number}-{name}": value for name, value in form.items()}
            data |= {f"{prefix}-{number}-employer": employer.pk}
    return data | {"events-TOTAL_FORMS": 0, "events-INITIAL_FORMS": 0}


def change_url(employer):
    return reverse("admin:accounts_employer_change", args=[employer.pk])


@pytest.mark.parametrize("page", [EMPLOYERS, "admin:accounts_user_changelist"])
def test_visitors_and_ordinary_users_are_sent_to_the_login(client, page):
    assert client.get(reverse(page)).url.startswith("/accounts/login/?next=%2Fadmin%2F")
    sign_in(client, User.objects.create_user("seeker@example.com"))
    assert client.get(reverse(page)).url.startswith(reverse("admin:login"))


def test_a_person_is_added_by_phone_alone(client, boss):
    data = {"phone": "+8613800000000", "name": "小田"}
    answer = client.post(reverse("admin:accounts_user_add"), data)
    assert answer.status_code == 302
    added = User.objects.get(phone="+8613800000000")
    assert added.email is None and not added.has_usable_password()


def test_a_person_without_mail_and_phone_is_refused(client, boss):
    data = {"name": "小田"}
    answer = client.post(reverse("admin:accounts_user_add"), data)
    assert "邮箱和手机号至少填一个" in answer.content.decode()
    assert User.objects.count() == 1


def test_who_is_there_already_is_said_at_the_field(client, boss):
    User.objects.create_user(phone="+8613800000000")
    data = {"email": "BOSS@example.com", "phone": "138 0000 0000"}
    form = client.post(reverse("admin:accounts_user_add"), data).context["adminform"].form
    assert form.errors["email"] == ["这个邮箱已经注册过了。"]
    assert form.errors["phone"] == ["这个手机号已经注册过了。"]
    assert form["email"].value() == data["email"] and User.objects.count() == 2


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("Boss@Example.com", {""}),
        ("138 0000 0000", {"小田"}),
        ("+8613800000000", {"小田"}),
        ("小", {"小田"}),
        ("boss", set()),
        ("8000", set()),
    ],
)
def test_people_are_found_by_a_whole_address_or_phone(client, boss, typed, names):
    User.objects.create_user(phone="+8613800000000", name="小田")
    page = client.get(reverse("admin:accounts_user_changelist"), {"q": typed})
    assert {user.name for user in page.context["cl"].result_list} == names
    text = page.content.decode()
    assert "要写全" in text
    assert not names or "sortable column-name" in text
    assert "sortable column-email" not in text
    for address in ("accounts_user", "mfa_authenticator", "safety_decision"):
        result_page = client.get(reverse(f"admin:{address}_changelist"), {"q": typed})
        assert result_page.status_code == 200
    asked = {"term": typed, "app_label": "accounts", "model_name": "employermember"}
    asked |= {"field_name": "user"}
    results = client.post(reverse("admin:autocomplete"), asked).json()["results"]
    assert len(results) == len(names)


def staff_with(client, *codenames):
    staff = User.objects.create_user("staff@example.com", is_staff=True)
    staff.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    sign_in(client, staff)
    return staff


def test_staff_cannot_make_themselves_superusers(client):
    staff = staff_with(client, "change_user", "view_user")
    url = reverse("admin:accounts_user_change", args=[staff.pk])
    data = {"email": staff.email, "is_active": "on", "is_superuser": "on", "name": "新名字"}
    data |= read_edit_mark(staff, editor=staff)
    assert client.post(url, data).status_code == 302
    staff.refresh_from_db()
    assert staff.name == "新名字" and not staff.is_superuser and staff.is_staff


def test_staff_cannot_change_a_superuser(client):
    root = User.objects.create_superuser("root@example.com")
    staff_with(client, "change_user", "view_user")
    url = reverse("admin:accounts_user_change", args=[root.pk])
    assert client.post(url, {"email": "mine@example.com"}).status_code == 403
    root.refresh_from_db()
    assert root.email == "root@example.com"


def test_nobody_types_the_password_of_another(client, boss):
    """Not even a superuser: there is neither a field nor a page for it."""
    other = User.objects.create_user("other@example.com", "weishenme-bu-9")
    url = reverse("admin:accounts_user_change", args=[other.pk])
    page = client.get(url).content.decode()
    assert "停用账号…" in page and 'type="password"' not in page
    typed = {"password": "x", "password1": "tianqi-bucuo-9", "password2": "tianqi-bucuo-9"}
    client.post(url, {"email": other.email, **typed})
    client.post(f"/admin/accounts/user/{other.pk}/password/", typed)
    other.refresh_from_db()
    assert other.check_password("weishenme-bu-9") and other.is_active
    with pytest.raises(NoReverseMatch):
        reverse("admin:auth_user_password_change", args=[other.pk])


def test_the_status_of_an_employer_cannot_be_posted(client, boss, jishou):
    employer = make_employer(jishou)
    data = employer_form(employer, name="吉首大吃铺", status="verified", recheck_due="2099-01-01")
    assert client.post(change_url(employer), data).status_code == 302
    employer.refresh_from_db()
    assert (employer.name, employer.status) == ("吉首大吃铺", "unverified")
    assert employer.recheck_due is None
    event = employer.events.get()
    assert (event.actor, event.action) == (boss, "edit")


def test_checks_are_shown_and_written_at_the_desk_alone(client, boss, jishou):
    employer = make_employer(jishou)
    kept = EmployerCheck.objects.create(employer=employer, kind=CheckKind.PHONE, method="回拨")
    assert "回拨" in client.get(change_url(employer)).content.decode()
    row = {"id": kept.pk, "kind": "phone", "method": "回拨两次", "checked_on": "2026-01-05"}
    more = {"kind": "licence", "method": "看过原件", "checked_on": "2026-01-05"}
    sent = employer_form(employer, checks=[row | {"DELETE": "on"}, more])
    assert client.post(change_url(employer), sent).status_code == 302
    assert employer.checks.get().method == "回拨"


@pytest.mark.parametrize("mark", ["", "0" * 32])
def test_a_form_that_does_not_say_what_it_was_opened_with_is_refused(client, boss, jishou, mark):
    employer = make_employer(jishou)
    data = employer_form(employer, name="吉首大吃铺", edit_shown=mark)
    answer = client.post(change_url(employer), data)
    assert "请重新打开这一页再改" in answer.content.decode()
    employer.refresh_from_db()
    assert employer.name != "吉首大吃铺"


def test_a_form_from_before_a_member_came_takes_nobody_away(client, boss, jishou):
    employer = make_employer(jishou)
    row = employer.memberships.create(user=boss, role="owner")
    leaving = {"id": row.pk, "user": boss.pk, "role": "owner", "DELETE": "on"}
    added = {"user": make_person("other").pk, "role": "owner"}
    old = employer_form(employer, members=[leaving, added])
    employer.memberships.create(user=make_person("later"), role="recruiter")
    answer = client.post(change_url(employer), old)
    assert "刚才有人改过" in answer.content.decode()
    assert set(employer.memberships.values_list("user__name", "role")) == {
        (boss.name, "owner"),
        ("later", "recruiter"),
    }


def test_a_member_is_added(client, boss, jishou):
    employer = make_employer(jishou)
    client.post(
        change_url(employer),
        employer_form(employer, members=[{"user": boss.pk, "role": "owner"}]),
    )
    assert employer.memberships.get().user == boss


def test_an_employer_is_never_deleted(client, boss, jishou):
    employer = make_employer(jishou)
    url = reverse("admin:accounts_employer_delete", args=[employer.pk])
    assert client.post(url, {"post": "yes"}).status_code == 403
    assert Employer.objects.filter(pk=employer.pk).exists()


def test_employers_are_found_by_name_for_autocomplete(client, boss, jishou):
    wanted = make_employer(jishou, "凤凰客栈")
    make_employer(jishou, "吉首小吃铺")
    query = {"app_label": "listings", "model_name": "listing", "field_name": "employer"}
    answer = client.post(reverse("admin:autocomplete"), query | {"term": "客栈"}).json()
    assert [item["id"] for item in answer["results"]] == [str(wanted.pk)]


@pytest.mark.parametrize("query", ["q=%E5%90%83", "q=%00", "status=x", "kind=1&p=99999999999"])
def test_any_query_gets_a_page(client, boss, jishou, query):
    make_employer(jishou)
    assert client.get(f"{reverse(EMPLOYERS)}?{query}").status_code in (200, 302)


def queries_of(client, url):
    with CaptureQueriesContext(connection) as caught:
        assert client.get(url).status_code == 200
    return len(caught)


def test_more_employers_take_no_more_queries(client, boss, jishou):
    def add(number):
        employer = make_employer(jishou, f"店{number}")
        EmployerCheck.objects.create(employer=employer, kind=CheckKind.PHONE, method="回拨")

    add(0)
    client.get(reverse(EMPLOYERS))  # content types and places are remembered
    queries_for_one = queries_of(client, reverse(EMPLOYERS))
    for number in range(1, 6):
        add(number)
    assert queries_of(client, reverse(EMPLOYERS)) == queries_for_one


def test_more_rows_beside_an_employer_take_no_more_queries(client, boss, jishou):
    employer = make_employer(jishou)

    def add(number):
        user = User.objects.create_user(f"u{number}@example.com")
        EmployerMember.objects.create(employer=employer, user=user)
        EmployerCheck.objects.create(
            employer=employer, kind=CheckKind.PHONE, method="回拨", reviewer=user
        )
        EmployerEvent.objects.create(employer=employer, actor=user, action="x", after="pending")

    add(0)
    client.get(change_url(employer))
    queries_for_one = queries_of(client, change_url(employer))
    for number in range(1, 5):
        add(number)
    assert queries_of(client, change_url(employer)) == queries_for_one


@pytest.mark.parametrize(("role", "is_led"), [("moderator", True), ("support", False)])
def test_only_who_may_see_papers_is_led_to_the_desk(client, jishou, role, is_led):
    shop, owner = make_employer(jishou), make_person("owner")
    EmployerDocument.objects.create(employer=shop, kind="licence", size=1, uploaded_by=owner)
    sign_in(client, make_colleague(role, role))
    page = client.get(change_url(shop)).content.decode()
    assert ("在审核台看</a>（1 份）" in page) is is_led
    assert ("1 份，由审核员看" in page) is not is_led
