"""Records of who looked at which page of a paper. A look opens the page for half an hour. A check may rest only on
papers that its reviewer has looked at."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from accounts.choices import CheckKind
from accounts.models import Employer, EmployerDocument, PaperLook, User
from accounts.verification.papers import KINDS

VIEW_PAPERS_PERMISSION = "accounts.view_employerdocument"
LOOK_DURATION = timedelta(minutes=30)
# Looks within this time are one row.
SAME_LOOK = timedelta(minutes=5)
# How old the look may be on which a check rests.
LOOK_COUNTS_FOR = timedelta(days=1)


def record_look(document: EmployerDocument, viewer: User, page: int) -> PaperLook:
    now = timezone.now()
    with transaction.atomic():
        EmployerDocument.objects.select_for_update(of=("self",)).get(pk=document.pk)
        looks = PaperLook.objects.filter(document=document, viewer=viewer, page=page)
        look = looks.filter(last_at__gt=now - SAME_LOOK).first()
        if look is None:
            return PaperLook.objects.create(
                document=document, viewer=viewer, page=page, began_at=now, last_at=now
            )
        look.times, look.last_at = look.times + 1, now
        look.save(update_fields=["times", "last_at"])
    return look


def find_open_look(document: EmployerDocument, viewer: User, page: int) -> PaperLook | None:
    """Return the look by which this page is open for the viewer now."""
    since = timezone.now() - LOOK_DURATION
    return PaperLook.objects.filter(
        document=document, viewer=viewer, page=page, last_at__gt=since
    ).first()


def find_newest_open_look(employer: Employer, viewer: User) -> PaperLook | None:
    """Return the look by which the viewer opened a paper of the employer last."""
    looks = PaperLook.objects.filter(
        document__employer=employer,
        document__purged_at=None,
        viewer=viewer,
        last_at__gt=timezone.now() - LOOK_DURATION,
    )
    return looks.order_by("-last_at", "-pk").first()


def list_open_papers(employer: Employer, viewer: User) -> set[int]:
    """Return the ids of the employer's papers whose first page is open for the viewer now."""
    looks = PaperLook.objects.filter(
        document__employer=employer,
        viewer=viewer,
        page=1,
        last_at__gt=timezone.now() - LOOK_DURATION,
    )
    return set(looks.values_list("document_id", flat=True))


def list_papers_not_seen(
    employer: Employer, kinds: Iterable[str], viewer: User
) -> QuerySet[EmployerDocument]:
    """Return the papers of these kinds that the viewer has not looked at within the last day."""
    looks = PaperLook.objects.filter(
        document=OuterRef("pk"),
        viewer=viewer,
        last_at__gt=timezone.now() - LOOK_COUNTS_FOR,
        last_at__gte=OuterRef("uploaded_at"),
    )
    papers = employer.documents.filter(kind__in=list(kinds), purged_at=None)
    return papers.filter(~Exists(looks)).order_by("kind", "pk")


def describe_missing_looks(employer: Employer, kinds: Iterable[str], viewer: User) -> str:
    """Return in Chinese what the viewer has to open before these checks; empty if nothing."""
    kinds = [kind for kind in dict.fromkeys(kinds) if kind in KINDS]
    if not kinds:
        return ""
    present = set(employer.documents.filter(purged_at=None).values_list("kind", flat=True))
    if absent := [str(CheckKind(kind).label) for kind in kinds if kind not in present]:
        return f"没有上传{'、'.join(absent)}，没有材料就不能说查过。"
    unseen = list_papers_not_seen(employer, kinds, viewer)
    labels = dict.fromkeys(document.get_kind_display() for document in unseen)
    return f"还没有打开看过：{'、'.join(labels)}。每一份都打开看过，才能通过。" if labels else ""


def list_looks(employer: Employer, newest: int) -> QuerySet[PaperLook]:
    looks = PaperLook.objects.filter(document__employer=employer)
    return looks.select_related("document", "viewer")[:newest]


def get_seen_times(employer: Employer, viewer: User) -> dict[int, datetime]:
    """Return when the viewer last looked at each paper of the employer, by its id."""
    looks = PaperLook.objects.filter(document__employer=employer, viewer=viewer)
    return dict(looks.order_by("last_at").values_list("document_id", "last_at"))
