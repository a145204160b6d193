"""The settings of places by staff: the words of a city's first page, and which cities are named first."""

import hashlib
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest, QueryDict

from accounts.admin.recorded_edits import (
    NO_VALUE_LABEL,
    RecordedEditForm,
    RecordedEdits,
    record_change,
)
from accounts.models import User
from accounts.staff.scope import NATIONAL_SCOPE, StaffScope
from accounts.staff.scoped_admin import FormInScope, ScopedRows
from cities.directory.form_fields import PlaceField, name_hot_place
from cities.directory.place_settings import DESCRIPTIONS, HOT_CITIES
from cities.directory.regions import (
    get_region,
    get_region_ancestors,
    list_hot_regions,
    list_shipped_hot_regions,
)
from cities.models import HotCityList, PlaceDescription, Region
from cities.switcher.views import MAX_HOT
from jobsite.admin.settings_page import SettingsPage
from sitekit.forms.admin_permissions import show_for_viewer
from sitekit.forms.fields import normalise_input
from sitekit.web.city_urls import reverse_in_city

MAX_LISTED = 400
_FAULTS_SHOWN = 8


class DescriptionForm(RecordedEditForm):
    region = PlaceField(label="地区", help_text="城市、区县或省，如 湘西。")
    scope: ClassVar[StaffScope] = NATIONAL_SCOPE  # the places of the editor, set by the admin

    class Meta:
        model = PlaceDescription
        fields = ("region", "words")
        widgets = {"words": forms.Textarea({"rows": 3, "class": "vLargeTextField"})}

    def clean_words(self) -> str:
        """Return the words on one line."""
        return " ".join(self.cleaned_data["words"].split())

    def clean_region(self) -> Region | None:
        region = self.cleaned_data["region"]
        if region and not self.scope.covers_region(region.pk):
            raise forms.ValidationError("这个地方不在你负责的地区。")
        if region and PlaceDescription.objects.filter(region=region).exists():
            raise forms.ValidationError("这个地方已经有一条，到它那里改。")
        return region


@admin.register(PlaceDescription)
class PlaceDescriptionAdmin(ScopedRows, FormInScope, RecordedEdits):
    """A row for each place that has words of its own; one without words is as shipped."""

    empty_words = "各地首页现在都用自带的介绍。"
    form = DescriptionForm
    settings = (DESCRIPTIONS,)
    public_words = ("words",)
    fields = ("region", "words")
    list_display = ("place", "words")
    search_fields = ("region__name", "region__short_name", "words")
    search_help_text = "按地名或介绍里的字找"
    list_select_related = ("region",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_readonly_fields(request, obj)
        if obj is None:
            return fields
        return (*fields, "region", show_for_viewer(self, request, "region"))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Editors may not open the page of a place."""
        fields = super().get_fields(request, obj)
        closed = show_for_viewer(self, request, "region") if obj else "region"
        return [closed if name == "region" else name for name in fields]

    @admin.display(description="地区", ordering="region")
    def place(self, row: PlaceDescription) -> str:
        chain = get_region_ancestors(get_region(row.region_id))
        return " ".join(region.short_name for region in reversed(chain))

    def view_on_site(self, row: PlaceDescription) -> str:
        return reverse_in_city("city_home", get_region(row.region_id))


class HotCitiesForm(forms.Form):
    """The names of all hot cities, one a line, in their order."""

    names = forms.CharField(
        label="热门城市",
        max_length=20_000,
        strip=True,
        help_text="一行一个，上面的排在前面；城市、区县都行。",
        error_messages={"required": "至少留一个；要回到自带的，用下面的按钮。"},
        widget=forms.Textarea({"rows": 24, "class": "vLargeTextField", "spellcheck": "false"}),
    )
    reason = forms.CharField(
        label="为什么",
        max_length=200,
        error_messages={"required": "写一句为什么。"},
        widget=forms.Textarea({"rows": 2, "class": "vLargeTextField"}),
    )
    shown = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_shown(self) -> str:
        """Refuse to store the list if a colleague changed it since the page was opened, or if the page does not send
        which list it was opened with: the user has to look at it first."""
        current = _hash_hot_cities()
        if (shown := self.cleaned_data["shown"]) != current:
            self.data = {**self.data, "shown": current}
            words = "别人刚改过" if shown else "不知道这一页打开时是什么"
            self.add_error("names", f"{words}，经过在下面。看一下再存。")
        return current

    def clean_names(self) -> list[Region]:
        """Return the places. The error names all faults of the lines at once."""
        places_by_name = {name_hot_place(place): place for place in list_shipped_hot_regions()}
        places: dict[int, Region] = {}
        faults = []
        lines = [normalise_input(line) for line in self.cleaned_data["names"].splitlines()]
        for number, name in enumerate(lines, 1):
            if not name:
                continue
            try:
                place = places_by_name.get(name) or cast("Region", PlaceField().clean(name))
            except forms.ValidationError as error:
                faults.append(f"第 {number} 行：{error.messages[0]}")
                continue
            if place.adcode in places:
                faults.append(f"第 {number} 行：{name} 写了两次。")
            places[place.adcode] = place
        if len(places) > MAX_LISTED:
            faults.append(f"最多 {MAX_LISTED} 个，现在有 {len(places)} 个。")
        if faults:
            further_faults = (
                [f"还有 {len(faults) - _FAULTS_SHOWN} 行不对。"] if faults[_FAULTS_SHOWN:] else []
            )
            raise forms.ValidationError([*faults[:_FAULTS_SHOWN], *further_faults])
        return list(places.values())


@admin.register(HotCityList)
class HotCityAdmin(SettingsPage[HotCitiesForm]):
    """The page has all names."""

    page_title, page_template = "热门城市", "jobsite/admin/hot_cities.html"

    def build_form(self, posted: QueryDict | None) -> HotCitiesForm:
        """Return the form. The button 恢复自带 replaces the typed names by the shipped ones."""
        if posted is None:
            names = _join_names(list_hot_regions())
            return HotCitiesForm(initial={"names": names, "shown": _hash_hot_cities()})
        HOT_CITIES.forget()  # another process may have changed them just now
        typed = posted.dict()
        if "_shipped" in posted:
            typed["names"] = _join_names(list_shipped_hot_regions())
        return HotCitiesForm(typed)

    def store_setting(self, user: User, form: HotCitiesForm) -> str:
        places, reason = form.cleaned_data["names"], form.cleaned_data["reason"]
        is_changed = set_hot_cities(places, user, reason)
        return "保存好了，马上按新的排。" if is_changed else "没有改动。"

    def build_page_context(self) -> dict[str, Any]:
        return {"most_hot": MAX_HOT, "is_shipped": not HOT_CITIES.get()}


def _join_names(places: Sequence[Region]) -> str:
    return "\n".join(map(name_hot_place, places))


def _hash_hot_cities() -> str:
    return hashlib.sha256(_join_names(list_hot_regions()).encode()).hexdigest()


def set_hot_cities(places: list[Region], user: User, reason: str) -> bool:
    """Store the list and return whether it changed. The row of the shipped list has no places."""
    former = list_hot_regions()
    if places == former:
        return False
    codes = [place.adcode for place in places]
    is_shipped = places == list_shipped_hot_regions()
    with transaction.atomic():
        row, _ = HotCityList.objects.update_or_create(
            pk=HotCityList.ONLY, defaults={"places": [] if is_shipped else codes}
        )
        record_change(user, row, _describe_changes(former, places), reason)
        transaction.on_commit(HOT_CITIES.forget)
    HOT_CITIES.forget()
    return True


def _describe_changes(former: Sequence[Region], places: Sequence[Region]) -> dict[str, list[str]]:
    """Return {what: [before, after]}: places that were added, removed or moved."""
    changes = {}
    if gone := [place for place in former if place not in places]:
        changes["不再是热门"] = [_list_positions(gone, former), NO_VALUE_LABEL]
    if new := [place for place in places if place not in former]:
        changes["新的热门"] = [NO_VALUE_LABEL, _list_positions(new, places)]
    before = [place for place in former if place in places]
    after = [place for place in places if place in former]
    stayed = {
        before[block.a + offset].adcode
        for block in SequenceMatcher(
            a=[place.adcode for place in before],
            b=[place.adcode for place in after],
            autojunk=False,
        ).get_matching_blocks()
        for offset in range(block.size)
    }
    if moved := [place for place in after if place.adcode not in stayed]:
        changes["换了位置"] = [_list_positions(moved, former), _list_positions(moved, places)]
    return changes


def _list_positions(shown: Sequence[Region], places: Sequence[Region]) -> str:
    return "、".join(f"{name_hot_place(place)} 第 {places.index(place) + 1}" for place in shown)
