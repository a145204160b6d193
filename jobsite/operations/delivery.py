"""What leaves the outbox, after what must not leave any more was taken out."""

from news.alert_subscriptions.sending import withdraw_unsent_alerts
from sitekit.maintenance.periodic import run_guarded
from sitekit.messages.outbox import deliver_due


def deliver_messages(stopped=lambda: False):
    # Not in the way of a sign-in code: what goes wrong there is logged, and sending goes on.
    run_guarded("taking back mails", withdraw_unsent_alerts)
    sent, _ = deliver_due(stopped=stopped)
    return sent
