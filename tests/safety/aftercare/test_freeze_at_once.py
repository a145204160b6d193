"""An employer that somebody freezes at the moment at which a fraud of it is confirmed."""

from django.db import transaction

from accounts.models import Employer, EmployerEvent
from safety.aftercare.employer_freeze import freeze_employer
from safety.models import FraudCase
from tests.at_once import act_before_commit
from tests.conftest import build_listing_publisher, tea_shop
from tests.safety.desks import make_moderator_user


def test_one_that_is_frozen_meanwhile_has_no_event_that_it_is_not(committed):
    shop = tea_shop()
    case = FraudCase(
        pk=1,
        listing=build_listing_publisher(shop)(title="一"),
        moderator=make_moderator_user("a"),
        reason="先垫钱",
        not_frozen_because="店主的账号被人盗用，报过警",
    )

    def freeze():
        Employer.objects.filter(pk=shop.pk).update(status="frozen")

    answer = act_before_commit(freeze, lambda: transaction.atomic(freeze_employer)(case))
    assert answer is None
    assert case.not_frozen_because == ""
    assert not EmployerEvent.objects.filter(action="not_frozen").exists()
