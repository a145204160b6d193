"""Mails piped into `check_mail`, answered through a real SMTP server."""

import base64
import io
import sys
from email import policy
from email.message import EmailMessage
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command

from safety.forwarded_checks import answers
from safety.forwarded_checks.forwarded_mail import ATTACHMENTS_LEFT_OUT, MAIL_CUT, MAIL_REFUSED
from sitekit.messages.outbox import deliver_due
from sitekit.models import Mail
from sitekit.ocr.reader_client import ReaderBusy
from sitekit.ocr.readings import MAX_PICTURES
from tests.jobsite.workers import begin, environment
from tests.sitekit.messages.mail_server import run_mail_server
from tests.sitekit.ocr.drawn_text import draw_lines, encode_image

__all__ = ["begin", "environment"]
pytestmark = pytest.mark.django_db(transaction=True)
FRAUD = "在家做单，先垫付本金再返佣金，三单连做才能提现，一天五百元，佣金当场到账。"
FRAUD_LINES = ("在家做单每天五百元", "先垫付本金再返佣金", "三单连做才能提现")
VERDICT = "很像骗局（刷单返利）。停下来，一块钱也别垫。\nhttps://jobs.example/check/about/high/brushing_rebate/"
SENDER, OWN = "xiaolong@example.cn", "check@jobs.example"


@pytest.fixture
def server(settings):
    settings.CHECK_MAIL, settings.SITE_URL = f"查一查 <{OWN}>", "https://jobs.example"
    settings.DEFAULT_FROM_EMAIL = "湘西兼职 <noreply@jobs.example>"
    with run_mail_server(settings) as server:
        yield server


def build_forwarded_mail(text=FRAUD, pictures=(), **headers):
    mail = EmailMessage(policy=policy.SMTP)
    usual = {
        "From": f"小龙 <{SENDER}>",
        "To": OWN,
        "Subject": "Fwd: 招人",
        "Message-ID": "<A1@b.cn>",
    }
    usual |= {"Return-Path": f"<{SENDER}>"}
    for name, value in (usual | {n.replace("_", "-"): v for n, v in headers.items()}).items():
        if value is not None:
            mail[name] = value
    if text is not None:
        mail.set_content(text)
    for picture in pictures:
        mail.add_attachment(picture, maintype="image", subtype="jpeg", filename="a.jpg")
    return mail


def run_check_mail(monkeypatch, mail):
    raw = mail if isinstance(mail, bytes) else mail.as_bytes()
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(raw)))
    call_command("check_mail")


def get_answer(monkeypatch, server, mail):
    """The text of the answer that the sender got, "" for none."""
    run_check_mail(monkeypatch, mail)
    deliver_due()
    content = server.messages[-1].get_content() if server.messages else ""
    return content.replace("\r\n", "\n")


def test_a_mail_is_answered_to_its_sender_without_its_text(monkeypatch, server):
    assert VERDICT in get_answer(monkeypatch, server, build_forwarded_mail())
    (answer,) = server.messages
    assert (answer["To"], answer["Subject"]) == (SENDER, "查一查的结果")
    assert answer["Auto-Submitted"] == "auto-replied"
    assert answer["In-Reply-To"] == answer["References"] == "<A1@b.cn>"
    assert "垫付" not in answer.as_string() and "招人" not in str(answer["Subject"])
    (row,) = Mail.objects.all()
    assert (row.text, row.headers, row.is_secret) == ("", {}, True)


def test_a_mail_that_is_delivered_twice_is_answered_once(monkeypatch, server):
    run_check_mail(monkeypatch, build_forwarded_mail())
    run_check_mail(monkeypatch, build_forwarded_mail())
    run_check_mail(monkeypatch, build_forwarded_mail(Message_ID="<a2@b.cn>"))
    assert deliver_due() == (2, 0)


def test_html_and_other_charsets_are_read(monkeypatch, server):
    page = f"<style>p {{}}</style><table><tr><td>{FRAUD[:20]}</td></tr></table><p>{FRAUD[20:]}</p>"
    mail = build_forwarded_mail(None)
    mail.set_content(page, subtype="html")
    assert VERDICT in get_answer(monkeypatch, server, mail)
    text = "在家做單，先墊付本金再返傭金，三單連做才能提現，一天五百元，傭金當場到賬。"  # not in GB2312
    for charset, name in (
        *(("gb18030", "gb2312"), ("gb18030", "GBK"), ("big5", "Big5")),
        *(("utf-8", "no-such-charset"), ("utf-8", "punycode")),
    ):
        head = f"From: {SENDER}\r\nContent-Type: text/plain; charset={name}\r\n\r\n".encode()
        assert VERDICT in get_answer(monkeypatch, server, head + text.encode(charset))
        server.messages.clear()


def test_of_alternatives_the_fullest_is_read(monkeypatch, server):
    page = f"<p>{FRAUD}</p><p>详情请联系</p>"
    for number, plain in enumerate(("\n", "此邮件请用网页查看。", FRAUD)):
        mail = build_forwarded_mail(plain, Message_ID=f"<a{number}@b.cn>")
        mail.add_alternative(page if plain != FRAUD else "<p>见文字版</p>", subtype="html")
        mail.add_alternative(f"<html>{'<b>' * 500}</html>", subtype="x-amp-html")
        assert get_answer(monkeypatch, server, mail).startswith(VERDICT)
        server.messages.clear()


def test_without_a_charset_old_chinese_mails_are_read(monkeypatch, server):
    for head in (
        "Subject: x",
        "Content-Type: text/plain",
        "Content-Type: text/plain; charset=us-ascii",
    ):
        raw = f"From: {SENDER}\r\n{head}\r\n\r\n".encode() + FRAUD.encode("gbk")
        assert VERDICT in get_answer(monkeypatch, server, raw)
        server.messages.clear()


def test_an_attached_text_is_read_and_a_picture_that_is_called_octets(monkeypatch, server):
    mail = build_forwarded_mail("你们看看这个")
    mail.add_attachment(FRAUD, filename="聊天记录.txt")
    assert get_answer(monkeypatch, server, mail).startswith(VERDICT)
    octets = build_forwarded_mail("你们看看这个", Message_ID="<a2@b.cn>")
    screenshot = encode_image(draw_lines(FRAUD_LINES))
    octets.add_attachment(screenshot, "application", "octet-stream", filename="截图.jpg")
    assert get_answer(monkeypatch, server, octets).startswith(VERDICT)


def test_what_is_attached_and_cannot_be_read_is_named_before_the_verdict(monkeypatch, server):
    harmless = "周末在商场门口发传单，中午管一顿饭。"
    mail = build_forwarded_mail(harmless)
    mail.add_attachment(b"%PDF-1.7", "application", "pdf", filename="录用通知.pdf")
    assert get_answer(monkeypatch, server, mail).startswith(f"{ATTACHMENTS_LEFT_OUT}\n看不出来")
    embedded = build_forwarded_mail(None, Message_ID="<a2@b.cn>")
    picture = f'<img src="data:image/png;base64,{"iVBO" * 60_000}">'
    embedded.set_content(f"<p>{harmless}</p>{picture}<p>{FRAUD}</p>", subtype="html")
    answer = get_answer(monkeypatch, server, embedded)
    assert answer.startswith(f"{ATTACHMENTS_LEFT_OUT}\n{VERDICT[:4]}"), (
        "what stands behind it is read"
    )
    long = build_forwarded_mail(None, Message_ID="<a3@b.cn>")
    long.set_content(f"<p>{harmless}</p>{'<p> </p>' * 30_000}<p>{FRAUD}</p>", subtype="html")
    assert get_answer(monkeypatch, server, long).startswith(f"{MAIL_CUT}\n看不出来")
    signed = build_forwarded_mail(harmless, Message_ID="<a4@b.cn>")
    signed.add_attachment(b"MII", "application", "pkcs7-signature", filename="smime.p7s")
    assert get_answer(monkeypatch, server, signed).startswith("看不出来")


def test_a_mail_attached_to_a_mail_is_read(monkeypatch, server):
    outer = build_forwarded_mail("你们看看这个")
    outer.add_attachment(build_forwarded_mail(Subject="招人"))
    assert VERDICT in get_answer(monkeypatch, server, outer)


@pytest.mark.parametrize(
    ("subject", "is_read"),
    [
        (f"Fwd: {FRAUD}".encode(), True),
        (f"转发：Re: {FRAUD}".encode("gbk"), True),
        (b"=?gb2312?B?" + base64.b64encode(f"转发：{FRAUD}".encode("gbk")) + b"?=", True),
        (FRAUD.encode(), False),
    ],
    ids=["bytes of UTF-8", "bytes of GBK", "encoded", "of the sender"],
)
def test_the_subject_of_what_is_passed_on_is_read(monkeypatch, server, subject, is_read):
    """A subject of the sender's own is their question."""
    raw = build_forwarded_mail("地址在步行街，时间自己安排。", Subject=None).as_bytes()
    answer = get_answer(monkeypatch, server, b"Subject: " + subject + b"\r\n" + raw)
    assert (VERDICT in answer) == is_read


def test_the_subject_of_a_mail_attached_to_a_mail_is_read(monkeypatch, server):
    outer = build_forwarded_mail("你们看看这个")
    outer.add_attachment(build_forwarded_mail("地址在步行街。", Subject=FRAUD))
    assert VERDICT in get_answer(monkeypatch, server, outer)


@pytest.mark.parametrize("is_whole", [True, False])
def test_a_mail_that_is_attached_in_base64_is_read_too(monkeypatch, server, is_whole):
    outer = build_forwarded_mail("你们看看这个是不是真的，我们几个都拿不准")
    inner = base64.encodebytes(build_forwarded_mail(Subject="招人").as_bytes())
    outer.add_attachment(inner if is_whole else inner[:-3], "message", "rfc822", cte="8bit")
    raw = outer.as_bytes()
    place = raw.index(b"message/rfc822")
    rest = raw[place:].replace(b"Encoding: 8bit", b"Encoding: base64", 1)
    assert (VERDICT in get_answer(monkeypatch, server, raw[:place] + rest)) == is_whole


def test_screenshots_are_read(monkeypatch, server):
    mail = build_forwarded_mail("请看图", [encode_image(draw_lines(FRAUD_LINES))])
    assert VERDICT in get_answer(monkeypatch, server, mail)


def test_what_holds_nothing_to_judge_is_told(monkeypatch, server):
    assert "放一张截图" in get_answer(monkeypatch, server, build_forwarded_mail(" "))
    mail = build_forwarded_mail(" ", [b"no picture"], Message_ID="<a2@b.cn>")
    assert "这不是能用的图片" in get_answer(monkeypatch, server, mail)


def test_a_picture_that_cannot_be_read_is_named_before_the_verdict(monkeypatch, server):
    text = "周末在商场门口发传单，中午管一顿饭。"
    screenshot = encode_image(draw_lines(FRAUD_LINES))
    mail = build_forwarded_mail(text, [screenshot[: len(screenshot) // 3]])
    answer = get_answer(monkeypatch, server, mail)
    assert answer.startswith("有 1 张图没有读到字，结果没算上：图片不完整") and "看不出来" in answer
    whole = build_forwarded_mail(text, [screenshot], Message_ID="<a2@b.cn>")
    assert get_answer(monkeypatch, server, whole).startswith("很像骗局")


def test_what_is_too_much_to_read_is_named_before_the_verdict(monkeypatch, server):
    thread = "今天天气不错，我们一起去公园散步，中午吃了米粉，晚上回家看书。\n" * 330
    answer = get_answer(monkeypatch, server, build_forwarded_mail(thread + FRAUD))
    assert answer.startswith("太长了，只看了前 10,000 字，后面的没看：请分几次发。\n看不出来")
    read = []
    monkeypatch.setattr(
        answers, "read_pictures", lambda pictures, _wait: read.append(pictures) or []
    )
    pictures = [b"picture %d" % number for number in range(MAX_PICTURES + 1)]
    mail = build_forwarded_mail(FRAUD, pictures, Message_ID="<a2@b.cn>")
    answer = get_answer(monkeypatch, server, mail)
    assert answer.startswith("图太多了，只看了前 5 张，其余的没看：请分几次发。\n很像骗局")
    monkeypatch.setattr(answers, "MAX_BYTES", 10)
    mail = build_forwarded_mail(FRAUD, [b"picture 0", b"heavy picture"], Message_ID="<a3@b.cn>")
    answer = get_answer(monkeypatch, server, mail)
    assert answer.startswith("超过 15 MB 的图没看：请截一张小的再发。\n很像骗局")
    assert read == [pictures[:MAX_PICTURES], [b"picture 0"]]


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated; owner=x"},
        {"Precedence": "bulk"},
        {"Precedence": "List"},
        {"List_Id": "<jobs.example.cn>"},
        {"Return_Path": "<>"},
        {"Subject": "自动回复:查一查的结果"},
        {"Subject": "Automatic reply: 查一查的结果"},
        {"Return_Path": f"<{OWN.upper()}>"},
        {"Return_Path": "<noreply@jobs.example>"},
        {"Return_Path": None, "From": "nobody"},
        {"Return_Path": None, "From": None},
    ],
    ids=str,
)
def test_no_answer_goes_in_a_circle(monkeypatch, server, headers):
    run_check_mail(monkeypatch, build_forwarded_mail(**headers))
    assert not Mail.objects.exists()


def test_a_report_of_a_mail_that_was_not_delivered_is_not_answered(monkeypatch, server):
    mail = build_forwarded_mail(Return_Path=None)
    mail.make_mixed()
    mail.set_type("multipart/report")
    run_check_mail(monkeypatch, mail)
    assert not Mail.objects.exists()


@pytest.mark.parametrize(
    "subject",
    ["=?x?y?z?=", "=?utf-8?b?=E6?=", "=?utf-8?b?//8=?=", "=?x?b?//8=?=", "Fwd: 自动回复", "", None],
)
def test_a_strange_subject_is_no_reason_to_be_silent(monkeypatch, server, subject):
    raw = build_forwarded_mail(Subject=None).as_bytes()
    head = b"" if subject is None else f"Subject: {subject}\r\n".encode()
    run_check_mail(monkeypatch, head + raw)
    assert Mail.objects.get().to == SENDER


def test_a_mail_that_says_it_is_no_answer_of_a_machine_is_answered(monkeypatch, server):
    run_check_mail(monkeypatch, build_forwarded_mail(Auto_Submitted="no", Return_Path=None))
    assert Mail.objects.get().to == SENDER


def test_our_own_answer_is_not_answered(monkeypatch, server):
    run_check_mail(monkeypatch, build_forwarded_mail())
    deliver_due()
    server.messages[0]["Return-Path"] = f"<{SENDER}>"
    run_check_mail(monkeypatch, server.messages[0].as_bytes())
    assert Mail.objects.count() == 1


def test_a_sender_gets_so_many_answers_an_hour(monkeypatch, server):
    monkeypatch.setattr(answers, "CHECKS", 1)
    for number in range(4):
        run_check_mail(monkeypatch, build_forwarded_mail(Message_ID=f"<a{number}@b.cn>"))
    run_check_mail(monkeypatch, build_forwarded_mail(Return_Path="<other@example.cn>"))
    mails = [(mail.to, mail.text.split("\n")[0]) for mail in Mail.objects.order_by("pk")]
    verdict = VERDICT.split("\n", maxsplit=1)[0]
    refused = [(SENDER, answers.TOO_OFTEN)]  # told once
    assert mails == [(SENDER, verdict), *refused, ("other@example.cn", verdict)]


@pytest.mark.parametrize(
    "identifier", ["<a b@c.cn>", "<a@b.cn\u2028Bcc: x@y.cn>", f"<{'a' * 300}@b.cn>", "", None]
)
def test_a_strange_number_of_a_mail_is_not_repeated(monkeypatch, server, identifier):
    run_check_mail(monkeypatch, build_forwarded_mail(Message_ID=None).as_bytes().replace(
        b"Subject:", f"Message-ID: {identifier}\r\nSubject:".encode()
    ))  # fmt: skip
    assert deliver_due() == (1, 0)
    assert server.messages[0]["In-Reply-To"] is None


def test_without_an_address_mails_are_returned(monkeypatch, settings):
    settings.CHECK_MAIL = ""
    with pytest.raises(CommandError, match="CHECK_MAIL") as caught:
        run_check_mail(monkeypatch, build_forwarded_mail())
    assert caught.value.returncode == 78


@pytest.mark.parametrize(
    "raw", [b"", b"\xff\xfe\x00", b"From: <" * 10_000, b"\r\n\r\n" + b"x" * 1000]
)
def test_what_is_no_mail_is_dropped(monkeypatch, server, raw):
    run_check_mail(monkeypatch, raw)
    assert not Mail.objects.exists()


def test_where_pictures_cannot_be_read_now_the_mail_waits(monkeypatch, server, settings, tmp_path):
    (tmp_path / "file").write_text("")
    settings.OCR_FOLDER = str(tmp_path / "file" / "ocr")
    with pytest.raises(CommandError, match="ReaderBusy") as caught:
        run_check_mail(monkeypatch, build_forwarded_mail("请看图", [encode_image(draw_lines())]))
    assert caught.value.returncode == 75
    assert caught.value.__context__ is caught.value.__cause__ is None


def test_a_mail_that_waited_for_the_reader_for_long_is_answered_at_last(monkeypatch, server):
    def refuse(_pictures, _seconds):
        raise ReaderBusy

    monkeypatch.setattr(answers, "PICTURE_CHECKS", 2)
    mail = build_forwarded_mail("请看图", [encode_image(draw_lines(FRAUD_LINES))])
    with monkeypatch.context() as busy:
        busy.setattr(answers, "read_pictures", refuse)
        for _delivery in range(4):
            with pytest.raises(CommandError, match="ReaderBusy"):
                run_check_mail(monkeypatch, mail)
    assert VERDICT in get_answer(monkeypatch, server, mail)


@pytest.mark.full
def test_the_command_works_as_a_pipe(begin, environment):
    process = begin("check_mail", CHECK_MAIL=OWN, SITE_URL="https://jobs.example", through=[
        "sh", "-c", 'printf "%s" "$RAW_MAIL" | "$@"', "pipe",
    ], RAW_MAIL=f"From: {SENDER}\n\n{FRAUD}\n")  # fmt: skip
    output, _ = process.communicate(timeout=180)
    assert process.returncode == 0, output
    assert VERDICT in Mail.objects.get().text
    failed = begin("check_mail", CHECK_MAIL="")
    assert failed.wait(timeout=180) == 78


def test_a_tag_of_thousands_of_attributes_is_answered_unread(monkeypatch, server):
    mail = build_forwarded_mail(None)
    crowded = " ".join(f"a{number}" for number in range(2_000))
    mail.set_content(f"<p {crowded}>{FRAUD}</p>", subtype="html")
    answer = get_answer(monkeypatch, server, mail)
    assert answer.startswith(MAIL_REFUSED) and VERDICT not in answer
