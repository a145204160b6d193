"""What is used of allauth's inside: in one module only, and each use as it was when last checked.

After an upgrade this is the file to run first. A failure names what allauth changed.
"""

import ast
import importlib
import inspect
import re
import textwrap
import time
from importlib.metadata import version
from pathlib import Path

import pytest
from allauth.account.internal import stagekit
from allauth.account.internal.flows import login, reauthentication
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from allauth.socialaccount.internal.flows import signup
from allauth.socialaccount.models import SocialAccount, SocialLogin

from accounts.models import User
from accounts.sign_in import allauth_internals
from accounts.sign_in.access import RECENT_SIGN_IN_SECONDS
from accounts.sign_in.allauth_adapter import MFAAdapter, SocialAdapter
from tests.accounts.sign_in_pages import (
    AGREEMENT,
    get_main_text,
    is_in,
    last_code,
    post_code,
    post_contact,
)
from tests.people import get_totp_code, make_person, sign_in

PROJECT = Path(__file__).resolve().parents[3]
ALLOWED = {Path(allauth_internals.__file__), Path(__file__)}
NOT_OURS = {"var", "static", "media", "node_modules"}
SOCIAL_SIGNUP, SOCIAL_CODE = "/accounts/social/signup/", "/accounts/social/signup/code/"
AGAIN, ACTIVATE = "/accounts/reauthenticate/", "/accounts/2fa/totp/activate/"


# -- nobody else uses them


def list_source_files():
    for folder in sorted(PROJECT.iterdir()):
        if folder.is_dir() and folder.name not in NOT_OURS and not folder.name.startswith("."):
            yield from sorted(folder.rglob("*.py"))


def is_internal(dotted_name):
    """`allauth.x.internal.y` and `allauth.x._y`, but not `allauth.__version__`."""
    parts = dotted_name.split(".")
    return parts[0] == "allauth" and any(
        part == "internal" or re.match(r"_(?!_)", part) for part in parts
    )


def find_internal_imports(source):
    """(line, name) of each internal name that is imported, written in a string, or walked to."""
    if "allauth" not in source:  # most sources: a tenth of the time
        return
    tree = ast.parse(source)
    aliases = {}  # what a local name stands for: `from allauth.mfa import totp as t`
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from _name_if_internal(node, alias.name)
                aliases[alias.asname or alias.name.split(".")[0]] = (
                    alias.name if alias.asname else alias.name.split(".")[0]
                )
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                yield from _name_if_internal(node, f"{node.module}.{alias.name}")
                aliases[alias.asname or alias.name] = f"{node.module}.{alias.name}"
        elif isinstance(node, ast.Constant) and re.fullmatch(r"[\w.]+", str(node.value)):
            yield from _name_if_internal(node, str(node.value))
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and (name := _dotted_name(node, aliases)):
            yield from _name_if_internal(node, name)


def _name_if_internal(node, name):
    if is_internal(name):
        yield node.lineno, name


def _dotted_name(node, aliases):
    """The full name of `totp.internal.auth`, where `totp` was imported."""
    if isinstance(node, ast.Attribute):
        owner = _dotted_name(node.value, aliases)
        return f"{owner}.{node.attr}" if owner else None
    return aliases.get(node.id) if isinstance(node, ast.Name) else None


def test_one_module_imports_what_allauth_keeps_to_itself():
    violations = [
        f"{path.relative_to(PROJECT)}:{line}: {name}"
        for path in list_source_files()
        if path not in ALLOWED
        for line, name in find_internal_imports(path.read_text())
    ]
    assert violations == [], f"use {allauth_internals.__name__} for these"


def test_what_is_read_is_the_project():
    paths = {str(path.relative_to(PROJECT)) for path in list_source_files()}
    assert {"tests/people.py", "jobsite/settings.py"} <= paths
    assert set(list_source_files()) >= ALLOWED


@pytest.mark.parametrize(
    "planted",
    [
        "from allauth.account.internal.flows.login import perform_login",
        "from allauth.account.internal import flows",
        "from allauth.account import internal",
        "import allauth.account.internal.stagekit",
        "import allauth.account.internal.stagekit as kit",
        "def f():\n    from allauth.mfa.totp.internal import auth",
        "from allauth.socialaccount.adapter import _build_apps_from_settings",
        "from allauth.socialaccount import adapter\nadapter._build_apps_from_settings()",
        "import allauth.mfa\nallauth.mfa.totp.internal.auth.hotp_value",
        "monkeypatch.setattr('allauth.mfa.totp.internal.auth.hotp_value', f)",
    ],
)
def test_planted_import_is_found(planted):
    assert list(find_internal_imports(planted))


@pytest.mark.parametrize(
    "harmless",
    [
        "from allauth.account.authentication import get_authentication_records",
        "from allauth.mfa.totp import views as totp\ntotp.activate_totp",
        "import allauth\nallauth.__version__",
        "from accounts.internal import x",
    ],
)
def test_public_import_is_not_found(harmless):
    assert list(find_internal_imports(harmless)) == []


# -- nor does a class of ours lean on private names of the class it is made from


def list_private_names(cls):
    """Private names of allauth's classes that the body of a class of ours defines or calls."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(cls)))
    names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    names |= {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    bases = [base for base in cls.__mro__ if base.__module__.startswith("allauth.")]
    return {
        name
        for name in names
        if re.match(r"_(?!_)", name) and any(name in vars(base) for base in bases)
    }


def list_classes_made_from_allauth():
    for path in list_source_files():
        if "allauth" not in path.read_text() or path.is_relative_to(PROJECT / "tests"):
            continue
        module = importlib.import_module(
            ".".join(path.relative_to(PROJECT).with_suffix("").parts).removesuffix(".__init__")
        )
        classes = [value for value in vars(module).values() if inspect.isclass(value)]
        for cls in classes:
            bases = {base.__module__.split(".")[0] for base in cls.__mro__}
            if cls.__module__ == module.__name__ and "allauth" in bases:
                yield cls


def test_no_class_uses_private_names_of_allauth_s_classes():
    classes = list(list_classes_made_from_allauth())
    assert {"AccountAdapter", "Stage", "AddPasskeyForm"} <= {cls.__name__ for cls in classes}
    assert {cls.__name__: names for cls in classes if (names := list_private_names(cls))} == {}


def test_planted_private_method_is_found():
    class Planted(AuthenticateStage):
        def _should_handle(self, request):
            return True

    class AlsoPlanted(AuthenticateStage):
        def handle(self):
            return self._should_handle(self.request)

    assert list_private_names(Planted) == list_private_names(AlsoPlanted) == {"_should_handle"}


# -- each use, as it was checked

# Our name: the function of allauth, and what it takes.
USES = {
    "record_authentication_step": (
        login.record_authentication,
        (
            "(request: 'HttpRequest', user: 'AbstractBaseUser | None', method: 'str',"
            " **extra_data) -> 'None'"
        ),
    ),
    "discard_pending_login": (stagekit.clear_login, "(request: 'HttpRequest') -> 'None'"),
    "resume_suspended_request": (
        reauthentication.resume_request,
        "(request: 'HttpRequest') -> 'HttpResponseRedirect | None'",
    ),
    "get_pending_social_login": (
        signup.get_pending_signup,
        "(request: 'HttpRequest') -> 'SocialLogin | None'",
    ),
    "discard_pending_social_login": (
        signup.clear_pending_signup,
        "(request: 'HttpRequest') -> 'None'",
    ),
}


def test_every_use_stands_here():
    source = Path(allauth_internals.__file__).read_text()
    imported = {name for _, name in find_internal_imports(source)}
    checked = {f"{function.__module__}.{function.__name__}" for function, _ in USES.values()}
    assert imported == checked
    assert set(allauth_internals.__all__) == set(USES)


def test_they_were_checked_with_the_version_that_is_installed():
    sentence = f"Checked with allauth {version('django-allauth')}."
    assert sentence in allauth_internals.__doc__, (
        f"allauth was changed to {version('django-allauth')}: is each use still right, and is"
        f" there a public way now? If all tests of this file pass, write into it: {sentence}"
    )


@pytest.mark.parametrize("use", USES)
def test_what_is_called_takes_what_it_took(use):
    function, signature = USES[use]
    assert getattr(allauth_internals, use) is function
    assert str(inspect.signature(function)) == signature, f"{use} is called otherwise"


# -- and what they do in real requests: people who are signed in must stay so


@pytest.fixture
def mother():
    return make_person("mother", phone="+8613800138000")


@pytest.mark.django_db
def test_a_sign_in_is_recorded_under_the_session_keys_people_have_now(client, mother):
    before = time.time()
    post_contact(client, "13800138000")
    post_code(client)
    assert is_in(client)
    (record,) = client.session["account_authentication_methods"]
    assert record.keys() == {"method", "at"}
    assert record["method"] == "code"
    assert before <= record["at"] <= time.time()
    assert client.session["account_authentication_methods_user"] == str(mother.pk)
    assert client.get("/accounts/password/").status_code == 200


@pytest.mark.django_db
def test_records_written_before_an_upgrade_are_read_after_it(client, mother):
    """The session as a release with allauth 65.21.1 leaves it."""
    client.force_login(mother, backend="accounts.backends.EmailOrPhoneBackend")
    session = client.session
    session["account_authentication_methods_user"] = str(mother.pk)
    session["account_authentication_methods"] = [{"method": "code", "at": time.time()}]
    session.save()
    assert client.get("/accounts/password/").status_code == 200
    session["account_authentication_methods"] = [
        {"method": "code", "at": time.time() - RECENT_SIGN_IN_SECONDS}
    ]
    session.save()
    assert client.get("/accounts/password/").url.startswith(AGAIN)


@pytest.mark.django_db
def test_a_new_sign_in_drops_the_one_that_waits_for_its_second_factor(client, mother):
    kind = Authenticator.Type.TOTP
    Authenticator.objects.create(user=mother, type=kind, data={"secret": "JBSWY3DPEHPK3PXP"})
    post_contact(client, "13800138000")
    assert post_code(client).url == "/accounts/2fa/authenticate/"
    pending = {"account_login", "account_authentication_methods"}
    assert pending <= client.session.keys()
    post_contact(client, "13900139000")
    assert not pending & client.session.keys()
    assert client.get("/accounts/2fa/authenticate/").url == "/accounts/login/"


@pytest.mark.django_db
def test_a_form_that_was_suspended_is_sent_once_it_is_known_who_it_is(client, mother):
    sign_in(client, mother)
    client.get(ACTIVATE)
    session = client.session
    secret = session["mfa.totp.secret"]
    session["account_authentication_methods"] = [{"method": "code", "at": 0.0}]
    session.save()
    page = client.post(ACTIVATE, {"code": get_totp_code(secret)}).url
    assert page.startswith(AGAIN)
    assert client.session["account_reauthentication_state"].keys() == {"request"}
    client.post(page, {"action": "send"})
    client.post(page, {"code": last_code(), "next": ACTIVATE})
    assert Authenticator.objects.filter(user=mother, type=Authenticator.Type.TOTP).exists()
    assert "account_reauthentication_state" not in client.session


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("after", "page"),
    [
        ("/accounts/password/", "/accounts/password/"),
        ("", "/accounts/"),
        ("https://evil.example/", "/accounts/"),
    ],
)
def test_without_a_suspended_form_it_leads_to_next_or_nowhere(client, mother, after, page):
    sign_in(client, mother)
    client.post(AGAIN, {"action": "send"})
    assert client.post(AGAIN, {"code": last_code(), "next": after}).url == page


@pytest.mark.django_db
def test_a_social_account_waits_in_the_session_until_its_user_is_made(client, settings):
    keys = {"client_id": "id", "secret": "s"}
    settings.SOCIALACCOUNT_PROVIDERS = {"weixin": {"APPS": [keys]}}
    social_login = SocialLogin(
        provider=SocialAdapter().get_provider(None, "weixin"),
        user=User(),
        account=SocialAccount(provider="weixin", uid="o-1", extra_data={}),
    )
    session = client.session
    session["socialaccount_sociallogin"] = social_login.serialize()
    session.save()
    assert "头一次用微信登录" in get_main_text(client.get(SOCIAL_SIGNUP))
    assert post_contact(client, "13800138000", SOCIAL_SIGNUP, **AGREEMENT).url == SOCIAL_CODE
    client.post(SOCIAL_CODE, {"code": last_code()})
    assert is_in(client)
    assert SocialAccount.objects.get(uid="o-1").user == User.objects.get()
    assert "socialaccount_sociallogin" not in client.session
    (record,) = [
        record
        for record in client.session["account_authentication_methods"]
        if record["method"] == "socialaccount"
    ]
    assert record["provider"] == "weixin"


def test_without_a_social_account_in_the_session_there_is_none(rf):
    request = rf.get(SOCIAL_SIGNUP)
    request.session = {}
    assert allauth_internals.get_pending_social_login(request) is None


@pytest.mark.django_db
def test_authenticator_app_and_passkey_carry_the_name_of_the_account(mother):
    assert MFAAdapter().get_totp_label(mother) == "mother"
    assert MFAAdapter().get_public_key_credential_user_entity(mother)["name"] == "mother"
