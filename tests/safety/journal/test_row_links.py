"""Each row of the journal leads to a page, for somebody who may see all of them."""

import re

import pytest
from django.contrib.admin.models import CHANGE, DELETION, LogEntry
from django.test import Client
from django.urls import reverse

from accounts.public_text.submission import submit_public_text
from news.models import ArticleEvent
from safety.appeals.transitions import create_appeal
from safety.journal_search.subject_names import KIND_WORDS
from safety.journal_search.subjects import MODELS
from safety.models import FraudCase
from safety.moderation.decisions import make_decision
from safety.reports.submission import submit_report
from tests.people import sign_in
from tests.safety.appealing import make_superuser
from tests.safety.desks import make_moderator_user
from tests.safety.fraud_removals import remove_listing_for_fraud
from tests.safety.journal.journal_pages import post_journal_search
from tools.demo.factories import make_article, make_employer, make_listing

pytestmark = pytest.mark.django_db
REFUSED = {"intro": "做米粉的小店，入职先交押金200元。"}


@pytest.fixture
def numbers(publish, employer, owner):
    """A number of each kind of row that a search can name, and of an appeal against refused words."""
    mod, article = make_moderator_user(), make_article("刷单的新骗法")
    ArticleEvent.objects.create(article=article, what="publish", who=mod, after="published")
    scam = make_listing(
        employer=make_employer("别家"), title="在家点赞", region_id=employer.region_id
    )
    held = publish(title="夜市摊帮手")
    remove_listing_for_fraud(scam, mod)
    make_decision("listing", held.pk, "held", mod, "有人反映要交押金")
    text = submit_public_text("employer_intro", employer.pk, REFUSED, owner)
    return {
        "user": owner.pk,
        "employer": employer.pk,
        "listing": held.pk,
        "article": article.pk,
        "report": submit_report(listing=held, reason="other", marks=["a"]).pk,
        "appeal": create_appeal(held, owner, "没有收过任何人的钱").pk,
        "fraud": FraudCase.objects.get().pk,
        "text": text.pk,
        "text_appeal": create_appeal(text, owner, "押金是租桌椅的").pk,
    }


@pytest.fixture
def boss(numbers):
    user = make_superuser("boss")
    for kind in ("user", "employer", "listing", "article"):
        row = MODELS[kind]._default_manager.filter(pk=numbers[kind])
        LogEntry.objects.log_actions(user.pk, row, CHANGE, "改了", single_object=True)
    return user


def test_every_kind_of_row_leads_to_its_page(numbers, boss):
    assert numbers.keys() == MODELS.keys() | {"text_appeal"}
    client, seen = sign_in(Client(), boss), set()
    for kind, number in numbers.items():
        words = KIND_WORDS[kind.removeprefix("text_")]
        page = client.get(post_journal_search(client, f"{words} {number}")).content.decode()
        shown = page.partition('class="journal"')[2]
        links = set(re.findall(r'<a href="(/admin/[^"?]+/\d+/[^"?]*)"', shown))
        assert links, kind
        for address in links - seen:
            if "/export" not in address:
                assert client.get(address).status_code == 200, (kind, address)
        seen |= links
    for kind in numbers.keys() - {"user", "article", "text_appeal"}:
        assert reverse(f"desk:{kind}", args=[numbers[kind]]) in seen, kind


def test_what_staff_deleted_leads_nowhere(boss):
    gone = make_article("写错的一篇", status="draft")
    number = gone.pk
    row = MODELS["article"]._default_manager.filter(pk=number)
    LogEntry.objects.log_actions(boss.pk, row, DELETION, "", single_object=True)
    gone.delete()
    client = sign_in(Client(), boss)
    page = client.get(post_journal_search(client, f"用户 {boss.pk}")).content.decode()
    assert re.search(rf"删除\S+ {number}\b", page) and f"/{number}/change/" not in page
