"""The form for a text or picture to check; it is read in memory and stored nowhere."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import QueryDict

from sitekit.images.barcodes import QR, UNREAD, read_barcodes
from sitekit.images.image_cleaning import MOST_BYTES, ImageRefused, decode_image

MAX_CHARACTERS = 10_000
MAX_WIDTH = 1600  # pixels; a wider picture is made smaller before it is read
EMPTY = "把对方发来的话贴进来，或者传一张带二维码的截图。"
NO_CODE = (
    "这张图里没有认出二维码；码很小的，放大了再截一张。"
    "图里的字这里认不了，请把字打出来，或者在手机上长按图片选“提取文字”再贴。"
)


class MemoryOnlyUploadHandler(MemoryFileUploadHandler):
    """Keeps uploads in memory, never on disk; what exceeds the limit is dropped."""

    received_bytes = 0

    def handle_raw_input(self, *args: Any, **kwargs: Any) -> None:
        self.activated = True

    def new_file(self, field_name: str, file_name: str, *args: Any, **kwargs: Any) -> None:
        """Replace the file's name, which must not get into error reports."""
        super().new_file(field_name, "picture", *args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self.received_bytes <= MOST_BYTES:
            self.received_bytes += len(raw_data)
            self.file.write(raw_data)


class CheckForm(forms.Form):
    text = forms.CharField(
        label="对方怎么说的",
        required=False,
        help_text="招聘、短信、聊天都行，贴得越全看得越准。最多 10,000 字。",
        widget=forms.Textarea(attrs={"rows": 5, "autocomplete": "off", "spellcheck": "false"}),
    )
    picture = forms.FileField(
        label="或者传带二维码的截图",
        required=False,
        help_text="只读里面的二维码，读完就扔。JPG、PNG 等，15 MB 以内。",
        widget=forms.FileInput(attrs={"accept": "image/*"}),
        error_messages={
            "empty": "这个文件是空的。",
            "invalid": "图片没有传上来，请再选一次。",
            "missing": "图片没有传上来，请再选一次。",
        },
    )

    def __init__(
        self, data: QueryDict | dict[str, Any] | None = None, files: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(_remove_nul(data), files, **kwargs)
        self.codes: list[str] = []
        self.notes: list[str] = []

    def clean_text(self) -> str:
        text = "\n".join(self.cleaned_data["text"].splitlines())
        if (length := len(text)) > MAX_CHARACTERS:
            raise forms.ValidationError(
                f"最多查 {MAX_CHARACTERS:,} 字，这里有 {length:,} 字，多了 {length - MAX_CHARACTERS:,} 字。"
                "请挑要紧的几段贴：要你做什么、怎么给钱、怎么联系。"
            )
        return text

    def clean_picture(self) -> UploadedFile | None:
        picture = self.cleaned_data["picture"]
        if picture is None:
            return None
        try:
            # QR codes only: chats do not ask people to scan others, and searching takes time.
            codes = read_barcodes(decode_image(picture, MAX_WIDTH), QR)
        except ImageRefused as error:
            raise forms.ValidationError(str(error)) from error
        finally:
            picture.close()
        self.codes = [code for code in codes if code != UNREAD]
        return picture

    def clean(self) -> dict[str, Any]:
        super().clean()
        answers = self.cleaned_data
        if self.errors:
            return answers
        if not (answers["text"] or self.codes):
            self.add_error(*(("picture", NO_CODE) if answers["picture"] else ("text", EMPTY)))
        elif answers["picture"] and not self.codes:
            self.notes.append(NO_CODE)
        return answers


def _remove_nul(data: QueryDict | dict[str, Any] | None) -> QueryDict | dict[str, Any] | None:
    """A text field refuses NUL characters, which nobody pastes on purpose."""
    text = data.get("text", "") if data else ""
    if data is None or not isinstance(text, str) or "\0" not in text:
        return data
    cleaned_data = data.copy()
    cleaned_data["text"] = text.replace("\0", "")
    return cleaned_data
