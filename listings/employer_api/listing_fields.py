"""The fields of the posting form as JSON: their schema, and the conversion from JSON to typed values and back.

The form alone validates; the schema describes its limits and choices for people who write programs.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Annotated, Any

from django import forms
from django.utils.datastructures import MultiValueDict
from ninja import Schema
from pydantic import BeforeValidator, ConfigDict, Field, WithJsonSchema, create_model

from listings.employer_desk.drafts import collect_typed_values
from listings.employer_desk.posting_fields import NumberField
from listings.employer_desk.posting_forms import PostingForm
from listings.models import Listing
from listings.models.revision import TypedValues

FORM_FIELDS: dict[str, forms.Field] = PostingForm.base_fields
# What a form page has chosen before anybody chooses.
DEFAULTS: TypedValues = {
    name: [field.initial]
    for name, field in FORM_FIELDS.items()
    if isinstance(field.initial, str) and field.initial
}
_MAX_DIGITS = 20


def _describe_field(field: forms.Field) -> Any:
    """Return the annotation of a field of the model."""
    schema: dict[str, Any] = {"type": "string"}
    if choices := list_choices(field):
        schema["enum"] = [code for code, _label in choices]
    if isinstance(field, forms.MultipleChoiceField):
        kind: Any = list[Annotated[str, WithJsonSchema(schema)]]
    elif isinstance(field, NumberField):
        limits = {"minimum": field.least, "maximum": field.most}
        kind = int if field.is_whole else Decimal
        kind = Annotated[
            kind,
            BeforeValidator(_spell_boolean),
            WithJsonSchema({"type": "integer" if field.is_whole else "number", **limits}),
        ]
    else:
        longest = getattr(field, "longest", None) or getattr(field, "max_length", None)
        kind = Annotated[str, WithJsonSchema(schema | ({"maxLength": longest} if longest else {}))]
    words = _build_description(field)
    return Annotated[kind | None, Field(None, title=str(field.label), description=words)]


def _spell_boolean(value: object) -> object:
    """Return `true` and `false` as words, which the field refuses; pydantic would read `true` as the number 1."""
    return str(value) if isinstance(value, bool) else value


def _build_description(field: forms.Field) -> str:
    labels = [f"{code}={label}" for code, label in list_choices(field) if code]
    parts = [str(field.label), str(field.help_text), "、".join(labels)]
    return "。".join(part.rstrip("。？") for part in parts if part) + "。"


def list_choices(field: forms.Field) -> list[tuple[str, str]]:
    """Return the codes and labels of a field, those of groups one after the other."""
    flat: list[tuple[str, str]] = []
    for code, label in getattr(field, "choices", ()):
        is_group = isinstance(label, list | tuple)
        flat += [(str(c), str(w)) for c, w in label] if is_group else [(str(code), str(label))]
    return flat


class StrictSchema(Schema):
    """A misspelt name is an error, not ignored."""

    model_config = ConfigDict(extra="forbid")


ListingFields: Any = create_model(
    "ListingFields",
    __base__=StrictSchema,
    **{name: _describe_field(field) for name, field in FORM_FIELDS.items()},
)


def convert_to_typed(values: Mapping[str, Any]) -> TypedValues:
    """Return the values as somebody would type them into the form."""
    typed: MultiValueDict[str, str] = MultiValueDict(
        {name: _type_value(FORM_FIELDS[name], value) for name, value in values.items()}
    )
    return collect_typed_values(values, typed)


def _type_value(field: forms.Field, value: Any) -> list[str]:
    if isinstance(field, forms.MultipleChoiceField):
        return [str(choice) for choice in value or []]
    if isinstance(value, Decimal) and value.is_finite() and abs(value.adjusted()) < _MAX_DIGITS:
        return [f"{value.normalize():f}"]
    return ["" if value is None else str(value)]


def convert_to_json(typed: Mapping[str, list[str]]) -> dict[str, Any]:
    """Return what was typed, right or wrong, as the fields of the schema."""
    return {
        name: _read_value(FORM_FIELDS[name], typed[name]) for name in FORM_FIELDS if name in typed
    }


def _read_value(field: forms.Field, values: list[str]) -> Any:
    if isinstance(field, forms.MultipleChoiceField):
        return values
    text = values[-1] if values else ""
    if isinstance(field, NumberField):
        try:
            number = field.clean(text) if text else None
        except forms.ValidationError:
            return None
        return float(number) if isinstance(number, Decimal) else number
    return text or None


def list_field_errors(
    typed: Mapping[str, list[str]], stored: Listing | None = None
) -> dict[str, str]:
    """Return what the form says against the typed values, by field."""
    form = PostingForm(MultiValueDict(dict(typed)), stored=stored)
    return {name: str(words[0]) for name, words in form.errors.items()}


def split_errors(
    errors: Mapping[str, str], given_names: Iterable[str]
) -> tuple[dict[str, str], dict[str, str]]:
    """Return the errors at fields that were given, and those at fields that are still missing."""
    names = set(given_names)
    wrong = {name: words for name, words in errors.items() if name in names}
    return wrong, {name: words for name, words in errors.items() if name not in names}
