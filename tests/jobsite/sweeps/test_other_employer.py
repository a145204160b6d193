"""Each form of the desk that acts for the chosen employer says whose page it stood on."""

import pytest

from accounts.employers import membership
from accounts.models import Employer
from tests.access import GET
from tests.databases import taken_back
from tests.page_forms import Forms
from tools.demo.factories import make_employer

pytestmark = pytest.mark.django_db
# Some of those whose address does not name whose they are: they must be among what was sent.
KNOWN = {
    "/employer/upload/",
    "/employer/feeds/",
    "/employer/listings/new/",
    "/employer/api/new/",
    "/employer/api/webhook/address/",
    "/employer/members/",
    "/employer/papers/",
    "/employer/details/",
    "/employer/reply/",
    "/employers/post/",
}


@pytest.fixture
def with_two_desks(cast):
    """The browser of an owner who has another employer, too, and values of the addresses."""
    clients, values = cast
    client = clients["employer"]
    with taken_back():
        shop = client.get("/employer/").context["employer"]
        owner = shop.memberships.get(role="owner").user
        make_employer("第二家店", member=owner)
        session = client.session
        session[membership.CURRENT_EMPLOYER_KEY] = shop.pk
        session.save()
        yield client, values, shop


def list_desk_forms(client, values):
    """(address, what a browser would send) of all forms of the pages of the desk."""
    addresses = {
        ask.address.format(**values)
        for asks in GET.values()
        for ask in asks
        if ask.answers["employer"] == 200 and ask.address.startswith("/employer")
    }
    for page in sorted({*addresses, "/employers/post/"}):
        with taken_back():
            answer = client.get(page)
            for close in answer._resource_closers:
                close()
        if answer.status_code != 200 or "html" not in answer["Content-Type"]:
            continue
        for action, names in Forms(answer.content.decode(), page).found.items():
            yield action, {name: value for name, value in names.items() if "csrf" not in name}


def test_each_form_for_the_chosen_employer_names_it(with_two_desks, monkeypatch):
    client, values, shop = with_two_desks
    faults, asked_addresses, sent = set(), set(), {}
    compare = membership._require_named_employer

    def compare_and_note(named, chosen):
        asked_addresses.add(sent["address"])
        if not named:
            faults.add(sent["address"])
        compare(named, chosen)

    monkeypatch.setattr(membership, "_require_named_employer", compare_and_note)
    for status in ("verified", "unverified", "frozen"):  # each has forms that the others have not
        Employer.objects.filter(pk=shop.pk).update(status=status)
        for sent["address"], fields in list_desk_forms(client, values):
            with taken_back():
                answer = client.post(sent["address"], fields)
            for close in answer._resource_closers:
                close()
    assert faults == set()
    assert asked_addresses >= KNOWN, KNOWN - asked_addresses
