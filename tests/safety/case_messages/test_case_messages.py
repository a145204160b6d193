"""A moderator asks the employer; it answers with files, and the case is back in the queue."""

import io
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from accounts.employers.transitions import change_employer_status
from listings.models import Listing
from listings.publication.transitions import move_listing
from safety.case_messages import sent_files
from safety.case_messages.messages import (
    QuestionRefused,
    ReplyRefused,
    ask_employer,
    reply_to_moderators,
)
from safety.models import CaseMessage, Postponement, SentFile, SentFileLook
from safety.retention_rules import RULES
from tests.accounts.registration import build_pdf, build_picture_file
from tests.accounts.staff.test_roles import make_colleague
from tests.people import make_person, sign_in
from tests.safety.appealing import WORDS, make_superuser
from tests.safety.desks import make_moderator_user
from tools.demo.factories import make_employer

pytestmark = pytest.mark.django_db


@pytest.fixture
def mod():
    return make_superuser("moderator")


@pytest.fixture
def held(publish, mod):
    listing = publish(title="礼品盒装配")
    return move_listing(listing.pk, "held", mod, "礼品盒是谁出的？")


@pytest.fixture
def desk(mod):
    return sign_in(Client(), mod)


def build_upload(name, data):
    return SimpleUploadedFile(name, data)


def test_the_question_is_told_and_the_answer_brings_the_case_back(client, desk, mod, held, owner):
    case, reply = f"/admin/desk/listings/{held.pk}/", f"/employer/listings/{held.pk}/reply/"
    desk.post(f"{case}ask-employer/", {"words": "礼品盒是谁出的？"})
    assert Postponement.objects.get().moderator == mod
    notice = owner.notices.latest("pk")
    assert notice.address == reply and "礼品盒是谁出的？" in notice.text
    sign_in(client, owner)
    assert "审核员问：礼品盒是谁出的？" in client.get("/employer/").content.decode()
    page = client.get(f"/employer/listings/{held.pk}/").content.decode()
    assert "审核员问" in page and page.index("礼品盒是谁出的？") < page.index("经过")
    assert f'<a class="btn p" href="{reply}">' in page, (
        "what is to be done next is the filled button"
    )
    files = [
        build_upload("小票.png", build_picture_file(kind="PNG")),
        build_upload("合同.pdf", build_pdf()),
    ]
    answer = {"words": "店里出的，这是小票。", "attachments": files}
    assert client.post(reply, answer)["Location"] == reply
    assert not Postponement.objects.exists()
    assert mod.notices.get().address == case
    page = desk.get(case).content.decode()
    assert "店里出的，这是小票。" in page and page.count("/admin/desk/sent/") == 2
    messages = page.split('id="case-messages"')[1].split("</ol>")[0]
    assert messages.count("</time> <b>") == 2, "a time and a name are two words"
    history = desk.get(f"/admin/listings/listing/{held.pk}/history/").content.decode()
    for shown in (page, history):
        assert "审核员问" in shown and "单位回复" in shown
        assert not re.search(r">\s*(ask|reply)\s*[<，]", shown), "words and not what is stored"
    assert "审核员问" not in client.get("/employer/").content.decode()
    assert "审核员问" not in client.get(f"/employer/listings/{held.pk}/").content.decode()
    image, paper = SentFile.objects.all()
    assert (image.content_type, paper.content_type) == ("image/jpeg", "application/pdf")
    assert b"PNG" not in sent_files.get_file_path(image.file).read_bytes()[:20]
    address = f"/admin/desk/sent/{image.pk}/"
    assert desk.get(address).status_code == 403 and not SentFileLook.objects.exists()
    assert desk.post(address).url == desk.post(address).url == address
    assert SentFileLook.objects.get().viewer == mod, "twice within five minutes is once"
    shown = desk.get(address)
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/jpeg")
    SentFileLook.objects.update(created_at=timezone.now() - timedelta(minutes=31))
    refused = desk.get(address)
    assert refused.status_code == 403
    assert "打开超过半小时了，请在案件里再点一次。" in refused.content.decode()
    assert client.get(address).status_code in (302, 403, 404)


def test_every_page_of_a_pdf_can_be_opened(client, desk, held, owner):
    sheets = [Image.new("RGB", (300, 400), colour) for colour in ("white", "tan", "navy")]
    contract = io.BytesIO()
    sheets[0].save(contract, "PDF", save_all=True, append_images=sheets[1:])
    sign_in(client, owner)
    files = [build_upload("合同.pdf", contract.getvalue())]
    client.post(f"/employer/listings/{held.pk}/reply/", {"words": "见合同。", "attachments": files})
    address = f"/admin/desk/sent/{SentFile.objects.get().pk}/"
    desk.post(address)
    page = desk.get(address).content.decode()
    assert "一共 3 页" in page
    for number in (1, 2, 3):
        assert f'href="?page={number}"' in page
        assert desk.get(f"{address}?page={number}")["Content-Type"] == "image/jpeg"
    assert desk.get(f"{address}?page=4").status_code == 404


def test_what_is_wrong_is_said_at_the_field_and_nothing_is_kept(client, held, owner):
    sign_in(client, owner)
    reply = f"/employer/listings/{held.pk}/reply/"
    four = [build_upload(f"{n}.png", build_picture_file(60, 60, "PNG")) for n in range(4)]
    bad = [
        build_upload("x.png", b"<script>"),
        build_upload("a.png", build_picture_file(60, 60, "PNG")),
    ]
    for files, words in ((four, "最多传 3 个"), (bad, "这个文件不能用"), ([], "写一句回复")):
        typed = "店里出的。" if files else ""
        page = client.post(reply, {"words": typed, "attachments": files}).content.decode()
        assert words in page and typed in page
    assert not CaseMessage.objects.exists() and not list(SentFile.objects.all())


def test_what_is_not_before_the_moderators_takes_no_reply(client, publish, owner):
    listing = publish()
    sign_in(client, owner)
    reply = f"/employer/listings/{listing.pk}/reply/"
    assert "<textarea" not in client.get(reply).content.decode()
    client.post(reply, {"words": "在吗？"})
    assert not CaseMessage.objects.exists()
    html = client.get(reply).content.decode()
    assert "这条兼职现在没有在审" in html and "写在下面" not in html and "申诉" not in html
    html = client.get("/employer/reply/").content.decode()
    assert "单位的资料现在没有在审" in html and "写在下面" not in html
    assert '<a href="/employer/">那条兼职</a>' in html, "of which an edit may be in review"


def test_a_decision_that_can_be_contested_is_linked_where_no_reply_is_taken(
    client, publish, mod, owner
):
    listing = publish()
    move_listing(listing.pk, "removed", mod, "内容不实")
    sign_in(client, owner)
    html = client.get(f"/employer/listings/{listing.pk}/reply/").content.decode()
    assert f'<a href="/appeal/listing/{listing.pk}/">申诉</a>' in html


def test_an_employer_that_is_frozen_answers_about_itself(client, desk, employer, owner):
    employer.status = "frozen"
    employer.save()
    desk.post(f"/admin/desk/employers/{employer.pk}/ask-employer/", {"words": "搬到哪里了？"})
    sign_in(client, owner)
    assert "/employer/reply/" in client.get("/employer/papers/").content.decode()
    assert "搬到哪里了？" in client.get("/employer/reply/").content.decode()
    client.post("/employer/reply/", {"words": "搬到乾州了。"})
    assert "搬到乾州了。" in desk.get(f"/admin/desk/employers/{employer.pk}/").content.decode()


def test_nobody_is_asked_who_could_not_answer(desk, publish, employer, owner):
    listing = publish()
    for case in (f"/admin/desk/listings/{listing.pk}/", f"/admin/desk/employers/{employer.pk}/"):
        assert "问对方" not in desk.get(case).content.decode()
        answer = desk.post(f"{case}ask-employer/", {"words": "几点开始？"}, follow=True)
        assert "对方回复不了" in answer.content.decode()
    assert not CaseMessage.objects.exists() and not Postponement.objects.exists()
    assert not owner.notices.filter(key__startswith="case-message").exists()


def test_a_question_about_an_employer_leads_its_owner_to_that_employer(
    client, desk, employer, owner
):
    recruiter = make_person("recruiter")
    employer.memberships.create(user=recruiter, role="recruiter")
    other = make_employer("另一家", status="pending")
    other.memberships.create(user=owner, role="owner")
    type(employer).objects.filter(pk=employer.pk).update(status="frozen")
    desk.post(f"/admin/desk/employers/{employer.pk}/ask-employer/", {"words": "搬到哪里了？"})
    assert not recruiter.notices.exists(), "only the owner may answer"
    address = owner.notices.latest("pk").address
    sign_in(client, owner)
    assert "搬到哪里了？" in client.get(address).content.decode()
    client.post(address, {"words": "搬到乾州了。"})
    assert CaseMessage.objects.get(is_from_staff=False).number == employer.pk
    stranger = sign_in(Client(), make_person("stranger"))
    assert stranger.get(address).status_code == 404


def test_a_case_that_was_answered_meanwhile_is_read_again_before_it_is_decided(
    desk, mod, held, owner
):
    case = f"/admin/desk/listings/{held.pk}/"
    desk.post(f"{case}take/")
    page = desk.get(case)
    reply = sign_in(Client(), owner)
    reply.post(f"/employer/listings/{held.pk}/reply/", {"words": "店里出的。"})
    decided = {"action": "removed", "reason": "没有说明", "seen": page.context["seen"]}
    assert desk.post(f"{case}decide/", decided).status_code == 409


def test_an_appeal_takes_files_too(client, desk, held, owner):
    sign_in(client, owner)
    files = [build_upload("聊天.png", build_picture_file(kind="PNG"))]
    response = client.post(f"/appeal/listing/{held.pk}/", {"words": WORDS, "attachments": files})
    assert "附了 1 个文件" in client.get(response.url).content.decode()
    number = SentFile.objects.get().appeal_id
    assert "/admin/desk/sent/" in desk.get(f"/admin/desk/appeals/{number}/").content.decode()


def test_files_go_with_their_rows(client, held, owner, django_capture_on_commit_callbacks):
    sign_in(client, owner)
    files = [build_upload("a.png", build_picture_file(60, 60, "PNG"))]
    client.post(f"/employer/listings/{held.pk}/reply/", {"words": "见图。", "attachments": files})
    path = sent_files.get_file_path(SentFile.objects.get().file)
    assert path.exists()
    rule = next(rule for rule in RULES if rule.code == "sent_files")
    with django_capture_on_commit_callbacks(execute=True):
        rule.drop(SentFile.objects.all())
    assert not path.exists() and not SentFile.objects.exists()


def test_a_file_that_cannot_be_deleted_keeps_no_other_from_it(
    client, held, owner, caplog, django_capture_on_commit_callbacks
):
    sign_in(client, owner)
    files = [build_upload(f"{n}.png", build_picture_file(60 + n, 60, "PNG")) for n in (1, 2)]
    client.post(f"/employer/listings/{held.pk}/reply/", {"words": "见图。", "attachments": files})
    stuck, other = (sent_files.get_file_path(row.file) for row in SentFile.objects.order_by("pk"))
    stuck.unlink()
    stuck.mkdir()  # which cannot be unlinked
    with django_capture_on_commit_callbacks(execute=True):
        SentFile.objects.all().delete()
    assert not other.exists()
    assert "a sent file could not be deleted" in caplog.text and stuck.name not in caplog.text


def test_another_employer_reads_nothing_of_it(held):
    stranger = sign_in(Client(), make_person("stranger"))
    assert stranger.get(f"/employer/listings/{held.pk}/reply/").status_code == 404


def test_what_was_decided_meanwhile_is_neither_asked_nor_answered(mod, held, owner):
    seen = Listing.objects.get(pk=held.pk)
    move_listing(held.pk, "removed", mod, "核实过了")
    with pytest.raises(QuestionRefused):
        ask_employer(seen, mod, "礼品盒是谁出的？")
    with pytest.raises(ReplyRefused):
        reply_to_moderators(seen, owner, "店里出的。")
    assert not CaseMessage.objects.exists()


@pytest.mark.parametrize(
    ("status", "title"),
    [("frozen", "对方回复了，请接着核实"), ("pending", "对方回复了，这件回到了队列里")],
)
def test_of_an_employer_outside_the_queue_nobody_is_told_that_it_is_back(
    mod, owner, employer, status, title
):
    type(employer).objects.filter(pk=employer.pk).update(status=status)
    employer.refresh_from_db()
    ask_employer(employer, mod, "执照上是谁的名字？")
    reply_to_moderators(employer, owner, "是我的。")
    assert mod.notices.get().title == title


def test_each_colleague_who_asked_and_may_decide_there_hears_of_the_reply(held, owner, place):
    first, second = make_moderator_user("first"), make_moderator_user("second")
    former, moved = make_moderator_user("former"), make_colleague("moved", places=[place("hefei")])
    for moderator in (first, second, second, former, moved):
        ask_employer(
            held, moderator, f"{moderator}问：礼品盒是谁出的？{CaseMessage.objects.count()}"
        )
    former.groups.clear()
    for words in ("店里出的。", "小票晚点传。"):
        reply_to_moderators(held, owner, words)
    title = "对方回复了，这件回到了队列里"
    assert [notice.title for notice in first.notices.all()] == [title] * 2
    assert second.notices.count() == 2
    assert not former.notices.exists() and not moved.notices.exists()
    ask_employer(held, second, "小票呢？")
    reply_to_moderators(held, owner, "这是小票。")
    assert (first.notices.count(), second.notices.count()) == (2, 3), "who asked last"


def test_a_reply_goes_to_all_who_may_decide_there_once_nobody_who_asked_may(held, owner, place):
    former, colleague = make_moderator_user("former"), make_moderator_user("colleague")
    elsewhere = make_colleague("elsewhere", places=[place("hefei")])
    partner = make_moderator_user("partner")
    partner.memberships.create(employer=held.employer, role="recruiter")
    reply_to_moderators(held, owner, "先说一句：礼品盒是店里出的。")
    assert not colleague.notices.exists(), "nobody asked: it waits in the queue"
    ask_employer(held, former, "礼品盒是谁出的？")
    former.groups.clear()
    reply_to_moderators(held, owner, "店里出的，小票晚点传。")
    notice = colleague.notices.get()
    assert notice.title == "对方回复了，这件回到了队列里"
    for person in (former, elsewhere):
        assert not person.notices.exists()
    assert not partner.notices.filter(title=notice.title).exists(), "their own employer"


def test_whoever_froze_an_employer_hears_what_it_writes_unasked(employer, owner, place):
    by, colleague = make_moderator_user("by"), make_moderator_user("colleague")
    elsewhere = make_colleague("elsewhere", places=[place("hefei")])
    change_employer_status(employer.pk, "frozen", by, "有人举报收押金")
    employer.refresh_from_db()
    reply_to_moderators(employer, owner, "押金已经退了。")
    assert by.notices.get().title == "对方回复了，请接着核实"
    assert not colleague.notices.exists()
    by.groups.clear()
    reply_to_moderators(employer, owner, "这是退款的截图。")
    assert by.notices.count() == 1, "who decides there no more"
    assert colleague.notices.get().address == f"/admin/desk/employers/{employer.pk}/"
    assert not elsewhere.notices.exists()
