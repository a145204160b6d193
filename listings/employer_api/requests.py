"""Requests to the API: the token in the header, rate limits, permission to write, and repeated requests."""

import hashlib
import re
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from ninja.security import HttpBearer

from accounts.employers.membership import lock_employer
from listings.employer_api.problems import ApiRefusal
from listings.employer_api.tokens import find_token, note_token_use
from listings.models import ApiAnswer, ApiToken, Listing
from sitekit.web.rate_limits import count_attempt, get_seconds_left
from sitekit.workflow.periods import MINUTE

REQUESTS_A_MINUTE = 120  # of a token
REPEAT_HEADER = "Idempotency-Key"
NO_CONTENT = 204
_KEY = re.compile(r"[\x21-\x7e]{1,200}")


class ApiRequest(HttpRequest):
    auth: ApiToken


class ApiOutcome:
    """What a request did: the status of its answer, the listing, and the verdict of the check if there was one."""

    def __init__(
        self, status: int, listing: Listing | None, result: dict[str, Any] | None = None
    ) -> None:
        self.status, self.listing, self.result = status, listing, result
        self.is_repeated = False


class TokenAuth(HttpBearer):
    """Sessions and cookies are not looked at, so no other site can use them."""

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        api_token = find_token(token.strip())
        if api_token is None:
            return None
        if not count_attempt("api requests", api_token.pk, REQUESTS_A_MINUTE, MINUTE):
            seconds = get_seconds_left(MINUTE)
            words = f"一分钟最多 {REQUESTS_A_MINUTE} 次，请 {seconds} 秒以后再来。"
            raise ApiRefusal(429, words, headers={"Retry-After": str(seconds)})
        if request.method not in ("GET", "HEAD") and api_token.scope != ApiToken.Scope.WRITE:
            raise ApiRefusal(403, "这个令牌只能读。要写，请负责人另建一个“读和写”的令牌。")
        note_token_use(api_token)
        return api_token


def run_unless_repeated(request: ApiRequest, act: Callable[[], ApiOutcome]) -> ApiOutcome:
    """Carry out the request in one transaction under the employer's lock, unless it was carried out before.

    A refused request leaves nothing behind, so the corrected request may use the same key.
    """
    key = request.headers.get(REPEAT_HEADER, "")
    if key and not _KEY.fullmatch(key):
        raise ApiRefusal(422, "Idempotency-Key 应当是 1 到 200 个英文字母、数字或符号。")
    with transaction.atomic():
        lock_employer(request.auth.employer_id)
        if not key:
            return act()
        fingerprint = _hash_request(request)
        answer, is_new = ApiAnswer.objects.get_or_create(
            token=request.auth, key=key, defaults={"fingerprint": fingerprint}
        )
        if not is_new:
            return _repeat_outcome(answer, fingerprint)
        outcome = act()
        answer.status, answer.listing, answer.result = (
            outcome.status,
            outcome.listing,
            outcome.result,
        )
        answer.save(update_fields=["status", "listing", "result"])
    return outcome


def _hash_request(request: HttpRequest) -> str:
    hashed_content = f"{request.method} {request.path}\n".encode() + request.body
    return hashlib.sha256(hashed_content).hexdigest()


def _repeat_outcome(answer: ApiAnswer, fingerprint: str) -> ApiOutcome:
    if answer.fingerprint != fingerprint:
        raise ApiRefusal(422, "这个 Idempotency-Key 已经用于另一个请求，请换一个。")
    if answer.listing is None and answer.status != NO_CONTENT:
        raise ApiRefusal(
            409, "这个请求做过了，但那一条后来删掉了。要再建，请换一个 Idempotency-Key。"
        )
    outcome = ApiOutcome(answer.status, answer.listing, answer.result)
    outcome.is_repeated = True
    return outcome
