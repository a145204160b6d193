"""Factories over the makers of the demo data; what they make went through the transitions.

`ListingFactory(status="filled", region="fenghuang")`, `ListingFactory(expired=True)`,
`EmployerFactory(lapsed=True)`, `ArticleFactory(alert=True, regions=["jishou"])`; `status` brings
a row to any status, places are slugs, codes or regions.
"""

import factory

from accounts.models import Employer, EmployerStatus, User
from jobsite.demo import make
from listings.choices import ListingStatus, SettlementCycle, WorkMode
from listings.models import Listing
from news.models import Article


class _Made(factory.django.DjangoModelFactory):
    class Meta:
        abstract = True

    @classmethod
    def _create(cls, model_class, *args, **kwargs):  # noqa: ARG003 - the signature is the library's
        return cls.maker(*args, **kwargs)


class UserFactory(_Made):
    class Meta:
        model = User

    class Params:
        admin = factory.Trait(is_staff=True, is_superuser=True)

    maker = staticmethod(make.make_user)
    email = factory.Sequence("reader{}@example.com".format)
    password = "long-enough-for-tests"


class EmployerFactory(_Made):
    class Meta:
        model = Employer

    class Params:
        unverified = factory.Trait(status=EmployerStatus.UNVERIFIED, checks="")
        lapsed = factory.Trait(status=EmployerStatus.LAPSED)
        overdue = factory.Trait(verified_days_ago=200)
        frozen = factory.Trait(status=EmployerStatus.FROZEN)
        rejected = factory.Trait(status=EmployerStatus.REJECTED, checks="")
        banned = factory.Trait(status=EmployerStatus.BANNED)

    maker = staticmethod(make.make_employer)
    name = factory.Sequence("峒河街小店{}".format)


class ListingFactory(_Made):
    class Meta:
        model = Listing

    class Params:
        online = factory.Trait(mode=WorkMode.ONLINE, category="copywriting")
        removed_fraud = factory.Trait(
            status=ListingStatus.REMOVED_FRAUD, fraud_type="brushing_rebate"
        )
        negotiable = factory.Trait(settlement=SettlementCycle.NEGOTIABLE)
        repost = factory.Trait(
            source_name="演示来源",
            source_id=factory.Sequence("r{}".format),
            company_text="来源里写的单位",
        )

    maker = staticmethod(make.make_listing)
    title = factory.Sequence("周末短工{}".format)
    region = "jishou"


class ArticleFactory(_Made):
    class Meta:
        model = Article

    class Params:
        alert = factory.Trait(kind="alert")

    maker = staticmethod(make.make_article)
    title = factory.Sequence("身边的用工消息{}".format)
