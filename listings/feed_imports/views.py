"""职位源: an owner names the address of a feed or uploads it; members see what became of each job."""

from collections import Counter
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.employers.membership import OWNER_ROLE, get_own_employer, lock_employer, require_owner
from accounts.employers.small_forms import SmallForm, render_small_form
from accounts.employers.transitions import record_employer_event
from accounts.models import Employer, SignedInRequest
from listings.bulk_upload.resumable_runs import REQUEST_SECONDS
from listings.bulk_upload.typed_submission import DRAFT, PUBLISHED
from listings.feed_imports.feed_owners import delete_feed, has_acting_author, sign_for_feed
from listings.feed_imports.feed_reader import MAX_BYTES, FeedJob, parse_job_feed
from listings.feed_imports.feed_run import (
    FEED_OUTCOME_LABELS,
    KEPT,
    REFUSED,
    begin_run,
    process_run,
)
from listings.imports.record_source import FileUnreadable
from listings.models import JobFeed, JobFeedRun, Listing
from sitekit.fetching.public_hosts import AddressRefused, parse_public_url
from sitekit.forms.fields import NormalisedField
from sitekit.web.pages import page
from sitekit.web.rate_limits import count_attempt
from sitekit.workflow.periods import DAY

MAX_FEEDS = 5
READINGS_A_DAY = 20
SHOWN_RUNS = 10
COLOURS = {PUBLISHED: "g", DRAFT: "a", REFUSED: "a", KEPT: "a"}
_TOO_OFTEN = "今天读得太多了，请明天再试。"
_SUBMITS_LABEL = (
    "填全的直接提交。我确认：每一条都不向求职者收"
    "押金、服装费、培训费、体检费、材料费、会员费、介绍费或任何别的费用。"
)
_FEED_GONE_MESSAGE = "这个职位源已经删掉了。"


class FeedForm(forms.Form):
    name = NormalisedField(
        label="名称",
        max_length=40,
        help_text="比如“招聘系统”。",
        error_messages={"required": "请填名称。", "max_length": "名称最多 40 个字。"},
    )
    address = NormalisedField(
        label="地址",
        required=False,
        max_length=1000,
        help_text="https:// 开头，不用登录就能打开的 XML 或 JSON。不填就只上传文件。",
        error_messages={"max_length": "地址太长。"},
    )
    submits = forms.BooleanField(label=_SUBMITS_LABEL, required=False)

    def clean_address(self) -> str:
        address = self.cleaned_data["address"]
        if address:
            try:
                parse_public_url(address)
            except AddressRefused as reason:
                raise forms.ValidationError(str(reason)) from reason
        return address


class FeedSignForm(forms.Form):
    submits = forms.BooleanField(
        label=_SUBMITS_LABEL, error_messages={"required": "请先确认不收费，才能直接提交。"}
    )

    def __init__(self, *args: Any, is_required: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["submits"].required = is_required


class FeedFileForm(forms.Form):
    jobs: list[FeedJob]

    file = forms.FileField(
        label="文件",
        help_text=f"XML 或 JSON，{MAX_BYTES >> 20} MB 以内。",
        widget=forms.FileInput(attrs={"accept": ".xml,.json"}),
        error_messages={"required": "还没有选文件。", "empty": "文件是空的。"},
    )

    def clean_file(self) -> UploadedFile:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(f"文件不能超过 {MAX_BYTES >> 20} MB。")
        try:
            self.jobs = parse_job_feed(file.read())
        except FileUnreadable as reason:
            raise forms.ValidationError(str(reason)) from reason
        return file


@page(takes="form", login=True, cache="never")
def list_feeds(request: SignedInRequest) -> HttpResponse:
    """All members see the feeds; only owners add one."""
    employer = get_own_employer(request)
    form = FeedForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        employer = require_owner(request)
        if form.is_valid() and (feed := _create_feed(employer, request, form)):
            return redirect("listings:job_feed", feed.pk)
    context = {
        "employer": employer,
        "is_owner": employer.role == OWNER_ROLE,
        "form": form,
        "feeds": employer.job_feeds.order_by("pk"),
    }
    return render(request, "listings/feed_imports/feeds.html", context)


def _create_feed(employer: Employer, request: SignedInRequest, form: FeedForm) -> JobFeed | None:
    """Return None with an error of the form if there are too many, or one of the name."""
    values = form.cleaned_data
    now = timezone.now()
    with transaction.atomic():
        employer = lock_employer(employer.pk)
        if employer.job_feeds.count() >= MAX_FEEDS:
            form.add_error(None, f"职位源最多 {MAX_FEEDS} 个，先删掉不用的。")
            return None
        if employer.job_feeds.filter(name=values["name"]).exists():
            form.add_error("name", "已经有一个同名的职位源。")
            return None
        feed = employer.job_feeds.create(
            author=request.user,
            name=values["name"],
            address=values["address"],
            no_fee_signed_at=now if values["submits"] else None,
            next_fetch_at=now if values["address"] else None,
        )
        words = f"添加职位源“{feed.name}”"
        record_employer_event(employer, request.user, "job_feed", words, employer.status)
    return feed


@page(takes="form", login=True, cache="never")
def show_feed(request: SignedInRequest, pk: int) -> HttpResponse:
    """The jobs of the last readings; an owner may upload the feed as a file."""
    feed = _get_own_feed(request, pk)
    form = FeedFileForm(None)
    if request.method == "POST":
        require_owner(request, feed.employer_id)
        if not count_attempt("job feed", feed.employer_id, READINGS_A_DAY, DAY):
            messages.error(request, _TOO_OFTEN)
            return redirect("listings:job_feed", pk)
        form = FeedFileForm(request.POST, request.FILES)
        if form.is_valid():
            run = begin_run(feed, form.jobs, is_upload=True)
            if run is None:
                return _show_feed_gone(request)
            process_run(run.pk, REQUEST_SECONDS)
            return redirect("listings:job_feed", pk)
    runs = list(feed.runs.order_by("-pk").defer("rows")[:SHOWN_RUNS])
    context = {
        "employer": feed.employer,
        "is_owner": feed.employer.role == OWNER_ROLE,
        "feed": feed,
        "has_acting_author": has_acting_author(feed),
        "form": form,
        "runs": [_describe_run(run) for run in runs],
        "lines": _describe_lines(runs[0]) if runs else [],
    }
    return render(request, "listings/feed_imports/feed.html", context)


@page(takes="post", login=True, cache="never")
def fetch_feed_now(request: SignedInRequest, pk: int) -> HttpResponse:
    """The worker fetches it within a minute or two."""
    feed = _get_own_feed(request, pk)
    require_owner(request, feed.employer_id)
    if not feed.address:
        messages.error(request, "这个职位源没有地址，请上传文件。")
    elif count_attempt("job feed", feed.employer_id, READINGS_A_DAY, DAY):
        JobFeed.objects.filter(pk=pk).update(next_fetch_at=timezone.now(), failures=0)
        messages.success(request, "一两分钟内去读，过一会儿刷新这一页看结果。")
    else:
        messages.error(request, _TOO_OFTEN)
    return redirect("listings:job_feed", pk)


@page(takes="form", login=True, cache="never")
def sign_feed(request: SignedInRequest, pk: int) -> HttpResponse:
    """An owner declares that no job of it takes fees: from then on complete ones are submitted. One whose author left
    is taken over with that declaration, or as a feed of drafts without it."""
    feed = _get_own_feed(request, pk)
    employer = require_owner(request, feed.employer_id)
    author_left = not has_acting_author(feed)
    posted = request.POST if request.method == "POST" else None
    form = FeedSignForm(posted, is_required=not author_left)
    if form.is_valid():
        signs = form.cleaned_data["submits"]
        if not sign_for_feed(feed, request.user, signs=signs):
            return _show_feed_gone(request)
        outcome = "填全的直接提交检查" if signs else "都存成草稿，等人来提交"
        messages.success(request, f"以后读到的，{outcome}。")
        return redirect("listings:job_feed", pk)
    small = SmallForm(
        title="接手职位源" if author_left else "直接提交",
        words="建它的人已经不在这家单位，读到的不导入。接手以后照常导入。" if author_left else "",
        note="不勾就都存成草稿。" if author_left else "以前存成草稿的不变，要提交就在工作台打开。",
        button="接手" if author_left else "确认",
        back=reverse("listings:job_feed", args=[pk]),
    )
    return render_small_form(request, employer, small, form)


@page(takes="form", login=True, cache="never")
def remove_feed(request: SignedInRequest, pk: int) -> HttpResponse:
    """The listings that came from it stay."""
    if request.method == "POST" and not JobFeed.objects.filter(pk=pk).exists():
        return _show_feed_gone(request)
    feed = _get_own_feed(request, pk)
    employer = require_owner(request, feed.employer_id)
    if request.method != "POST":
        small = SmallForm(
            title="删除职位源",
            heading=f"删除职位源“{feed.name}”？",
            words="不再去读，每次的结果也不留；已经导入的兼职都在。以后再添加同一个源，会当成新的重新导入。",
            button="删除",
            is_final=True,
            back=reverse("listings:job_feed", args=[pk]),
        )
        return render_small_form(request, employer, small)
    if not delete_feed(feed, request.user):
        return _show_feed_gone(request)
    messages.success(request, f"职位源“{feed.name}”删掉了，已经导入的兼职都在。")
    return redirect("listings:job_feeds")


def _show_feed_gone(request: SignedInRequest) -> HttpResponse:
    messages.info(request, _FEED_GONE_MESSAGE)
    return redirect("listings:job_feeds")


def _get_own_feed(request: SignedInRequest, pk: int) -> JobFeed:
    """Return a feed of an employer that the user acts for; its `employer` has its `role`."""
    feed = get_object_or_404(JobFeed, pk=pk)
    feed.employer = get_own_employer(request, feed.employer_id)
    return feed


def _describe_run(run: JobFeedRun) -> dict[str, Any]:
    outcomes = Counter(line.outcome for line in run.report_lines)
    return {
        "run": run,
        "counts": [
            (word, outcomes[code]) for code, word in FEED_OUTCOME_LABELS.items() if outcomes[code]
        ],
    }


def _describe_lines(run: JobFeedRun) -> list[dict[str, Any]]:
    numbers = {line.listing_id for line in run.report_lines if line.listing_id}
    existing_ids = set(Listing.objects.filter(pk__in=numbers).values_list("pk", flat=True))
    return [
        {
            "number": line.number,
            "key": line.key,
            "title": line.title or "（没有标题）",
            "word": FEED_OUTCOME_LABELS[line.outcome],
            "colour": COLOURS.get(line.outcome, ""),
            "words": line.words,
            "listing": line.listing_id if line.listing_id in existing_ids else None,
            "is_deleted": bool(line.listing_id) and line.listing_id not in existing_ids,
        }
        for line in run.report_lines
    ]
