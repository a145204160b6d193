"""Pages of the desk that are one form with a button, or a question with one."""

from dataclasses import dataclass

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.models import Employer


@dataclass(frozen=True, kw_only=True)
class SmallForm:
    """The words and links around a form.

    `back` is the address behind 取消, or behind 不 with the words of a final button. With `back_words` a link leads
    there too.
    """

    title: str
    back: str
    button: str = "保存"
    part: str = "jobs"  # which tab of the desk
    heading: str = ""  # the title, if empty
    words: str = ""  # above the fields
    note: str = ""  # below them
    back_words: str = ""
    hides_optional: bool = False
    # The button cannot be undone, so the link back is the highlighted one.
    is_final: bool = False


def render_small_form(
    request: HttpRequest, employer: Employer | None, small: SmallForm, form: Form | None = None
) -> HttpResponse:
    context = {"employer": employer, "small": small, "form": form}
    return render(request, "accounts/employers/small_form.html", context)
