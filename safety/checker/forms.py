"""The form for a text or pictures to check; they are read in memory and stored nowhere."""

from typing import Any

from django import forms
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import QueryDict

from sitekit.forms.fields import MultipleFileField, MultipleFileInput
from sitekit.images.image_cleaning import MAX_BYTES, TOO_HEAVY
from sitekit.ocr.readings import MAX_PICTURES

MAX_CHARACTERS = 10_000
MAX_UPLOAD_BYTES = 40_000_000  # of all pictures together
EMPTY_FORM_MESSAGE = "把对方发来的话贴进来，或者放一张截图。"
TOO_MANY = f"一次最多放 {MAX_PICTURES} 张图，请分两次查。"
TOO_HEAVY_TOGETHER = f"几张图加起来不能超过 {MAX_UPLOAD_BYTES // 1_000_000} MB，请少放几张。"


class MemoryOnlyUploadHandler(MemoryFileUploadHandler):
    """Keeps uploads in memory, never on disk; what exceeds the limits is dropped."""

    received_bytes = 0
    file_bytes = 0

    def handle_raw_input(self, *args: Any, **kwargs: Any) -> None:
        self.activated = True

    def new_file(self, field_name: str, file_name: str, *args: Any, **kwargs: Any) -> None:
        """Replace the file's name, which must not get into error reports."""
        self.file_bytes = 0
        super().new_file(field_name, "picture", *args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self.file_bytes <= MAX_BYTES and self.received_bytes <= MAX_UPLOAD_BYTES:
            self.file_bytes += len(raw_data)
            self.received_bytes += len(raw_data)
            self.file.write(raw_data)


class CheckForm(forms.Form):
    pictures = MultipleFileField(
        label=f"放截图，最多 {MAX_PICTURES} 张",
        required=False,
        help_text="聊天记录、招聘海报、短视频广告、收款码。按聊天顺序放，几张会当一段话来看。",
        widget=MultipleFileInput(attrs={"accept": "image/*", "multiple": True}),
        error_messages={
            "empty": "这个文件是空的。",
            "invalid": "图片没有传上来，请再选一次。",
            "missing": "图片没有传上来，请再选一次。",
        },
    )
    text = forms.CharField(
        label="贴文字",
        required=False,
        help_text="对方发来的话、招聘、短信都行，贴得越全看得越准。最多 10,000 字。",
        widget=forms.Textarea(attrs={"rows": 5, "autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(
        self, data: QueryDict | dict[str, Any] | None = None, files: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(_remove_nul(data), files, **kwargs)
        self.notes: list[str] = []

    def clean_text(self) -> str:
        text = "\n".join(self.cleaned_data["text"].splitlines())
        if (length := len(text)) > MAX_CHARACTERS:
            raise forms.ValidationError(
                f"最多查 {MAX_CHARACTERS:,} 字，这里有 {length:,} 字，多了 {length - MAX_CHARACTERS:,} 字。"
                "请挑要紧的几段贴：要你做什么、怎么给钱、怎么联系。"
            )
        return text

    def clean_pictures(self) -> list[bytes]:
        """Return the bytes of the files, for the reader; nothing is decoded here."""
        files = self.cleaned_data["pictures"]
        if len(files) > MAX_PICTURES:
            raise forms.ValidationError(TOO_MANY)
        if any(file.size > MAX_BYTES for file in files):
            raise forms.ValidationError(TOO_HEAVY)
        if sum(file.size for file in files) > MAX_UPLOAD_BYTES:
            raise forms.ValidationError(TOO_HEAVY_TOGETHER)
        return [file.read() for file in files]

    def clean(self) -> dict[str, Any]:
        super().clean()
        answers = self.cleaned_data
        if not self.errors and not (answers["text"] or answers["pictures"]):
            self.add_error("text", EMPTY_FORM_MESSAGE)
        return answers


def _remove_nul(form_data: QueryDict | dict[str, Any] | None) -> QueryDict | dict[str, Any] | None:
    """A text field refuses NUL characters, which nobody pastes on purpose."""
    text = form_data.get("text", "") if form_data else ""
    if form_data is None or not isinstance(text, str) or "\0" not in text:
        return form_data
    cleaned_data = form_data.copy()
    cleaned_data["text"] = text.replace("\0", "")
    return cleaned_data
