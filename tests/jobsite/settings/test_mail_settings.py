"""How the environment says where mails go, and from whom."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import mailers

from jobsite.env import derive_site_url, read_env_mailbox, read_env_mailer, read_env_site_url


@pytest.mark.parametrize(
    ("value", "options"),
    [
        ("smtp://mail.example", {"port": 25, "username": "", "password": ""}),
        ("smtps://u:p%40s@mail.example", {"port": 465, "use_ssl": True, "password": "p@s"}),
        ("smtp+starttls://u%40a.cn:p@mail.example:25", {"use_tls": True, "username": "u@a.cn"}),
    ],
)
def test_a_server_is_read(monkeypatch, settings, value, options):
    monkeypatch.setenv("MAIL", value)
    read = read_env_mailer("MAIL", "console:")
    assert options.items() <= read["OPTIONS"].items()
    assert read["OPTIONS"]["host"] == "mail.example"
    settings.MAILERS = {"default": read}
    assert mailers.default.host == "mail.example"


@pytest.mark.parametrize("value", ["file:/tmp/a%20b", "console:"])
def test_without_a_server_they_can_be_read_here(monkeypatch, settings, value):
    monkeypatch.setenv("MAIL", "")
    settings.MAILERS = {"default": read_env_mailer("MAIL", value)}
    assert mailers.default is not None
    if value.startswith("file"):
        assert str(mailers.default.folder) == "/tmp/a b"


@pytest.mark.parametrize(
    "value",
    [
        "mail.example",
        "imap://mail.example",
        "smtp://",
        "smtp://u:secret@mail.example:port",
        "smtps://u:sec#ret@mail.example",
        "smtps://mail.example/path",
        "smtps://mail.example?tls=1",
        "file:relative",
        "file://host/folder",
    ],
)
def test_what_is_no_way_out_stops_the_start_and_tells_no_password(monkeypatch, value):
    monkeypatch.setenv("MAIL", value)
    with pytest.raises(ImproperlyConfigured, match="MAIL is none of") as error:
        read_env_mailer("MAIL", "console:")
    assert "sec" not in str(error.value)


@pytest.mark.parametrize("value", ["https://a.cn", "http://127.0.0.1:8000", "http://[::1]:8000"])
def test_the_site_is_scheme_and_host(monkeypatch, value):
    monkeypatch.setenv("SITE", value)
    assert read_env_site_url("SITE") == value


@pytest.mark.parametrize("value", ["a.cn", "https://a.cn/", "ftp://a.cn", "https://a b", "x://"])
def test_anything_else_is_no_site(monkeypatch, value):
    monkeypatch.setenv("SITE", value)
    with pytest.raises(ImproperlyConfigured, match="SITE="):
        read_env_site_url("SITE")


@pytest.mark.parametrize(
    ("hosts", "https", "site"),
    [
        (["a.cn", "b.cn"], True, "https://a.cn"),
        ([".a.cn"], False, "http://a.cn"),
        (["*"], True, ""),
        ([], True, ""),
    ],
)
def test_unsaid_the_site_is_the_first_host(hosts, https, site):
    assert derive_site_url(hosts, https=https) == site


def test_the_sender_is_an_address(monkeypatch):
    for good in ("a@b.cn", "湘西兼职信息网 <a@b.cn>"):
        monkeypatch.setenv("FROM", good)
        assert read_env_mailbox("FROM", "x@y.cn") == good
    for bad in ("a", "湘西 <a>", "a@b"):
        monkeypatch.setenv("FROM", bad)
        with pytest.raises(ImproperlyConfigured, match="FROM="):
            read_env_mailbox("FROM", "x@y.cn")


def test_without_a_host_to_take_it_from_the_site_must_be_said(monkeypatch):
    monkeypatch.delenv("SITE", raising=False)
    with pytest.raises(ImproperlyConfigured, match="SITE is not set"):
        read_env_site_url("SITE", derive_site_url(["*"], https=True))
