"""The name of a person leaves the notices of others with the account."""

import ast

import pytest
from django.conf import settings

from accounts.inbox import named_notices
from accounts.models import Notice
from jobsite.me.personal_data import close_account
from safety.case_queues.case_questions import CaseLink, answer_question, ask_colleague
from sitekit.models import Mail
from tests.people import make_person
from tests.safety.desks import make_moderator_user

pytestmark = pytest.mark.django_db
SENDERS = {"NoticeMessage", "MemberMessage", "send_notice"}
# How variables and columns that hold a person are called.
PEOPLE = {
    *("user", "person", "actor", "author", "asker", "asked", "moderator", "colleague", "editor"),
    *("member", "owner", "maker", "seeker", "reporter", "appellant", "approver", "looker"),
    *("inviter", "invited_by", "decided_by", "answered_by", "accepted_by", "reviewer", "reader"),
}


def is_person(node):
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return name in PEOPLE


def names_person(node):
    """Whether the node reads the name of a person."""
    if isinstance(node, ast.FormattedValue):
        return is_person(node.value)
    return isinstance(node, ast.Attribute) and node.attr == "name" and is_person(node.value)


def list_called_names(function):
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            yield getattr(node.func, "attr", getattr(node.func, "id", ""))


def list_undeclared(tree):
    """Yield the functions that send a notice with a name, under a key that no declared kind builds."""
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        called = set(list_called_names(function))
        is_undeclared = called & SENDERS and "build_key" not in called
        if is_undeclared and any(map(names_person, ast.walk(function))):
            yield function.name


def test_each_notice_with_a_name_is_declared():
    sources = [
        path
        for app in ("accounts", "listings", "news", "safety", "jobsite")
        for path in (settings.BASE_DIR / app).rglob("*.py")
    ]
    trees = {path: ast.parse(path.read_text()) for path in sources}
    assert not {(path.name, name) for path in sources for name in list_undeclared(trees[path])}


def test_the_next_one_is_found():
    text = """
def tell(user, owner):
    send_notice(owner, "joined-1", f"{user}来了")
def tell_name(member):
    title = member.user.name or "一位成员"
    return MemberMessage("left-1", title)
def tell_declared(user, owner):
    send_notice(owner, KIND.build_key(user, 1), f"{user}来了")
def tell_number(user, employer):
    send_notice(user, f"role-{user.pk}", employer.name)
"""
    assert list(list_undeclared(ast.parse(text))) == ["tell", "tell_name"]


def test_colleagues_read_that_somebody_asked_and_answered_but_not_who():
    asker, asked = make_moderator_user("asker"), make_moderator_user("answerer")
    case = CaseLink("listing", 7, "夜市摊帮手", "/admin/desk/listings/7/")
    question = ask_colleague(case, asker, asked, "押金算不算收费？")
    answer_question(question.pk, asked, "算。", case)
    for user in (asker, asked):
        user.is_staff = False
        user.save()
    assert asked.notices.get().title == "asker问你：「夜市摊帮手」"
    close_account(asker.pk)
    assert asked.notices.get().title == "一位同事问过你，后来注销了账号"
    assert not Mail.objects.filter(subject__contains="asker").exists()


def test_notices_of_earlier_releases_are_found_by_their_words():
    gone, boss = make_person("gone"), make_person("boss")
    Notice.objects.create(user=boss, key="employer-joined-5-1", title="gone加入了「奶茶店」")
    Notice.objects.create(user=boss, key="employer-joined-6-1", title="friend加入了「奶茶店」")
    Notice.objects.create(
        user=boss, key="staff-members-5-1", title="改了成员", text="移除：gone，招聘者。"
    )
    Notice.objects.create(user=boss, key="question-5", title="gone问你：「夜市摊」")
    Notice.objects.create(user=boss, key="staff-joined-5", title="gone接受了邀请")
    close_account(gone.pk)
    rows = boss.notices.all()
    assert not [row.key for row in rows if "gone" in row.title + row.text]
    assert rows.get(key="employer-joined-6-1").title == "friend加入了「奶茶店」"
    assert rows.get(key="staff-members-5-1").title == "改了成员"


def test_each_kind_has_words_without_a_name_that_fit():
    for kind in named_notices._KINDS:
        assert (kind.title or kind.text) and "{}" not in kind.title + kind.text
        assert len(kind.title) <= 80 and len(kind.text) <= 600
