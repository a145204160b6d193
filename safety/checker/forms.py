"""What is pasted or uploaded to be checked: read in memory, kept nowhere."""

from django import forms
from django.core.files.uploadhandler import MemoryFileUploadHandler

from sitekit.images.barcodes import QR, UNREAD, read_barcodes
from sitekit.images.image_cleaning import MOST_BYTES, ImageRefused, decode_image

MOST = 10_000
MOST_WIDE = 1600  # of a picture that is read; a wider one is made smaller
EMPTY = "把对方发来的话贴进来，或者传一张带二维码的截图。"
NO_CODE = (
    "这张图里没有认出二维码；码很小的，放大了再截一张。"
    "图里的字这里认不了，请把字打出来，或者在手机上长按图片选“提取文字”再贴。"
)


class InMemory(MemoryFileUploadHandler):
    """Never a file on disk, however large; what is beyond the limit is thrown away unread."""

    in_all = 0

    def handle_raw_input(self, *args, **kwargs):
        self.activated = True

    def new_file(self, field_name, file_name, *args, **kwargs):
        """Its name stays out of reports of faults."""
        super().new_file(field_name, "picture", *args, **kwargs)

    def receive_data_chunk(self, raw_data, start):
        if self.in_all <= MOST_BYTES:
            self.in_all += len(raw_data)
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

    def __init__(self, data=None, files=None, **kwargs):
        super().__init__(_without_nul(data), files, **kwargs)
        self.codes: list[str] = []
        self.notes: list[str] = []

    def clean_text(self):
        text = "\n".join(self.cleaned_data["text"].splitlines())
        if (length := len(text)) > MOST:
            raise forms.ValidationError(
                f"最多查 {MOST:,} 字，这里有 {length:,} 字，多了 {length - MOST:,} 字。"
                "请挑要紧的几段贴：要你做什么、怎么给钱、怎么联系。"
            )
        return text

    def clean_picture(self):
        given = self.cleaned_data["picture"]
        if given is None:
            return None
        try:
            # Somebody waits; other codes are not what chats ask people to scan.
            found = read_barcodes(decode_image(given, MOST_WIDE), QR)
        except ImageRefused as error:
            raise forms.ValidationError(str(error)) from error
        finally:
            given.close()
        self.codes = [code for code in found if code != UNREAD]
        return given

    def clean(self):
        answers = super().clean()
        if self.errors:
            return answers
        if not (answers["text"] or self.codes):
            self.add_error(*(("picture", NO_CODE) if answers["picture"] else ("text", EMPTY)))
        elif answers["picture"] and not self.codes:
            self.notes.append(NO_CODE)
        return answers


def _without_nul(data):
    """A text field takes none; whoever pastes one did not mean it."""
    if data is None or "\0" not in data.get("text", ""):
        return data
    data = data.copy()
    data["text"] = data["text"].replace("\0", "")
    return data
