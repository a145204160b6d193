"""Requests to WeChat's servers: fetch the picture of a message, deliver a late answer."""

import json
import urllib.error
import urllib.request
from http.client import HTTPException
from typing import Any
from urllib.parse import urlencode

from django.core.cache import cache

from safety.forwarded_checks.wechat_account import WechatAccount
from sitekit.images.image_cleaning import MAX_BYTES

WECHAT_TIMEOUT_SECONDS = 10  # seconds
EXPIRED_CODES = (40001, 40014, 42001)  # the access token is not valid, or no longer
TOKEN_RENEWAL_SECONDS = 300  # seconds by which an access token is taken to expire sooner


class WechatFailed(Exception):
    """WeChat did not answer, or refused the request with this code."""

    def __init__(self, code: object) -> None:
        super().__init__(str(code)[:40])


def fetch_picture(account: WechatAccount, media_id: str) -> bytes:
    return _ask_with_token(account, "media/get", {"media_id": media_id})


def send_text(account: WechatAccount, openid: str, words: str) -> None:
    """Send an answer by a request of our own, not as the response to the message."""
    body = {"touser": openid, "msgtype": "text", "text": {"content": words}}
    _ask_with_token(account, "message/custom/send", {}, body)


def _ask_with_token(
    account: WechatAccount, name: str, query: dict[str, str], body: dict[str, Any] | None = None
) -> bytes:
    """Send a request with the access token; if WeChat no longer accepts the token, fetch a new one, once."""
    answer = _request_wechat_api(
        account, name, query | {"access_token": _get_access_token(account)}, body
    )
    if _read_error_code(answer) in EXPIRED_CODES:
        cache.delete(_build_cache_key(account))
        answer = _request_wechat_api(
            account, name, query | {"access_token": _get_access_token(account)}, body
        )
    if code := _read_error_code(answer):
        raise WechatFailed(code)
    return answer


def _get_access_token(account: WechatAccount) -> str:
    """Fetch the token by `stable_token`, which gives every process the same one; `token` would end the others."""
    key = _build_cache_key(account)
    if not (token := cache.get(key)):
        body = {"appid": account.app_id, "secret": account.app_secret}
        answer = _request_wechat_api(
            account, "stable_token", {}, body | {"grant_type": "client_credential"}
        )
        if code := _read_error_code(answer):
            raise WechatFailed(code)
        try:
            words = json.loads(answer)
            token, seconds = (
                str(words["access_token"]),
                int(words["expires_in"]) - TOKEN_RENEWAL_SECONDS,
            )
        except (ValueError, TypeError, KeyError):
            raise WechatFailed("no access token") from None
        cache.set(key, token, seconds)
    return token


def _build_cache_key(account: WechatAccount) -> str:
    return f"wechat-access-token-{account.app_id}"


def _request_wechat_api(
    account: WechatAccount, name: str, query: dict[str, str], body: dict[str, Any] | None = None
) -> bytes:
    # WeChat shows \u escapes as they are.
    content = json.dumps(body, ensure_ascii=False).encode() if body is not None else None
    url = f"{account.scheme}://{account.host}/cgi-bin/{name}?{urlencode(query)}"
    headers = {"Content-Type": "application/json"} if content else {}
    request = urllib.request.Request(url, content, headers)  # noqa: S310 (the scheme is ours)
    try:
        with urllib.request.urlopen(request, timeout=WECHAT_TIMEOUT_SECONDS) as response:  # noqa: S310
            answer: bytes = response.read(MAX_BYTES + 1)
    except (OSError, HTTPException) as error:
        raise WechatFailed(getattr(error, "code", type(error).__name__)) from None
    return answer


def _read_error_code(answer: bytes) -> int:
    """Return 0 for an answer that is no error: a picture, or the JSON of a success."""
    if not answer.startswith(b"{"):
        return 0
    try:
        return int(json.loads(answer).get("errcode", 0))
    except (ValueError, TypeError):
        return -1
