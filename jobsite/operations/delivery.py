"""What leaves the outbox, after what must not leave any more was taken out."""

from news.alert_subscriptions import sending as alert_sending
from sitekit.maintenance import periodic as chores
from sitekit.messages import outbox


def deliver_messages(stopped=lambda: False):
    # Not in the way of a sign-in code: what goes wrong there is logged, and sending goes on.
    chores.run_guarded("taking back mails", alert_sending.withdraw_unsent_alerts)
    sent, _ = outbox.deliver_due(stopped=stopped)
    return sent
