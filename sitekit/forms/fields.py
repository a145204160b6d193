"""What forms share: fields that take what Chinese keyboards write, full-width letters and digits."""

import unicodedata

from django import forms


def normalise_input(text: str | None) -> str:
    """As typed on any keyboard, in one spelling; without blanks around it."""
    return unicodedata.normalize("NFKC", text or "").strip()


class OpenForm(forms.Form):
    """For everybody, without an account."""

    # People don't see it; programs that fill in everything give themselves away.
    website = forms.CharField(required=False)

    @property
    def is_from_a_program(self):
        return bool(self.data.get("website"))


class NormalisedField(forms.CharField):
    """One line, without the difference of full-width letters and digits."""

    def to_python(self, value):
        return normalise_input(super().to_python(value))


class AddressField(forms.EmailField):
    """ｎａｍｅ＠ｅｘａｍｐｌｅ。ｃｏｍ is name@example.com; the host is in lower case."""

    def __init__(self, **kwargs):
        kwargs.setdefault("max_length", 254)
        kwargs.setdefault(
            "widget",
            forms.EmailInput(attrs={"autocomplete": "email", "placeholder": "name@example.com"}),
        )
        kwargs["error_messages"] = {
            "required": "请填邮箱。",
            "invalid": "这个邮箱写得不对，应该像 name@example.com。",
            "max_length": "邮箱不会这么长，请再看一遍。",
            **kwargs.get("error_messages", {}),
        }
        super().__init__(**kwargs)

    def to_python(self, value):
        return super().to_python(unicodedata.normalize("NFKC", value or "").replace("。", "."))

    def clean(self, value):
        name, at, host = super().clean(value).rpartition("@")
        return f"{name}{at}{host.lower()}"
