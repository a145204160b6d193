"""Events of listings, employers, articles and people, and the messages sent to people."""

from django.contrib.admin.models import LogEntry
from django.db.models import Case, CharField, F, Q, TextField, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Now

from accounts.choices import LIST_EXPORT_FLAG
from accounts.models import (
    AccountEvent,
    Consent,
    EmployerDocument,
    EmployerEvent,
    PaperLook,
    PublicTextEvent,
    SignIn,
    User,
)
from listings.models import (
    Application,
    ApplicationEvent,
    ContactReveal,
    ListingEvent,
    ListingSourceEvent,
)
from news.models import ArticleEvent
from safety.journal.event_rows import (
    MOVE,
    EventColumns,
    EventSource,
    match_any_condition,
    match_numbers,
    name_subject,
)
from safety.journal.journal_scope import JournalScope
from sitekit.forms.masked_contacts import CONTACT_LOOK_FLAG
from sitekit.messages.outbox import MAX_SEND_TRIES
from sitekit.models import Mail, TextMessage

# Kinds of row whose edits in the admin are shown, and the model of each.
_EDITED = {
    "user": ("accounts", "user"),
    "employer": ("accounts", "employer"),
    "listing": ("listings", "listing"),
    "article": ("news", "article"),
}
_CHANGE: EventColumns = {name: name for name in ("actor", "reason", "before", "after")}
_MESSAGE_STATE = Case(
    When(sent_at__isnull=False, then=Value("sent")),
    When(tries__gte=MAX_SEND_TRIES, then=Value("failed")),
    When(not_after__lte=Now(), then=Value("expired")),
    default=Value("waiting"),
    output_field=CharField(),
)


def _choose_text(of_export: str, otherwise: Combinable) -> Case:
    """Return `of_export` for the log entry of an exported list, which has the exported list in `object_repr` and the
    reason in `change_message`; `otherwise` for all other entries."""
    is_export = When(action_flag=LIST_EXPORT_FLAG, then=Cast(of_export, TextField()))
    return Case(is_export, default=otherwise, output_field=TextField())


def _match_log_entries(scope: JournalScope) -> Q | None:
    """Return the condition of log entries about these rows, or by these people."""
    condition = match_any_condition({"user_id": scope.list_numbers("user")}) or Q()
    for kind, (app, model) in _EDITED.items():
        if numbers := scope.list_numbers(kind):
            condition |= Q(
                content_type__app_label=app,
                content_type__model=model,
                object_id__in=[str(number) for number in numbers],
            )
    return condition or None


def _match_reveals(scope: JournalScope) -> Q | None:
    """Return the condition of contact reveals; visitors without an account are found by the contact they proved."""
    return match_any_condition(
        {
            "listing_id": scope.list_numbers("listing"),
            "user_id": scope.list_numbers("user"),
            "phone": scope.phones,
            "email": scope.emails,
        }
    )


ACCOUNT_SOURCES: tuple[EventSource, ...] = (
    EventSource(
        "listing_event",
        "listings",
        ListingEvent.objects.all,
        match_numbers(listing="listing_id", user="actor_id"),
        MOVE | name_subject("listing", "listing_id"),
    ),
    EventSource(
        "employer_event",
        "employers",
        EmployerEvent.objects.all,
        match_numbers(employer="employer_id", user="actor_id"),
        MOVE | name_subject("employer", "employer_id"),
    ),
    EventSource(
        "text_event",
        "employers",
        PublicTextEvent.objects.all,
        match_numbers(text="publictext_id", user="actor_id"),
        MOVE | name_subject("text", "publictext_id") | {"detail": "publictext__kind"},
    ),
    EventSource(
        "paper",
        "employers",
        EmployerDocument.objects.all,
        match_numbers(document="pk", user="uploaded_by_id"),
        {"at": "uploaded_at", "actor": "uploaded_by", "detail": "kind"}
        | name_subject("employer", "employer_id"),
    ),
    EventSource(
        "article_event",
        "articles",
        ArticleEvent.objects.all,
        match_numbers(article="article_id", user="who_id"),
        {"at": "at", "actor": "who", "action": "what", "reason": "why", "after": "after"}
        | name_subject("article", "article_id"),
    ),
    EventSource(
        "source_event",
        "staff",
        ListingSourceEvent.objects.all,
        match_numbers(user="actor_id"),
        MOVE | {"detail": "source__name"},
    ),
    EventSource(
        "admin_log",
        "staff",
        lambda: LogEntry.objects.exclude(action_flag=CONTACT_LOOK_FLAG),
        _match_log_entries,
        {
            "at": "action_time",
            "actor": "user",
            "action": "action_flag",
            "reason": _choose_text("change_message", Value("")),
            "detail": _choose_text("object_repr", F("change_message")),
            "kind": "content_type__model",
            "before": "content_type__app_label",
            "after": "object_id",
        },
    ),
    EventSource(
        "application",
        "people",
        Application.objects.all,
        match_numbers(application="pk"),
        {"at": "applied_at", "actor": "seeker"} | name_subject("listing", "listing_id"),
    ),
    EventSource(
        "application_event",
        "people",
        lambda: ApplicationEvent.objects.exclude(before=""),
        match_numbers(application="application_id", user="actor_id"),
        _CHANGE | name_subject("listing", "application__listing_id"),
    ),
    EventSource(
        "joined",
        "people",
        User.objects.all,
        match_numbers(user="pk"),
        {"at": "date_joined", "actor": "pk"},
    ),
    EventSource(
        "closed",
        "people",
        lambda: User.objects.filter(closed_at__isnull=False),
        match_numbers(user="pk"),
        {"at": "closed_at", "actor": "pk"},
    ),
    EventSource(
        "account_event",
        "people",
        AccountEvent.objects.all,
        lambda scope: match_any_condition(
            dict.fromkeys(("user_id", "actor_id"), scope.list_numbers("user"))
        ),
        MOVE | name_subject("user", "user_id") | {"detail": "changes"},
    ),
    EventSource(
        "sign_in",
        "people",
        SignIn.objects.all,
        match_numbers(user="user_id"),
        {"actor": "user", "detail": "device"},
    ),
    EventSource(
        "consent",
        "people",
        Consent.objects.all,
        match_numbers(user="user_id"),
        {"at": "given_at", "actor": "user", "action": "kind", "detail": "version"},
    ),
    EventSource(
        "withdrawn_consent",
        "people",
        lambda: Consent.objects.filter(withdrawn_at__isnull=False),
        match_numbers(user="user_id"),
        {"at": "withdrawn_at", "actor": "user", "action": "kind", "detail": "version"},
    ),
    EventSource(
        "paper_look",
        "looks",
        PaperLook.objects.all,
        match_numbers(document="document_id", user="viewer_id"),
        {
            "at": "began_at",
            "actor": "viewer",
            "action": "document__kind",
            "before": "page",
            "after": "times",
        }
        | name_subject("employer", "document__employer_id"),
    ),
    EventSource(
        "reveal",
        "looks",
        ContactReveal.objects.all,
        _match_reveals,
        {"actor": "user"} | name_subject("listing", "listing_id"),
    ),
    EventSource(
        "contact_look",
        "looks",
        lambda: LogEntry.objects.filter(action_flag=CONTACT_LOOK_FLAG),
        _match_log_entries,
        {
            "at": "action_time",
            "actor": "user",
            "kind": "content_type__model",
            "subject": "object_id",
        },
    ),
    EventSource(
        "mail",
        "messages",
        Mail.objects.all,
        lambda scope: match_any_condition({"to": scope.emails}),
        {"action": "key", "after": _MESSAGE_STATE},
    ),
    EventSource(
        "text_message",
        "messages",
        TextMessage.objects.all,
        lambda scope: match_any_condition({"to": scope.phones}),
        {"action": "kind", "after": _MESSAGE_STATE},
    ),
)
