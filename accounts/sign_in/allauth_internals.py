"""The only place that imports what allauth keeps to itself: all of it may change with any release.

Each import stands below the reason why nothing public does the same.
tests/accounts/sign_in/test_allauth_internals.py holds it to what it was when it was last checked.
On an upgrade run that file first; then write the new version here. Checked with allauth 65.22.1.
"""

# Append to the session that somebody has just proved who they are, how, and at what time; nothing
# for an `AnonymousUser`. `allauth.account.authentication` publishes the reading of these records,
# but not the writing; without a record a sign-in by our own code would not count as fresh.
from allauth.account.internal.flows.login import (
    record_authentication as record_authentication_step,
)

# Answer the form that was sent when asking again became due, or redirect to `next`; None where
# neither is there. allauth's middleware suspends the form; of its public parts only the view
# `BaseReauthenticateView` resumes it, which is a page of allauth's and no function.
from allauth.account.internal.flows.reauthentication import (
    resume_request as resume_suspended_request,
)

# Drop a sign-in that waits for its second factor, and the records of how it began. The public
# `LoginStage.abort` does it for a stage that waits, and leads to another page; here it is dropped
# whether there is one or not, before another sign-in begins.
from allauth.account.internal.stagekit import clear_login as discard_pending_login

# The WeChat or Weibo account that came in for the first time and has no user yet: allauth puts it
# into the session and leads to `socialaccount_signup`. Reading and forgetting it are public only
# as parts of allauth's own sign-up page, which ours replaces.
from allauth.socialaccount.internal.flows.signup import (
    clear_pending_signup as discard_pending_social_login,
)
from allauth.socialaccount.internal.flows.signup import (
    get_pending_signup as get_pending_social_login,
)

__all__ = [
    "discard_pending_login",
    "discard_pending_social_login",
    "get_pending_social_login",
    "record_authentication_step",
    "resume_suspended_request",
]
