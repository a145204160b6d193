"""What a visitor of each kind does, by real requests: pages, forms with their tokens, codes from the outbox."""

import itertools
import re
import secrets
import threading
from collections import deque
from collections.abc import Callable
from random import Random

from django.db import connection
from django.urls import reverse

from sitekit.models import Mail
from tools.bench.scenario.addresses import SiteAddresses
from tools.bench.scenario.arrivals import Clock
from tools.bench.scenario.browser import Answer, Browser, choose_source, read_form
from tools.bench.scenario.texts import CHECKED

MAX_WAITING = 200  # browsers with a session that wait for what they do next
SAFE_USES = 4  # of one session: what one person or network may see in a day is limited
_SIX_DIGITS = re.compile(r"(?<!\d)\d{6}(?!\d)")


class VisitFailed(Exception):
    """The site gave an answer that no visitor should get; the message says which."""


class Visitors:
    """Performs visits of all kinds, at one of the bases each; may be used by many threads at once."""

    def __init__(self, bases: list[str], addresses: SiteAddresses, seed: int = 1) -> None:
        self.bases, self.addresses = bases, addresses
        self._random = Random(seed)  # noqa: S311 - a spread, no secret
        self._numbers = itertools.count(self._random.randrange(30_000))
        self._token = secrets.token_hex(4)
        self._signed_in: deque[tuple[Browser, int]] = deque(maxlen=MAX_WAITING)
        self._lock = threading.Lock()
        self._acts: dict[str, Callable[[Clock], None]] = {
            "check": self._check,
            "sign-in": self._sign_in,
            "reveal": self._reveal,
            "application": self._apply,
        }

    def perform(self, kind: str, clock: Clock) -> None:
        if act := self._acts.get(kind):
            try:
                act(clock)
            finally:
                connection.close()
        else:
            self._read(kind, clock)

    def _open_browser(self) -> Browser:
        with self._lock:
            number, base = next(self._numbers), self._random.choice(self.bases)
        return Browser(base, choose_source(number))

    def _read(self, kind: str, clock: Clock) -> None:
        with self._lock:
            address = self.addresses.choices[kind].choose(self._random)
        browser = self._open_browser()
        answer = clock.measure(lambda: browser.get(address))
        # A listing may have been removed meanwhile.
        _require_answer_status(answer, 200, *([410] if kind == "listing" else []))

    def _check(self, clock: Clock) -> None:
        browser, address = self._open_browser(), reverse("safety:check")
        page = _require_answer_status(clock.measure(lambda: browser.get(address)), 200)
        fields = read_form(page.text, "text") | {"text": [self._choose(CHECKED)]}
        answer = _require_answer_status(clock.measure(lambda: browser.post(address, fields)), 200)
        if reverse("safety:check_about", args=["high"]).rpartition("high")[0] not in answer.text:
            raise VisitFailed("the check gave no answer")

    def _sign_in(self, clock: Clock) -> None:
        browser = self.sign_in(clock)
        with self._lock:
            self._signed_in.append((browser, 0))

    def sign_in(self, clock: Clock) -> Browser:
        """Sign in a new account with a code that is read from the outbox."""
        browser, login = self._open_browser(), reverse("account_login")
        with self._lock:
            mailbox = f"seeker-{self._token}-{next(self._numbers)}@example.com"
        page = _require_answer_status(clock.measure(lambda: browser.get(login)), 200)
        fields = read_form(page.text, "contact") | {"contact": [mailbox]}
        answer = _require_answer_status(clock.measure(lambda: browser.post(login, fields)), 302)
        code_page = _follow_redirect(browser, answer, clock)
        fields = read_form(code_page.text, "code") | {"code": [_read_code(mailbox)]}
        answer = clock.measure(lambda: browser.post(reverse("account_login_code"), fields))
        page = _follow_redirect(browser, _require_answer_status(answer, 302), clock)
        fields = read_form(page.text, "agreed") | {"agreed": ["on"]}
        answer = clock.measure(lambda: browser.post(reverse("account_new"), fields))
        _follow_redirect(browser, _require_answer_status(answer, 302), clock)
        return browser

    def _reveal(self, clock: Clock) -> None:
        browser, uses = self._take_signed_in()
        address = f"{self._choose(self.addresses.reached)}contact/"
        page = clock.measure(lambda: browser.get(address))
        if _require_answer_status(page, 200, 302).status == 200:  # else it ended meanwhile
            fields = read_form(page.text, "website") | {"said_grown": ["on"]}
            answer = _require_answer_status(
                clock.measure(lambda: browser.post(address, fields)), 200
            )
            if " reached" not in answer.text:
                raise VisitFailed("no contact was shown")
        self._give_back(browser, uses)

    def _apply(self, clock: Clock) -> None:
        browser, uses = self._take_signed_in()
        address = f"{self._choose(self.addresses.reached)}apply/"
        page = clock.measure(lambda: browser.get(address))
        if _require_answer_status(page, 200, 302).status == 200 and 'name="handover"' in page.text:
            fields = read_form(page.text, "handover") | {
                "name": ["小何"],
                "phone": ["13800138000"],
                "birth_year": ["1999"],
                "old_enough": ["on"],
                "handover": ["on"],
            }
            answer = clock.measure(lambda: browser.post(address, fields))
            _follow_redirect(browser, _require_answer_status(answer, 302), clock)
        self._give_back(browser, uses)

    def prepare(self, number: int, clock: Clock) -> None:
        """Sign in before the visits begin, so that there are sessions to go on with."""
        for _ in range(number):
            self.perform("sign-in", clock)

    def _take_signed_in(self) -> tuple[Browser, int]:
        with self._lock:
            if self._signed_in:
                return self._signed_in.popleft()
        raise VisitFailed("nobody is signed in")

    def _give_back(self, browser: Browser, uses: int) -> None:
        if uses + 1 < SAFE_USES:
            with self._lock:
                self._signed_in.append((browser, uses + 1))

    def _choose(self, values) -> str:
        with self._lock:
            return self._random.choice(values)


def _read_code(mailbox: str) -> str:
    mail = Mail.objects.filter(to=mailbox, is_secret=True).order_by("-pk").first()
    code = _SIX_DIGITS.search(mail.text) if mail else None
    if code is None:
        raise VisitFailed("no code is in the outbox: does a worker send mails meanwhile?")
    return code[0]


def _follow_redirect(browser: Browser, answer: Answer, clock: Clock) -> Answer:
    return _require_answer_status(clock.measure(lambda: browser.get(answer.location)), 200)


def _require_answer_status(answer: Answer, *statuses: int) -> Answer:
    if answer.status not in statuses:
        raise VisitFailed(f"answered {answer.status}")
    return answer
