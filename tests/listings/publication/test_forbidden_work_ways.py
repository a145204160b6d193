"""Work that may not be offered is published by no way in; each says the law."""

import pytest

from listings.imports.imported_review import judge_imported
from listings.models import BulkUpload, Listing, ListingRevision
from screening.forbidden_work import load_forbidden_work
from tests.daily_tests import mark_each
from tests.listings import importing, uploads
from tests.listings.api_client import ApiClient, build_listing_fields
from tests.listings.posting import (
    handed_in,
    make_filled_draft,
    make_submitted_listing,
    sign_in_member,
    submit_edited_text,
)
from tools.demo.factories import make_employer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("trusted")]
OFFERS = {
    "paid_company": "KTV招聘佳丽陪酒，坐台费八百起，当天结",
    "exam_fraud": "代写硕士毕业论文，千字一百五，长期合作",
    "surrogacy": "爱心卵妹招募，身高160以上，捐卵补偿三万",
    "drug_trial": "招健康男性试吃新药，住三天给四千，不查证",
    "unseen_goods": "帮忙带个密封箱子过关，不用问里面是什么，一趟八百",
    "nude_content": "私房人体写真模特，要全裸，一组一千五",
    "debt_collection": "招催收外访员，上门要账，按回款提成",
    "gambling": "线上棋牌荷官，客人充值下注，提成高",
    "fake_reviews": "招人给网店刷好评，一单五块",
    "account_sale": "帮忙投票刷票，一票两毛，量大",
    "child_labour": "服装厂剪线头，初中生可做，按件",
    "minor_night_work": "网吧招夜班网管，满16岁就行，十二点到八点",
    "illegal_goods": "送电子烟上头油的骑手，晚上送到酒吧门口，日结",
    "privacy_trade": "高价收购快递面单数据，长期要",
}
trusted, put = importing.trusted, importing.put


@pytest.fixture
def shop():
    return make_employer(checks="LP")


def by_form(words, client, shop, put):
    client, _user = sign_in_member(client, shop)
    answer = handed_in(client, make_filled_draft(client, duties=words))
    revision = ListingRevision.objects.first()
    return str(revision.assessment.reasons) if revision else answer.content.decode()


def by_spreadsheet(words, client, shop, put):
    uploads.post_spreadsheet(
        uploads.sign_in_member(client, shop, "owner"),
        uploads.build_xlsx(uploads.build_row(做什么=words)),
    )
    return str(BulkUpload.objects.get().report)


def by_import(words, client, shop, put):
    put(importing.build_csv_table(importing.build_import_row(说明=words)))
    judge_imported()
    return str(ListingRevision.objects.get().assessment.reasons)


def by_api(words, client, shop, put):
    """A listing that is refused or waits, or an error of the field; both are JSON."""
    fields = build_listing_fields(duties=words)
    body = {"fields": fields, "submit": True, "no_fee": True}
    answer = ApiClient(client, shop).post("listings", body)
    assert answer.status_code in (201, 422)
    return str(answer.json())


def by_edit(words, client, shop, put):
    user = sign_in_member(client, shop)[1]
    listing, verdict = make_submitted_listing(shop, user)
    assert verdict.outcome == "publish"
    return str(submit_edited_text(listing, user, duties=words).reasons)


WAYS = (by_form, by_spreadsheet, by_import, by_api, by_edit)


def test_each_kind_has_an_offer():
    assert set(OFFERS) == set(load_forbidden_work())


@pytest.mark.parametrize(
    ("way", "kind"), mark_each(8, ((way, kind) for kind in OFFERS for way in WAYS))
)
def test_it_is_refused_or_waits_with_the_name_of_the_law(client, shop, put, way, kind):
    stated = way(OFFERS[kind], client, shop, put)
    assert load_forbidden_work()[kind].law.split("》")[0] in stated
    assert not Listing.objects.live().filter(duties=OFFERS[kind]).exists()
