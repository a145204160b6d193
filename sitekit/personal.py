"""What lies in the outbox of one person's: the user is known here by address and phone only."""

from sitekit.models import Mail, TextMessage


def export(user):
    mails = Mail.objects.filter(to__iexact=user.email or "")
    texts = TextMessage.objects.filter(to=user.phone or "")
    return {
        "mails": list(mails.order_by("pk").values("subject", "text", "created_at", "sent_at")),
        "text_messages": list(texts.order_by("pk").values("kind", "text", "created_at", "sent_at")),
    }


def erase(user):
    if user.email:
        Mail.objects.filter(to__iexact=user.email).delete()
    if user.phone:
        TextMessage.objects.filter(to=user.phone).delete()
