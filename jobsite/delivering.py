"""What leaves the outbox, after what must not leave any more was taken out."""

from news import alert_sending
from sitekit import chores, outbox


def deliver(stopped=lambda: False):
    # Not in the way of a sign-in code: what goes wrong there is logged, and sending goes on.
    chores.guarded("taking back mails", alert_sending.take_back)
    sent, _ = outbox.deliver(stopped=stopped)
    return sent
