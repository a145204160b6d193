"""A program of an employer that asks the API with its token."""

import json

from listings.employer_api.tokens import create_employer_token
from listings.models import ApiToken
from tests.listings.posting import TYPED, format_day_from_today
from tests.people import make_person

BASE = "/api/v1/"
SCAM = "在家用手机刷单，先垫付本金，做满三单返本金和佣金，入职前交押金 200 元、会员费 99 元。"
WHOLE = TYPED | {"headcount": 4, "pay_min": 22, "hours_per_day": 4}


def build_listing_fields(**changed):
    """The fields of a listing that may be published."""
    return WHOLE | {"valid_through": format_day_from_today(20)} | changed


def make_owner(employer, name="boss"):
    """A person who owns the employer."""
    user = make_person(name)
    employer.memberships.create(user=user, role="owner")
    return user


class ApiClient:
    def __init__(self, client, employer, scope=ApiToken.Scope.WRITE, owner=None):
        self.client, self.employer = client, employer
        self.owner = owner or make_owner(employer, f"boss-{employer.pk}")
        number = employer.api_tokens.count()
        self.token, self.secret = create_employer_token(
            employer, self.owner, f"程序{number}", scope, 90
        )

    def ask(self, method, path, body=None, key=None, **headers):
        headers = {"Authorization": f"Bearer {self.secret}"} | headers
        if key:
            headers["Idempotency-Key"] = key
        data = {} if body is None else {"data": body if isinstance(body, str) else json.dumps(body)}
        return self.client.generic(
            method.upper(), BASE + path, content_type="application/json", headers=headers, **data
        )

    def get(self, path, **more):
        return self.ask("get", path, **more)

    def post(self, path, body, **more):
        return self.ask("post", path, body, **more)

    def created(self, *, submit=True, **changed):
        """The answer to a new listing."""
        body = {"fields": build_listing_fields(**changed), "submit": submit, "no_fee": submit}
        answer = self.post("listings", body)
        assert answer.status_code == 201, answer.content.decode()
        return answer.json()


def get_problem_reasons(answer):
    """{field: reason} of a problem."""
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == answer.status_code and answer.json()["detail"]
    return {error["field"]: error["reason"] for error in answer.json()["errors"]}
