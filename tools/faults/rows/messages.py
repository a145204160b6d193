"""The mail server and the provider of text messages that are away, slow, refuse, hang, or answer nonsense."""

import time

from sitekit.messages.outbox import enqueue_messages
from sitekit.models import Mail, TextMessage
from tools.faults.rows.worker import SOON, put_mails, require_delivered
from tools.faults.site import Site
from tools.faults.stand_ins import SilentPort
from tools.faults.table import add_fault, require_that, wait_for
from tools.faults.visitors import Visitor


def put_text(mark: str) -> TextMessage:
    number = 13800000000 + int(time.monotonic_ns() // 1000 % 10**8)
    text = TextMessage(
        key=f"{mark} {number}",
        to=f"+86{number}",
        kind="code",
        text="验证码 123456",
        words={"code": "123456"},
        is_secret=True,
    )
    enqueue_messages([text])
    return TextMessage.objects.get(key=text.key)


def wake_worker(mark: str) -> None:
    """As the next message does, or the worker's clock within a minute."""
    put_mails(mark, 1)


def require_texts(site: Site, texts: list[TextMessage]) -> str:
    """That each came once, and that nothing of it is kept."""
    numbers = [text.to.removeprefix("+86") for text in texts]
    rows = TextMessage.objects.filter(pk__in=[text.pk for text in texts])
    wait_for(lambda: not rows.filter(sent_at=None).exists(), "the text messages", SOON)
    sent = [query["PhoneNumbers"] for query in site.texts.sent]
    counts = [sent.count(number) for number in numbers]
    require_that(counts == [1] * len(numbers), f"sent {counts} times")
    require_that(not rows.exclude(text="").exists(), "the code is still there")
    return f"{len(numbers)} text messages, each once"


def wait_for_trouble(row: Mail | TextMessage) -> str:
    """Wait until the row says what went wrong, and return it."""
    rows = type(row)._default_manager.filter(pk=row.pk)
    wait_for(lambda: rows.exclude(last_error="").exists(), "a try that is noted", SOON)
    return str(rows.values_list("last_error", flat=True).get())


@add_fault(
    "mail-server-away",
    "the mail server takes nothing while mails are put, and comes back",
    "what went wrong is noted, no try is used up; afterwards each mail comes once",
)
def take_mail_server_away(site: Site) -> str:
    site.start_worker()
    site.mail.is_away = True
    addresses = put_mails("away", 10)
    trouble = wait_for_trouble(Mail.objects.get(key="away 0"))
    require_that(
        not Mail.objects.filter(key__startswith="away ", tries__gt=0).exists(), "tries are used"
    )
    site.mail.is_away = False
    wake_worker("away-wake")
    return f"{trouble}; {require_delivered(site, addresses)}"


@add_fault(
    "mail-server-slow",
    "the mail server takes half a second for each mail, many wait, and a sign-in code is put",
    "the code goes before those that wait; pages are as fast as before",
)
def slow_down_mail_server(site: Site) -> str:
    site.start_worker()
    site.mail.mode = "slow"
    addresses = put_mails("slow", 12)
    wait_for(lambda: site.mail.messages, "the first mail", SOON)
    code = Mail(key="slow code", to="code@example.com", subject="码", text="1", is_secret=True)
    enqueue_messages([code])
    wait_for(lambda: "code@example.com" in [to for to, _ in site.mail.messages], "the code", SOON)
    place = [to for to, _ in site.mail.messages].index("code@example.com")
    page = Visitor(site.port).ask("/xiangxi/jobs/")
    require_that(place < len(addresses), "the code came last")
    require_that(page.seconds < 2, f"a page took {page.seconds:.1f} s")
    return f"the code was number {place + 1}; {require_delivered(site, addresses)}"


@add_fault(
    "mail-recipient-refused",
    "the mail server refuses one of many recipients",
    "the others get theirs; this one is tried later, and its address stands in no log",
)
def refuse_recipient(site: Site) -> str:
    site.start_worker()
    site.mail.refused = {"refused3@example.com"}
    addresses = put_mails("refused", 8)
    addresses.remove("refused3@example.com")
    other_addresses = set(addresses)
    wait_for(lambda: other_addresses <= {to for to, _ in site.mail.messages}, "the others", SOON)
    row = Mail.objects.get(key="refused 3")
    trouble = wait_for_trouble(row)
    row.refresh_from_db()
    require_that(row.tries == 1 and row.not_before and not row.sent_at, "it is not tried later")
    text = (site.folder / "logs" / "worker.log").read_text()
    require_that(
        "refused3@" not in text and "refused3@" not in row.last_error, "the address is told"
    )
    Mail.objects.filter(pk=row.pk).delete()
    return trouble


@add_fault(
    "mail-broken-off",
    "the mail server hangs up after DATA, before it says whether it took the mail",
    "the mail is tried again later, with the same Message-ID",
)
def break_off_mail(site: Site) -> str:
    site.start_worker()
    site.mail.mode = "break"
    addresses = put_mails("broken", 1)
    trouble = wait_for_trouble(Mail.objects.get(key="broken 0"))
    site.mail.mode = ""
    Mail.objects.filter(key="broken 0").update(not_before=None)  # as if the minute were over
    wake_worker("broken-wake")
    return f"{trouble}; {require_delivered(site, addresses)}"


@add_fault(
    "mail-server-silent",
    "the mail server takes the connection and says nothing",
    "the try ends after ten seconds, pages and text messages go on; afterwards each mail comes once",
)
def silence_mail_server(site: Site) -> str:
    site.start_worker()
    site.mail.mode = "hang"
    begun = time.monotonic()
    addresses = put_mails("silent", 3)
    page = Visitor(site.port).ask("/xiangxi/jobs/")
    trouble = wait_for_trouble(Mail.objects.get(key="silent 0"))
    seconds = time.monotonic() - begun
    require_that(page.seconds < 2, f"a page took {page.seconds:.1f} s")
    site.mail.mode = ""
    site.mail.release.set()
    wake_worker("silent-wake")
    return f"{trouble} after {seconds:.0f} s; {require_delivered(site, addresses)}"


@add_fault(
    "mail-tls-silent",
    "the mail server of smtps:// takes the connection and never answers the handshake",
    "the command ends by itself within 15 s, the mail waits",
)
def hang_in_tls(site: Site) -> str:
    site.stop_worker()
    put_mails("tls", 1)
    with SilentPort() as port:
        begun = time.monotonic()
        code = "from sitekit.messages.outbox import deliver_due; print(deliver_due())"
        done = site.run_command(
            *("shell", "--no-imports", "-c", code),
            env={"MAIL_URL": f"smtps://user:secret@127.0.0.1:{port}"},
        )
        seconds = time.monotonic() - begun
    row = Mail.objects.get(key="tls 0")
    require_that("(0, 0)" in done.stdout, done.stderr[-200:])
    require_that(
        not row.sent_at and row.tries == 0 and seconds < 20, f"{row.tries} tries, {seconds:.0f} s"
    )
    site.start_worker()
    wake_worker("tls-wake")
    return (
        f"{row.last_error} after {seconds:.0f} s; {require_delivered(site, ['tls0@example.com'])}"
    )


@add_fault(
    "text-provider-away",
    "the provider of text messages hangs up while codes are put, and comes back",
    "they wait, mails go on; afterwards each comes once",
)
def take_text_provider_away(site: Site) -> str:
    site.start_worker()
    site.texts.is_away = True
    texts = [put_text("away") for _ in range(3)]
    trouble = wait_for_trouble(texts[0])
    mails = require_delivered(site, put_mails("beside", 2))
    site.texts.is_away = False
    wake_worker("text-wake")
    return f"{trouble}; {mails}; {require_texts(site, texts)}"


@add_fault(
    "text-provider-slow",
    "the provider of text messages takes three seconds for each",
    "each comes once, and pages are as fast as before",
)
def slow_down_text_provider(site: Site) -> str:
    site.start_worker()
    site.texts.seconds = 3
    texts = [put_text("slow") for _ in range(2)]
    page = Visitor(site.port).ask("/xiangxi/jobs/")
    require_that(page.seconds < 2, f"a page took {page.seconds:.1f} s")
    return require_texts(site, texts)


@add_fault(
    "text-provider-nonsense",
    "the provider of text messages answers with a page, then with 500, then with half of a word",
    "nothing counts as sent; afterwards each comes once",
)
def answer_nonsense(site: Site) -> str:
    site.start_worker()
    for number, (status, answer) in enumerate(
        ((200, b"<html>busy</html>"), (500, b"oh"), (200, b'{"Code":'))
    ):
        site.texts.status, site.texts.answer = status, answer
        text = put_text(f"nonsense {number}")
        wait_for_trouble(text)
        require_that(not TextMessage.objects.get(pk=text.pk).sent_at, f"{answer!r} counts as sent")
        site.texts.reset()
        wake_worker(f"nonsense-wake{number}")
        require_texts(site, [text])
    return "three answers, each text message once"


@add_fault(
    "text-refused",
    "the provider refuses one number",
    "the others get theirs; this one is tried later",
)
def refuse_text(site: Site) -> str:
    site.start_worker()
    site.texts.answer = b'{"Code":"isv.MOBILE_NUMBER_ILLEGAL"}'
    refused = put_text("refused")
    trouble = wait_for_trouble(refused)
    site.texts.reset()
    words = require_texts(site, [put_text("after")])
    refused.refresh_from_db()
    require_that(refused.tries == 1 and refused.not_before, "it is not tried later")
    TextMessage.objects.filter(pk=refused.pk).delete()
    return f"{trouble}; {words}"
