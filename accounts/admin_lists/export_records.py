"""Records of exported lists of the admin: a line in Django's log with the reason, which the journal reads."""

from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.admin.views.main import ChangeList
from django.contrib.contenttypes.models import ContentType

from accounts.admin_lists.list_filters import describe_filters
from accounts.choices import LIST_EXPORT_FLAG
from accounts.models import User


def record_list_export(user: User, changelist: ChangeList, file_form: str, reason: str) -> LogEntry:
    """`object_repr` says what was taken out, `change_message` why; it is about no single row."""
    name = changelist.opts.verbose_name_plural
    words = f"{name} {changelist.result_count} 行，{file_form}，{describe_filters(changelist)}"
    content_types: Any = ContentType.objects
    return LogEntry.objects.create(
        user=user,
        content_type=content_types.get_for_model(changelist.model, for_concrete_model=False),
        object_id="",
        object_repr=words[:200],
        action_flag=LIST_EXPORT_FLAG,
        change_message=reason,
    )
