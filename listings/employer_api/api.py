"""The operations of the API for employers' programs. All decisions are made by the gate and the employer desk."""

import datetime
from typing import Any, Literal

from django.db import transaction
from django.http import HttpResponse
from ninja import Field, NinjaAPI, Path, Query, Schema, Status

from listings.choices import ListingStatus
from listings.employer_api import listing_input, listing_output
from listings.employer_api.listing_fields import ListingFields, StrictSchema
from listings.employer_api.problems import Problem, register_problems
from listings.employer_api.requests import (
    NO_CONTENT,
    ApiOutcome,
    ApiRequest,
    TokenAuth,
    run_unless_repeated,
)

MAX_ID = 2**63 - 1
ListingId = Path(..., ge=1, le=MAX_ID, description="兼职的编号")
_REFUSALS = dict.fromkeys((401, 403, 404, 409, 422, 429, 503), Problem)
_REFUSALS_OF_BODY = {400: Problem, 413: Problem} | _REFUSALS
_REPEATS = {
    "parameters": [
        {
            "in": "header",
            "name": "Idempotency-Key",
            "required": False,
            "schema": {"type": "string", "maxLength": 200, "pattern": "^[!-~]{1,200}$"},
            "description": "自己定的编号。一天之内带着它再发同样的请求，不会再做一遍，回答里说 Idempotency-Replayed。",
        }
    ]
}

api = NinjaAPI(
    title="招聘单位接口",
    version="1",
    description="给招聘单位自己的程序用：读自己的兼职、存草稿、改、提交、结束、续期。规矩和网页上一样。",
    urls_namespace="listings:api",
    docs_url=None,
    openapi_url=None,
    auth=TokenAuth(),
)
register_problems(api)


class NewListing(StrictSchema):
    fields: ListingFields
    submit: bool = Field(False, description="true：存好就提交检查；false：留作草稿，等人来看")
    no_fee: bool = Field(False, description="提交时要写 true：承诺不向求职者收任何费用")


class ChangedListing(NewListing):
    fields: ListingFields = Field(default_factory=ListingFields)


class Submission(StrictSchema):
    no_fee: bool = Field(..., description="要写 true：承诺不向求职者收任何费用")


class Move(StrictSchema):
    move: Literal["pause", "resume", "fill", "withdraw"] = Field(
        ..., description="pause 暂停，resume 恢复招聘，fill 招满，withdraw 撤回（不能再恢复）"
    )


class Renewal(StrictSchema):
    valid_through: datetime.date = Field(..., description="招到哪一天")
    no_fee: bool = Field(..., description="要写 true：承诺不向求职者收任何费用")


class ListFilter(Schema):
    status: Literal[tuple(ListingStatus.values)] | None = None  # type: ignore[valid-type]
    after: int | None = Field(None, ge=1, le=MAX_ID, description="上一页的 next_after")
    limit: int = Field(50, ge=1, le=listing_output.MAX_LISTINGS)


@api.get("employer", response={200: listing_output.EmployerOut} | _REFUSALS, summary="单位和额度")
def show_employer(request: ApiRequest) -> dict[str, Any]:
    return listing_output.build_employer_fields(request.auth.employer)


@api.get("listings", response={200: listing_output.ListingPage} | _REFUSALS, summary="自己的兼职")
def list_listings(request: ApiRequest, query: Query[ListFilter]) -> dict[str, Any]:
    return listing_output.build_listing_page(
        request.auth.employer, query.status or "", query.after, query.limit
    )


@api.post(
    "listings",
    response={201: listing_output.ListingOut} | _REFUSALS_OF_BODY,
    summary="新建一条",
    openapi_extra=_REPEATS,
)
def create_listing(request: ApiRequest, response: HttpResponse, body: NewListing) -> Status[Any]:
    """缺的字段以后再补；写错的字段退回，什么也不存。"""
    values = body.fields.model_dump(exclude_unset=True)
    options = {"submit": body.submit, "no_fee": body.no_fee}
    return _run_idempotent_request(
        request,
        response,
        lambda: listing_input.create_listing_by_api(request.auth, values, **options),
    )


@api.get("listings/{pk}", response={200: listing_output.ListingOut} | _REFUSALS, summary="一条兼职")
def show_listing(request: ApiRequest, pk: int = ListingId) -> dict[str, Any]:
    return listing_output.describe_listing(listing_input.find_own_listing(request.auth, pk))


@api.patch(
    "listings/{pk}",
    response={200: listing_output.ListingOut} | _REFUSALS_OF_BODY,
    summary="修改一条",
    openapi_extra=_REPEATS,
)
def change_listing(
    request: ApiRequest, response: HttpResponse, body: ChangedListing, pk: int = ListingId
) -> Status[Any]:
    """只写要改的字段。改的是草稿：公开的内容在新的一版通过以前不变。"""
    values = body.fields.model_dump(exclude_unset=True)
    options = {"submit": body.submit, "no_fee": body.no_fee}
    return _run_idempotent_request(
        request,
        response,
        lambda: listing_input.change_listing_by_api(
            request.auth, listing_input.find_own_listing(request.auth, pk), values, **options
        ),
    )


@api.post(
    "listings/{pk}/submission",
    response={200: listing_output.ListingOut} | _REFUSALS_OF_BODY,
    summary="提交草稿",
    openapi_extra=_REPEATS,
)
def submit_listing(
    request: ApiRequest, response: HttpResponse, body: Submission, pk: int = ListingId
) -> Status[Any]:
    return _run_idempotent_request(
        request,
        response,
        lambda: listing_input.submit_listing_by_api(
            request.auth, listing_input.find_own_listing(request.auth, pk), no_fee=body.no_fee
        ),
    )


@api.post(
    "listings/{pk}/moves",
    response={200: listing_output.ListingOut} | _REFUSALS_OF_BODY,
    summary="暂停、恢复、招满、撤回",
    openapi_extra=_REPEATS,
)
def move_listing(
    request: ApiRequest, response: HttpResponse, body: Move, pk: int = ListingId
) -> Status[Any]:
    return _run_idempotent_request(
        request,
        response,
        lambda: listing_input.make_move(
            request.auth, listing_input.find_own_listing(request.auth, pk), body.move
        ),
    )


@api.post(
    "listings/{pk}/renewal",
    response={200: listing_output.ListingOut} | _REFUSALS_OF_BODY,
    summary="续期",
    openapi_extra=_REPEATS,
)
def renew_listing(
    request: ApiRequest, response: HttpResponse, body: Renewal, pk: int = ListingId
) -> Status[Any]:
    """公开的内容换一个最后一天，和修改一样要过检查。"""
    return _run_idempotent_request(
        request,
        response,
        lambda: listing_input.renew_listing_by_api(
            request.auth,
            listing_input.find_own_listing(request.auth, pk),
            body.valid_through,
            no_fee=body.no_fee,
        ),
    )


@api.delete(
    "listings/{pk}/draft",
    response={204: None} | _REFUSALS_OF_BODY,
    summary="删掉草稿",
    openapi_extra=_REPEATS,
)
def discard_draft(request: ApiRequest, response: HttpResponse, pk: int = ListingId) -> Status[Any]:
    """从来没有提交过的，连同这一条一起删掉。"""
    return _run_idempotent_request(
        request,
        response,
        lambda: listing_input.discard_listing_draft(
            listing_input.find_own_listing(request.auth, pk)
        ),
    )


def _run_idempotent_request(request: ApiRequest, response: HttpResponse, act: Any) -> Status[Any]:
    """Carry out the request once, and answer with the present state of the listing. Undo it if the answer cannot be
    built."""
    with transaction.atomic():
        outcome: ApiOutcome = run_unless_repeated(request, act)
        if outcome.is_repeated:
            response["Idempotency-Replayed"] = "true"
        if outcome.listing is None or outcome.status == NO_CONTENT:
            return Status(NO_CONTENT, None)
        listing = listing_input.find_own_listing(request.auth, outcome.listing.pk)
        return Status(outcome.status, listing_output.describe_listing(listing, outcome.result))
