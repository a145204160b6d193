"""How the environment says where people forward offers to."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from jobsite.env import read_env_mailbox, read_env_wechat
from safety.forwarded_checks.wechat_account import WechatAccount
from tests.safety import wechat

WHOLE = (
    f"wechat://{wechat.APP_ID}:a%2Fb%40c@api.weixin.qq.com/"
    f"?token={wechat.TOKEN}&aes_key={wechat.ENCODING_KEY}"
)


def test_an_account_is_read(monkeypatch):
    monkeypatch.setenv("WECHAT", f" {WHOLE} ")
    account = WechatAccount(**read_env_wechat("WECHAT"))
    assert (account.app_id, account.app_secret) == (wechat.APP_ID, "a/b@c")
    assert (account.scheme, account.host) == ("https", "api.weixin.qq.com")
    assert (account.token, account.aes_key) == (wechat.TOKEN, wechat.AES_KEY)
    assert "a/b@c" not in repr(account) and wechat.TOKEN not in repr(account)


@pytest.mark.parametrize("value", ["", "  "])
def test_unset_it_is_off(monkeypatch, value):
    monkeypatch.setenv("WECHAT", value)
    assert read_env_wechat("WECHAT") is None
    monkeypatch.delenv("WECHAT")
    assert read_env_wechat("WECHAT") is None


@pytest.mark.parametrize(
    "value",
    [
        "wx0123456789abcdef",
        WHOLE.replace("wechat:", "https:"),
        WHOLE.replace(":a%2Fb%40c", ""),
        WHOLE.replace(wechat.APP_ID, ""),
        WHOLE.replace("token=", "tokens="),
        WHOLE.replace("&aes_key=", "&aes_key=x"),
        WHOLE.replace("&aes_key=a", "&aes_key=-"),
        WHOLE.partition("&")[0],
        WHOLE.partition("?")[0],
        f"{WHOLE}&more=1",
        f"{WHOLE}&more",
        WHOLE.replace("/?", "/path?"),
        WHOLE.replace("qq.com", "qq.com:port"),
    ],
)
def test_half_an_account_stops_the_start_and_tells_no_secret(monkeypatch, value):
    monkeypatch.setenv("WECHAT", value)
    with pytest.raises(ImproperlyConfigured, match="WECHAT is no wechat://") as caught:
        read_env_wechat("WECHAT")
    words = str(caught.value)
    assert wechat.TOKEN not in words and wechat.ENCODING_KEY not in words and "a%2F" not in words


def test_an_address_to_forward_to_may_be_absent(monkeypatch):
    monkeypatch.delenv("CHECK", raising=False)
    assert read_env_mailbox("CHECK", "") == ""
    monkeypatch.setenv("CHECK", "查一查 <check@b.cn>")
    assert read_env_mailbox("CHECK", "") == "查一查 <check@b.cn>"
