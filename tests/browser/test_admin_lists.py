"""Every list of the admin: at the width of a small laptop no column is out of sight or cut; no cell is squeezed."""

import math

import pytest
from django.contrib import admin
from django.urls import reverse
from playwright.sync_api import expect

from cities.directory.regions import get_region_by_slug
from cities.models import Region
from safety.models import Report
from tests import world
from tests.admin_rows import make_admin_rows
from tests.browser import looks
from tests.conftest import build_listing_publisher, tea_shop
from tests.daily_tests import is_night
from tests.people import sign_in_browser_page

WIDTH, HEIGHT = 1280, 860
LIMITS = "/admin/sitekit/limitsetting/"
PHONE = {"width": 390, "height": 844}
# Columns behind the edge, what a cell hides, and words of which a few stand on each line.
CUT = r"""() => {
  const faults = [];
  const table = document.querySelector("#result_list");
  if (!table) return document.querySelector("#changelist") ? ["no rows"] : [];
  for (let part = table; part !== document.body; part = part.parentElement)
    if (part.scrollWidth > part.clientWidth + 1 && part.clientWidth)
      faults.push(`${part.id || part.className} is cut by ${part.scrollWidth - part.clientWidth}`);
  for (const cell of table.querySelectorAll("tbody :is(td, th)")) {
    const style = getComputedStyle(cell);
    const words = cell.innerText.replace(/\s/g, "").length;
    const lines = cell.clientHeight && [...cell.getClientRects()].length &&
      (() => { const range = document.createRange(); range.selectNodeContents(cell);
        return new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size; })();
    if (cell.scrollWidth > cell.clientWidth + 1 && style.overflow !== "visible")
      faults.push(`hidden: ${cell.className}`);
    if (words >= 10 && words / lines < 4) faults.push(`squeezed: ${cell.className} ${words}/${lines}`);
  }
  return [...new Set(faults)];
}"""

# Words that stand one or two below another, and numbers that are broken, in a table that may be wider than the phone.
SQUEEZED = r"""() => {
  const faults = [];
  for (const cell of document.querySelectorAll("#content table tbody :is(td, th)")) {
    const words = cell.innerText.trim();
    const bottoms = new Set();
    const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const range = document.createRange();
      range.selectNodeContents(texts.currentNode);
      for (const box of range.getClientRects()) if (box.width) bottoms.add(Math.round(box.bottom));
    }
    const lines = bottoms.size;
    const isNumber = /^[\d.,]+$/.test(words);
    if (lines > 1 && (isNumber || (words.length >= 3 && words.replace(/\s/g, "").length / lines < 2.5)))
      faults.push(`${cell.className || cell.parentElement.rowIndex}: ${words.slice(0, 12)} on ${lines} lines`);
  }
  return [...new Set(faults)];
}"""


@pytest.fixture(scope="module")
def window(kept_site):
    shop = tea_shop()
    people, _values = world.make_site_data(build_listing_publisher(shop), get_region_by_slug, shop)
    make_admin_rows(people["admin"])
    return sign_in_browser_page(kept_site.open(), people["admin"], kept_site)


@pytest.fixture(autouse=True)
def places(kept_site, window):
    """The data stay as they are; what no page may do is held against the test."""
    yield
    kept_site.require_no_faults()


def test_no_list_has_a_column_out_of_sight(window, kept_site):
    window.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    faults = {}
    for model in [*admin.site._registry][:: 1 if is_night() else 6]:
        address = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        assert window.goto(reverse(address)).status == 200, address
        if out_of_sight := [*window.evaluate(CUT), *window.evaluate(looks.OVER)]:
            faults[model._meta.label] = out_of_sight
    assert faults == {}, "\n".join(
        f"{name}: {out_of_sight}" for name, out_of_sight in faults.items()
    )


def test_no_cell_is_squeezed_on_a_phone(window):
    window.set_viewport_size(PHONE)
    faults = {}
    addresses = [
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for model in [*admin.site._registry][:: 1 if is_night() else 6]
    ]
    report = reverse("admin:safety_report_change", args=[Report.objects.earliest("id").pk])
    for address in [*addresses, LIMITS, report]:
        assert window.goto(address).status == 200, address
        if squeezed := window.evaluate(SQUEEZED):
            faults[address] = squeezed
    assert faults == {}, "\n".join(f"{address}: {squeezed}" for address, squeezed in faults.items())


def test_the_numbers_of_many_pages_fit_the_smallest_phone(window, monkeypatch):
    rows_a_page = math.ceil(Region.objects.count() / 10)
    monkeypatch.setattr(admin.site.get_model_admin(Region), "list_per_page", rows_a_page)
    window.set_viewport_size({"width": 320, "height": 844})
    window.goto(reverse("admin:cities_region_changelist"))
    assert window.locator(".paginator li").count() == 10
    assert window.evaluate(looks.OVER) == []


@pytest.mark.parametrize(
    ("address", "role", "name"),
    [
        ("listings/listing/", "combobox", "选地区"),  # the filter
        ("listings/listing/add/", "combobox", "选招聘单位"),
        ("listings/hourlyminimum/add/", "searchbox", "选适用地区"),  # several rows
    ],
)
def test_a_field_that_looks_up_rows_has_a_name(window, address, role, name):
    assert window.goto(f"/admin/{address}").status == 200
    expect(window.get_by_role(role, name=name, exact=True)).to_be_visible()
