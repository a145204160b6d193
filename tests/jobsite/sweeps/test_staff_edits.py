"""No form of the admin writes words that others read past screening and history."""

from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.test import RequestFactory

from accounts.admin.edit_form import ScreenedEditForm
from accounts.admin.recorded_edits import RecordedEdits
from accounts.admin.row_mark import SHOWN, LockedRows, RowMarkForm
from accounts.admin.staff_edits import ScreenedEdits
from accounts.models import User
from tests.public_fields import OWN_CHECK, load_public_fields

# A name or number of the person that the row is: no words for others, and no old ones are kept.
OF_A_PERSON = {OWN_CHECK, "personal"}
# Admins that write rows and ask for no reason in each form, and where their changes stand instead.
ASKS_OTHERWISE = {
    "accounts.EmployerAdmin": "events, with a reason for words that others wrote",
    "listings.ListingAdmin": "events, with a reason for words that others wrote",
    "news.ArticleAdmin": "events; the words are the site's own",
    "listings.ListingSourceAdmin": "events, with a reason for trust and samples",
    "accounts.UserAdmin": "events of rights and of switching off",
    "sitekit.LimitSettingAdmin": "one page for all limits, with a reason",
    "cities.HotCityAdmin": "one page for all names, with a reason",
    "listings.RatingAdmin": "hidden and shown again with a reason that the author reads",
    "screening.TrainedModelAdmin": "switched by its own buttons",
    "safety.CannedReasonAdmin": "each decision keeps the words that were sent",
    "cities.ExchangeGroupAdmin": "words with their history, no setting",
    "news.SourceAdmin": "a name, no setting",
    "news.TagAdmin": "a name, no setting",
}


def list_registered_words():
    """{model: columns of the register that somebody could write words into for others}"""
    words = {}
    for name, entry in load_public_fields().items():
        label, _, column = name.rpartition(".")
        if entry.check not in OF_A_PERSON:
            words.setdefault(label, set()).add(column)
    return words


def list_written_columns(door, request):
    """The columns that its forms write, of a new row and of one that is there."""
    written = set()
    for row in (None, door.model(pk=1)):
        if row and not door.has_change_permission(request, row):
            continue
        if not row and not door.has_add_permission(request):
            continue
        form = door.get_form(request, row, change=bool(row))
        shown = set(flatten_fieldsets(door.get_fieldsets(request, row)))
        written |= shown & set(form.base_fields)
    return written


def make_request():
    request = RequestFactory().get("/admin/")
    request.user = User(is_superuser=True, is_staff=True, is_active=True)
    return request


def list_doors():
    """(admin, columns of the register that it writes), those of inlines too."""
    request = make_request()
    words = list_registered_words()
    for door in admin.site._registry.values():
        registered = words.get(door.model._meta.label, set())
        if written := registered & list_written_columns(door, request):
            yield door, written
        for inline in door.inlines:
            rows = inline(door.model, admin.site)
            registered = words.get(rows.model._meta.label, set())
            if rows.has_add_permission(request, None) or rows.has_change_permission(request):
                written = registered & set(rows.get_formset(request).form.base_fields)
                if written:
                    yield rows, written


def test_every_door_screens_all_words_of_the_register_that_it_writes(db):
    doors = {str(door): (door, written) for door, written in list_doors()}
    faults = {
        name: sorted(written - set(getattr(door, "public_words", ())))
        for name, (door, written) in doors.items()
        if not isinstance(door, ScreenedEdits) or not written <= set(door.public_words)
    }
    assert faults == {}
    assert {"accounts.EmployerAdmin", "cities.ExchangeGroupAdmin", "news.ArticleAdmin"} <= set(
        doors
    )
    assert {"listings.ListingAdmin", "sitekit.OperatorAdmin", "news.SourceAdmin"} <= set(doors)


def test_their_forms_ask_and_their_texts_stand_in_the_register(db):
    words = list_registered_words()
    screened = [d for d in admin.site._registry.values() if isinstance(d, ScreenedEdits)]
    assert len(screened) > 6
    for door in screened:
        assert issubclass(door.form, ScreenedEditForm), door
        assert set(door.public_words) <= words.get(door.model._meta.label, set()), door


def test_every_change_of_a_setting_asks_why(db):
    request = make_request()
    written = [
        door
        for door in admin.site._registry.values()
        if door.has_add_permission(request) or door.has_change_permission(request)
    ]
    assert {str(door) for door in written if not isinstance(door, RecordedEdits)} == set(
        ASKS_OTHERWISE
    )
    for door in written:
        if not isinstance(door, RecordedEdits):
            continue
        for row in (None, door.model(pk=1)):
            if row is None or door.has_change_permission(request, row):
                shown = flatten_fieldsets(door.get_fieldsets(request, row))
                assert "edit_reason" in shown or (row is None and door.has_own_reason), door


# Admins that write rows and whose forms carry no mark of what a row said, and what holds two people apart instead.
MARKED_OTHERWISE = {
    "sitekit.LimitSettingAdmin": "each number has the one that was shown beside it",
    "cities.HotCityAdmin": "the list has a mark of its own",
    "screening.TrainedModelAdmin": "no fields; its buttons are moves that look at the state",
}


def test_every_form_of_a_row_says_what_it_was_opened_with(db):
    """Only the article's merges what two people change, by digests of each field."""
    request = make_request()
    unmarked, merging = set(), set()
    for door in admin.site._registry.values():
        row = door.model(pk=1)
        if not door.has_change_permission(request, row) and not door.has_change_permission(request):
            continue
        if getattr(door, "merges_edits", False):
            merging.add(str(door))
        elif not issubclass(door.form, RowMarkForm):
            unmarked.add(str(door))
        else:
            shown = flatten_fieldsets(door.get_fieldsets(request, row))
            assert SHOWN in shown or not door.has_change_permission(request, row), door
            assert isinstance(door, LockedRows), door
    assert (unmarked, merging) == (set(MARKED_OTHERWISE), {"news.ArticleAdmin"})


def test_every_form_of_a_new_row_has_a_token_so_that_a_second_press_adds_none(admin_client):
    """That of articles looks for the article of the first press."""
    without = set()
    for model, door in admin.site._registry.items():
        address = f"/admin/{model._meta.app_label}/{model._meta.model_name}/add/"
        answer = admin_client.get(address)
        if answer.status_code == 200 and 'name="add_once"' not in answer.content.decode():
            without.add(str(door))
    assert without == {"news.ArticleAdmin"}
