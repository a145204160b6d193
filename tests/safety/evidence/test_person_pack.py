"""The pack of evidence: what one person saw, when, and what was found; signed, nobody else's."""

import json
import re
import zipfile
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from listings.models import ContactReveal
from safety.aftercare.warning_links import LINK_VALID_FOR, find_warning, make_warning_token
from safety.evidence import pack_verification
from safety.evidence.person_pack import build_person_pack
from safety.evidence.signatures import (
    export_public_key,
    fingerprint_public_key,
    get_own_public_key,
    parse_public_key_pem,
)
from safety.models import FraudCase, Warned
from screening.contacts import known_contacts
from screening.contacts.extraction import find_contacts
from screening.models import KnownContact
from sitekit.images.pictures import create_picture
from sitekit.models import Mail
from tests.people import make_person, sign_in
from tests.safety.fraud_removals import (
    read_zip_files,
    record_contact_reveal,
    remove_listing_for_fraud,
    sign_up,
)
from tests.sitekit.images.test_barcodes import GROUP, draw_qr_code, on_a_photo
from tests.sitekit.images.test_pictures import encode_image as saved_as
from tools.demo.factories import make_listing

pytestmark = pytest.mark.django_db
CONTACT = "13900001111"


@pytest.fixture
def listing(publish):
    return publish(title="在家点赞", contact_phone=CONTACT, duties="给商品点赞，一单五元。")


@pytest.fixture
def seeker():
    return make_person("seeker")


def get_warned_row(user):
    return Warned.objects.get(user=user)


def get_evidence_pack(user):
    return sign_in(Client(), user).get(f"/me/evidence/{get_warned_row(user).pk}/pack/")


@pytest.fixture
def saved(tmp_path, listing, seeker):
    """The path of somebody's pack."""
    record_contact_reveal(listing, seeker)
    remove_listing_for_fraud(listing)
    path = tmp_path / "evidence.zip"
    path.write_bytes(b"".join(get_evidence_pack(seeker).streaming_content))
    return path


def run_verify_evidence(path, *options):
    """The exit code of the command."""
    try:
        call_command("verify_evidence", str(path), *options)
    except SystemExit as end:
        return end.code
    return 0


def rewrite_archive(path, **changes):
    """The same archive with other files; None leaves one out."""
    with zipfile.ZipFile(path) as archive:
        kept = {name: archive.read(name) for name in archive.namelist()}
    other = path.with_name("other.zip")
    with zipfile.ZipFile(other, "w") as archive:
        for name, content in (kept | changes).items():
            if content is not None:
                archive.writestr(name, content)
    return other


def test_it_holds_the_text_as_it_was_seen_and_when(listing, seeker):
    record_contact_reveal(listing, seeker)
    remove_listing_for_fraud(listing)
    got = read_zip_files(get_evidence_pack(seeker))
    assert set(got) == {
        "说明.txt",
        "facts.json",
        "经过.txt",
        "seen-1.txt",
        "seen-1.json",
        "manifest.json",
        "manifest.sig",
        "public-key.pem",
    }
    text = got["seen-1.txt"].decode("utf-8-sig")
    assert "给商品点赞，一单五元。" in text and CONTACT in text
    facts = json.loads(got["facts.json"])
    assert facts["removed"]["label"] == "刷单返利" and facts["removed"]["reason"]
    (seen,) = facts["you"]
    assert seen["text"] == "seen-1" and seen["at"].endswith("+08:00")
    assert facts["employer"]["name"] == listing.employer.name
    assert "你看了联系方式" in got["经过.txt"].decode("utf-8-sig")


def test_of_a_repost_it_says_that_its_source_published_it(seeker):
    source = {"source_name": "某校就业网", "source_id": "7", "company_text": "某餐厅"}
    repost = make_listing(**source)
    record_contact_reveal(repost, seeker)
    remove_listing_for_fraud(repost)
    story = read_zip_files(get_evidence_pack(seeker))["经过.txt"].decode("utf-8-sig")
    assert "来源「某校就业网」发布，本站转载" in story and "公开发布" not in story


def test_an_edit_later_does_not_change_what_was_seen(listing, seeker, publish):
    from listings.models import ListingRevision
    from listings.publication.transitions import approve_listing_edit, submit_revision
    from tests.conftest import build_listing_fields

    record_contact_reveal(listing, seeker)
    text = build_listing_fields(title="改过的标题", contact_phone=CONTACT)
    submit_revision(listing, ListingRevision(**text))
    approve_listing_edit(listing.pk, None)
    remove_listing_for_fraud(listing)
    assert (
        json.loads(read_zip_files(get_evidence_pack(seeker))["seen-1.json"])["title"] == "在家点赞"
    )


def test_who_only_signed_up_does_not_get_the_contact(listing, seeker):
    sign_up(listing, seeker)
    remove_listing_for_fraud(listing)
    got = read_zip_files(get_evidence_pack(seeker))
    assert all(CONTACT.encode() not in content for content in got.values())
    assert json.loads(got["facts.json"])["you"][0]["what"] == "signed up"
    assert "给商品点赞" in got["seen-1.txt"].decode("utf-8-sig")


def test_nobody_elses_data_is_in_it(listing, seeker):
    other = make_person("other-seeker", phone="+8613500005555")
    record_contact_reveal(listing, seeker)
    record_contact_reveal(listing, other)
    record_contact_reveal(listing, email="visitor@example.com")
    sign_up(listing, other, phone="+8613500005555")
    ContactReveal.objects.filter(user=other).update(created_at="2026-01-02T03:04:05Z")
    case = remove_listing_for_fraud(listing)
    everything = b"".join(read_zip_files(get_evidence_pack(seeker)).values())
    for word in ("other-seeker", "visitor", "13500005555", case.moderator.email, "11:04:05"):
        assert word.encode() not in everything, word


def test_who_closed_an_account_gets_no_sightings_of_other_guests(listing):
    first = record_contact_reveal(listing, email="first@example.com")
    for number in range(3):
        record_contact_reveal(listing, email=f"other{number}@example.com")
    remove_listing_for_fraud(listing)
    warned = Warned.objects.get(reveal=first)
    with build_person_pack(warned) as pack:
        before = zipfile.ZipFile(pack).read("facts.json")
    ContactReveal.objects.filter(pk=first.pk).update(
        email="", phone=""
    )  # as closing an account does
    ContactReveal.objects.exclude(pk=first.pk).update(created_at="2026-01-02T03:04:05Z")
    with build_person_pack(Warned.objects.get(pk=warned.pk)) as pack:
        after = zipfile.ZipFile(pack).read("facts.json")
    assert b"11:04:05" not in after and after.count(b"seen") == before.count(b"seen")


def test_the_same_bytes_every_time(listing, seeker):
    record_contact_reveal(listing, seeker)
    record_contact_reveal(listing, email="visitor@example.com")
    remove_listing_for_fraud(listing)
    first, again = (b"".join(get_evidence_pack(seeker).streaming_content) for _ in range(2))
    assert first == again
    with build_person_pack(Warned.objects.get(user=None)) as theirs:
        assert theirs.read() != first
        dates = {info.date_time for info in zipfile.ZipFile(theirs).infolist()}
    assert dates == {(1980, 1, 1, 0, 0, 0)}, "not when it was packed"


def test_it_is_a_download_that_nothing_keeps(listing, seeker):
    record_contact_reveal(listing, seeker)
    remove_listing_for_fraud(listing)
    response = get_evidence_pack(seeker)
    assert response["Content-Disposition"].startswith("attachment")
    assert "no-store" in response["Cache-Control"] and "noindex" in response["X-Robots-Tag"]
    assert response["Content-Type"] == "application/zip"
    response.close()


def test_by_the_link_without_an_account(listing):
    record_contact_reveal(listing, email="visitor@example.com")
    remove_listing_for_fraud(listing)
    mail = Mail.objects.get(to="visitor@example.com")
    address = re.search(r"http://[^/]+(/evidence/\S+)", mail.text)[1]
    assert "seen-1.json" in read_zip_files(Client().get(f"{address}pack/"))


def test_a_link_that_is_forged_spoiled_or_a_year_old_leads_nowhere(listing):
    record_contact_reveal(listing, email="a@example.com")
    record_contact_reveal(listing, email="b@example.com")
    remove_listing_for_fraud(listing)
    warned, other = Warned.objects.all()
    signature = make_warning_token(warned).partition("-")[2]
    for token in (
        f"{other.pk}-{signature}",
        f"{warned.pk}-",
        f"{warned.pk}",
        "x",
        make_warning_token(warned)[:-1],
    ):
        assert Client().get(f"/evidence/{token}/").status_code == 404, token
        assert Client().get(f"/evidence/{token}/pack/").status_code == 404, token
    good = f"/evidence/{make_warning_token(warned)}/"
    assert Client().get(good).status_code == 200
    Warned.objects.update(created_at=timezone.now() - LINK_VALID_FOR - timedelta(hours=1))
    assert Client().get(good).status_code == 404


def test_a_link_made_with_the_key_before_still_works(listing, settings):
    record_contact_reveal(listing, email="a@example.com")
    remove_listing_for_fraud(listing)
    token = make_warning_token(Warned.objects.get())
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another"
    assert find_warning(token) and make_warning_token(Warned.objects.get()) != token


def test_only_ones_own(listing, seeker):
    record_contact_reveal(listing, seeker)
    remove_listing_for_fraud(listing)
    address = f"/me/evidence/{get_warned_row(seeker).pk}/"
    stranger = sign_in(Client(), make_person("stranger"))
    for page in (address, f"{address}pack/"):
        assert stranger.get(page).status_code == 404
        assert Client().get(page).status_code == 302


def test_the_command_says_that_it_is_whole(saved, capsys):
    assert run_verify_evidence(saved) == 0
    assert fingerprint_public_key() in capsys.readouterr().out


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"seen-1.txt": b"x"}, "seen-1.txt: changed"),
        ({"facts.json": None}, "facts.json: missing"),
        ({"more.txt": b"x"}, "more.txt: not in the manifest"),
        ({"manifest.json": b"{}"}, "signature"),
        ({"manifest.sig": b"AAAA\n"}, "signature"),
    ],
)
def test_the_command_finds_every_change(saved, capsys, changes, message):
    assert run_verify_evidence(rewrite_archive(saved, **changes)) == 1
    assert message in capsys.readouterr().err


def test_a_pack_signed_by_somebody_else_is_found_out(saved, settings, tmp_path, capsys):
    """Also one that brings its own key along."""
    ours = tmp_path / "ours.pem"
    ours.write_bytes(export_public_key())
    settings.EVIDENCE_KEY = b"\1" * 32
    assert run_verify_evidence(saved) == 1
    assert run_verify_evidence(saved, "--key", str(ours)) == 0


@pytest.mark.parametrize("content", [b"", b"no zip", None])
def test_what_is_no_pack_at_all_has_an_exit_code_of_its_own(tmp_path, content):
    path = tmp_path / "x.zip"
    if content is not None:
        path.write_bytes(content)
    assert run_verify_evidence(path) == 2


def test_a_bomb_is_not_unpacked(saved, monkeypatch):
    monkeypatch.setattr(pack_verification, "MAX_BYTES", 1000)
    assert run_verify_evidence(saved) == 2


def test_the_key_is_public(client):
    response = client.get("/evidence/key.pem")
    assert parse_public_key_pem(response.content).public_bytes_raw() == (
        get_own_public_key().public_bytes_raw()
    )


def test_the_photos_are_in_it_with_what_their_codes_say_and_that_is_known_again(listing, seeker):
    picture = create_picture(saved_as(on_a_photo(draw_qr_code()), "JPEG"))
    listing.revisions.update(photos=[picture.pk])
    record_contact_reveal(listing, seeker)
    remove_listing_for_fraud(listing)
    got = read_zip_files(get_evidence_pack(seeker))
    assert got[f"photo-{picture.pk}.webp"][8:12] == b"WEBP"
    seen = json.loads(got["seen-1.json"])
    assert seen["photos"] == [picture.pk] and seen["codes_in_photos"] == {str(picture.pk): [GROUP]}
    (group,) = find_contacts(GROUP)
    assert KnownContact.objects.filter(
        digest=known_contacts.hash_contact(group), source=listing.pk
    ).exists()


def test_a_check_of_the_very_day_of_a_removal_in_the_morning_is_in_it(listing, seeker):
    morning = datetime(2026, 12, 2, 7, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
    record_contact_reveal(listing, seeker)
    remove_listing_for_fraud(listing)
    FraudCase.objects.update(created_at=morning)
    listing.employer.checks.update(checked_on=morning.date())
    facts = json.loads(read_zip_files(get_evidence_pack(seeker))["facts.json"])
    assert {check["on"] for check in facts["employer"]["checked"]} == {"2026-12-02"}
