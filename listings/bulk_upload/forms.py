"""The form to upload a spreadsheet."""

from django import forms
from django.core.files.uploadedfile import UploadedFile

from listings.bulk_upload.spreadsheet_reader import (
    KINDS,
    MOST_BYTES,
    MOST_LINES,
    read_spreadsheet_lines,
)
from listings.imports.import_errors import FileUnreadable
from listings.imports.record_source import Record


class UploadForm(forms.Form):
    """`lines` are those of a valid file."""

    lines: list[Record]

    file = forms.FileField(
        label="填好的表格",
        help_text=f".xlsx 或 .csv，{MOST_BYTES >> 20} MB 以内，最多 {MOST_LINES} 行。",
        widget=forms.FileInput(attrs={"accept": ",".join(KINDS)}),
        error_messages={"required": "还没有选文件。", "empty": "文件是空的。"},
    )
    no_fee = forms.BooleanField(
        label="我确认：表里每一条都不向求职的人收押金、服装费、培训费、体检费、材料费、会员费、介绍费或任何别的费用。",
        error_messages={"required": "请先确认不收费，才能上传。"},
    )

    def clean_file(self) -> UploadedFile:
        file = self.cleaned_data["file"]
        try:
            self.lines = read_spreadsheet_lines(file.name, file)
        except FileUnreadable as reason:
            raise forms.ValidationError(str(reason)) from reason
        return file
