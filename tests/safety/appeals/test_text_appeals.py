"""Appeals against the refusal of words besides those of listings: decided beside these words."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Employer, Notice, PublicText
from accounts.public_text.submission import submit_public_text
from accounts.public_text.transitions import approve_public_text, forget_public_texts
from accounts.staff.scope import NATIONAL_SCOPE
from safety.appeals.transitions import create_appeal
from safety.case_messages.sent_files import CleanFile, get_file_path
from safety.case_queues.queue_filters import NO_FILTER
from safety.casework.text_case import TextCase
from safety.dashboard.figures import measure_queues
from safety.governance.open_cases import count_open_cases
from safety.models import Appeal, AppealEvent, SentFile
from safety.moderation.decisions import REFUSALS, DecisionRefused, make_decision, undo_decision
from tests.answers import read_body
from tests.people import make_person, sign_in
from tests.safety.desks import make_moderator_user

pytestmark = pytest.mark.django_db
OLD, DOUBTFUL = "做米粉的小店。", "做米粉的小店，加微信 mifen2024 详谈。"
REFUSED = "做米粉的小店，入职先交押金200元。"
WHY = "押金是租桌椅的，不向做工的人收，有合同。"


@pytest.fixture
def boss(employer):
    owner = make_person("boss")
    employer.memberships.create(user=owner, role="owner")
    Employer.objects.filter(pk=employer.pk).update(intro=OLD)
    return owner


def submit_intro(employer, author, intro):
    return submit_public_text("employer_intro", employer.pk, {"intro": intro}, author)


def decide_text(text, mod, action, reason="合同上写明了。", **more):
    return make_decision("text", text.pk, action, mod, reason, **more)


def get_intro(employer):
    return Employer.objects.values_list("intro", flat=True).get(pk=employer.pk)


def get_stored_status(row):
    return type(row).objects.values_list("status", flat=True).get(pk=row.pk)


def test_what_the_machine_refused_is_looked_at_by_a_person(client, employer, boss, mod):
    """The whole way, as author and moderator go it."""
    theirs = sign_in(Client(), boss)
    theirs.post("/employer/details/", {"contact_name": "小田", "intro": REFUSED})
    text = PublicText.objects.get()
    address = f"/appeal/text/{text.pk}/"
    details = theirs.get("/employer/details/").content.decode()
    assert f'href="{address}"' in details and "押金" in details
    page = read_body(theirs.get(address))
    assert REFUSED in page and "自动检查" in page and "由审核员来看" in page
    assert "至少写 10 个字" in read_body(theirs.post(address, {"words": "不对"}))
    answer = theirs.post(address, {"words": WHY})
    appeal = Appeal.objects.get()
    assert answer.url == f"/appeal/{appeal.pk}/" == theirs.get(address).url
    assert (appeal.text, appeal.appellant, appeal.decided_by) == (text, boss, None)
    assert WHY in read_body(theirs.get(answer.url))
    assert count_open_cases(None)["texts"] == 1 and count_open_cases(None)["appeals"] == 0
    queue = read_body(client.get("/admin/desk/texts/"))
    assert "申诉" in queue and WHY in queue
    assert WHY not in read_body(client.get("/admin/desk/appeals/"))
    case = client.get(f"/admin/desk/texts/{text.pk}/")
    assert WHY in read_body(case) and "自动检查" in read_body(case)
    assert [code for code, _action in case.context["choices"]] == ["upheld", "dismissed"]
    decide_text(text, mod, "upheld", confirmed=True)
    assert (get_stored_status(text), get_stored_status(appeal), get_intro(employer)) == (
        "approved",
        "upheld",
        REFUSED,
    )
    notice = Notice.objects.filter(user=boss).latest("pk")
    assert "支持" in notice.title and "合同上写明了。" in notice.text
    assert notice.address == answer.url and notice.not_before
    assert "现在没有可以申诉的决定" in read_body(theirs.get(address))


@pytest.fixture
def refused(employer, boss):
    """A version that another moderator refused."""
    text = submit_intro(employer, boss, DOUBTFUL)
    decide_text(text, make_moderator_user("refuser"), "refused", "微信号请去掉。")
    text.refresh_from_db()
    return text


def test_another_moderator_decides_and_a_dismissal_can_be_undone(
    client, refused, employer, boss, mod
):
    notice = Notice.objects.filter(user=boss).latest("pk")
    assert "觉得判错了可以申诉" in notice.text
    appeal = create_appeal(refused, boss, WHY)
    refuser = appeal.decided_by
    assert refuser.name == "refuser"
    with pytest.raises(DecisionRefused, match="现在不能这样处理"):
        decide_text(refused, refuser, "upheld", confirmed=True)
    theirs = sign_in(Client(), refuser)
    assert "由另一位审核员来看" in read_body(theirs.get(f"/admin/desk/texts/{refused.pk}/"))
    assert theirs.post("/admin/desk/texts/next/").url == "/admin/desk/texts/"
    with pytest.raises(DecisionRefused, match="请写明原因"):
        decide_text(refused, mod, "dismissed", "")
    with pytest.raises(DecisionRefused, match="现在不能这样处理"):
        decide_text(refused, mod, "approved")
    before = Notice.objects.count()
    decision = decide_text(refused, mod, "dismissed", "微信号还在。")
    assert (get_stored_status(appeal), get_stored_status(refused), get_intro(employer)) == (
        "dismissed",
        "refused",
        OLD,
    )
    assert Notice.objects.count() == before + 2, "the author and who refused it"
    undo_decision(decision.pk, mod)
    assert get_stored_status(appeal) == "open" and Notice.objects.count() == before
    assert client.post("/admin/desk/texts/next/").url == f"/admin/desk/texts/{refused.pk}/"


def test_a_newer_version_leaves_nothing_to_uphold(client, refused, employer, boss, mod):
    appeal = create_appeal(refused, boss, WHY)
    seen = TextCase().hash_state(TextCase().find(refused.pk))
    assert submit_intro(employer, boss, "做米粉和凉面。").status == "approved"
    assert "又交了新的一版" in read_body(client.get(f"/admin/desk/texts/{refused.pk}/"))
    with pytest.raises(REFUSALS, match="和申诉时不一样"):
        decide_text(refused, mod, "upheld", confirmed=True, seen=seen)
    assert (get_stored_status(appeal), get_intro(employer)) == ("open", "做米粉和凉面。")
    decide_text(refused, mod, "dismissed", "新的一版已经公开了。")
    assert get_stored_status(appeal) == "dismissed"


def test_a_version_that_waits_from_before_is_superseded(employer, boss, mod):
    waiting = submit_intro(employer, boss, DOUBTFUL)
    refused = submit_intro(employer, boss, REFUSED)
    create_appeal(refused, boss, WHY)
    decide_text(refused, mod, "upheld", confirmed=True)
    assert (get_stored_status(waiting), get_intro(employer)) == ("superseded", REFUSED)


def test_only_who_wrote_it_appeals_once_and_only_against_a_refusal(refused, employer, boss):
    recruiter, stranger = make_person("recruiter"), make_person("stranger")
    employer.memberships.create(user=recruiter, role="recruiter")
    address = f"/appeal/text/{refused.pk}/"
    for user in (recruiter, stranger):
        assert sign_in(Client(), user).get(address).status_code == 404
    appeals = [create_appeal(refused, boss, WHY) for _twice in range(2)]
    assert appeals[0] == appeals[1] and AppealEvent.objects.count() == 1
    for user in (recruiter, stranger):
        assert sign_in(Client(), user).get(f"/appeal/{appeals[0].pk}/").status_code == 404
    waiting = submit_intro(employer, boss, f"{DOUBTFUL}再来。")
    page = sign_in(Client(), boss).post(f"/appeal/text/{waiting.pk}/", {"words": WHY})
    assert "现在没有可以申诉的决定" in read_body(page) and Appeal.objects.count() == 1


def test_the_appeal_goes_with_the_words(refused, employer, boss):
    create_appeal(refused, boss, WHY)
    forget_public_texts("employer_intro", [employer.pk])
    assert not Appeal.objects.exists() and not AppealEvent.objects.exists()


def test_no_other_queue_decides_it(client, refused, boss, mod):
    appeal = create_appeal(refused, boss, WHY)
    assert client.get(f"/admin/desk/appeals/{appeal.pk}/").status_code == 404
    with pytest.raises(DecisionRefused, match="没有这份申诉"):
        make_decision("appeal", appeal.pk, "upheld", mod, "对", confirmed=True)
    page = client.get(reverse("admin:safety_appeal_change", args=[appeal.pk])).content
    assert f"/admin/desk/texts/{refused.pk}/" in page.decode()


def test_without_an_appeal_a_refused_version_stays_so(refused, mod):
    with pytest.raises(REFUSALS, match="不能改成「通过」"):
        approve_public_text(refused.pk, mod)


def test_refused_words_wait_since_the_appeal(employer, boss):
    text = submit_intro(employer, boss, REFUSED)
    long_ago = timezone.now() - timedelta(days=60)
    PublicText.objects.filter(pk=text.pk).update(created_at=long_ago)
    appeal = create_appeal(text, boss, WHY)
    waiting = {row.queue: row for row in measure_queues(NATIONAL_SCOPE)}
    assert waiting["texts"].oldest_at == appeal.created_at
    assert TextCase().measure_queue(NO_FILTER, NATIONAL_SCOPE).oldest_at == appeal.created_at


def test_files_go_with_the_words_appealed_about(employer, boss, django_capture_on_commit_callbacks):
    text = submit_intro(employer, boss, REFUSED)
    create_appeal(text, boss, WHY, files=[CleanFile(b"JPEG", "image/jpeg")])
    path = get_file_path(SentFile.objects.get().file)
    assert path.exists()
    with django_capture_on_commit_callbacks(execute=True):
        forget_public_texts("employer_intro", [employer.pk])
    assert not SentFile.objects.exists() and not path.exists()
