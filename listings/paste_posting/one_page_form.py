"""All fields of a listing on one page, in rows; a row shows what was read, assumed, missing or wrong."""

from typing import NamedTuple

from django.utils.datastructures import MultiValueDict

from listings.employer_desk.posting_forms import FIELD_NAMES, USUAL_ANSWERS, PostingForm
from listings.models import Listing
from listings.models.listing_fields import CHOICE_CONDITIONS
from listings.models.revision import TypedValues
from listings.post_reader.work_reader import find_category_by_words, guess_categories
from listings.vocabulary.categories import CATEGORIES


class FormRow(NamedTuple):
    """`more`: fields that are seldom needed, folded away while they are empty and right."""

    key: str
    label: str
    fields: tuple[str, ...]
    more: tuple[str, ...] = ()

    @property
    def template(self) -> str:
        return f"listings/paste_posting/_row_{self.key}.html"

    @property
    def names(self) -> tuple[str, ...]:
        return self.fields + self.more


ROWS = (
    FormRow("title", "标题", ("title",)),
    FormRow("category", "类别", ("category",)),
    FormRow(
        "pay", "报酬", ("pay_min", "pay_max", "pay_unit", "settlement"), ("pay_kind", "latest_pay_days")
    ),
    FormRow(
        "time", "时间", ("term", "work_hours", "slots"), ("start_date", "end_date", "hours_per_day")
    ),
    FormRow(
        "place", "地点", ("place", "address"), ("mode", "venue", "coordinates", "further_places")
    ),
    FormRow("headcount", "招几个人", ("headcount",)),
    FormRow("duties", "做什么", ("duties",)),
    FormRow(
        "requirements", "要求", ("requirements",), ("flags", *(field.name for field in CHOICE_CONDITIONS))
    ),
    FormRow("contact", "联系", ("contact_name", "contact_phone", "contact_wechat")),
    FormRow("perks", "福利", ("perks",)),
    FormRow("until", "招到哪一天", ("valid_through",)),
)  # fmt: skip


def build_one_page_form(typed: TypedValues, stored: Listing | None = None) -> PostingForm:
    """Return the form bound to the typed or read values; fields with a usual answer are filled with it."""
    form = PostingForm(MultiValueDict(fill_usual_answers(typed)), stored=stored)
    for field in form.fields.values():
        field.help_text = ""  # what is to be known stands beside the row
    return form


def fill_usual_answers(typed: TypedValues) -> TypedValues:
    return USUAL_ANSWERS | {name: values for name, values in typed.items() if values}


def list_typed_values(typed: TypedValues) -> TypedValues:
    """Return the values of all fields, as a draft of the employer keeps them."""
    answers = fill_usual_answers(typed)
    return {name: answers.get(name, []) for name in FIELD_NAMES}


class CategoryGuess(NamedTuple):
    code: str
    label: str
    is_chosen: bool


def list_category_guesses(title: str, duties: str, chosen: str) -> list[CategoryGuess]:
    """Return the chosen category and those that title and duties speak of."""
    codes = [chosen] if chosen in CATEGORIES else []
    codes += [
        code for code in guess_categories(title, duties) if not CATEGORIES[code].change.is_hidden
    ]
    return [
        CategoryGuess(code, CATEGORIES[code].label, code == chosen) for code in dict.fromkeys(codes)
    ]


def choose_category(words: str, typed: TypedValues) -> bool:
    """Set the category that was searched for; return whether one was found."""
    code = find_category_by_words(words)
    if code:
        typed["category"] = [code]
    return bool(code)
