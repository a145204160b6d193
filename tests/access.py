"""Who may ask for which address: route × role × answer; `test_access` holds the site against it.

Public pages, the same for everybody, stand in `tests.addresses`; here stands what depends on who
asks, with the pages of the desk and the admin from `tests.staff_access` and those of employers from
`tests.employer_access`. Names in braces come from `tests.world`.
"""

from tests import employer_access, staff_access
from tests.employer_access import BOTH_SHOPS
from tests.hostile_requests import (
    MORE_ROLES,
    STAFF,
    Ask,
    allow_all,
    allow_roles,
    allow_staff,
    signed_in,
)

# Models whose lists in the admin a moderator may open; the others are the admin's.
MODERATOR_READS = {*staff_access.MODERATOR_READS}

QUEUES = ("reports", "appeals")
REFUSED = {"action": "dismissed", "reason": "没有查实"}

# GET, by route. Every route that is not public must stand here or in POST.
GET: dict[str, list[Ask]] = {**staff_access.GET, **employer_access.GET}
# By route; GET there answers 405 to everybody.
POST: dict[str, list[Ask]] = {**staff_access.POST, **employer_access.POST}

# -- accounts (sign-in)
_out = allow_all(302)  # to the first page: there is nothing to go on with
_door = allow_all(302, visitor=200)
GET |= {
    "accounts/": [Ask("/accounts/", signed_in())],
    "accounts/login/": [Ask("/accounts/login/?next=/me/", _door)],
    "accounts/login/code/": [Ask("/accounts/login/code/", _out)],
    "accounts/login/new/": [Ask("/accounts/login/new/", _out)],
    "accounts/login/password/": [Ask("/accounts/login/password/", _door)],
    "accounts/signup/": [Ask("/accounts/signup/", _door)],
    "accounts/logout/": [Ask("/accounts/logout/", signed_in())],
    "accounts/inactive/": [Ask("/accounts/inactive/", allow_all())],
    # Staff have a second factor and are asked for that.
    "accounts/reauthenticate/": [
        Ask("/accounts/reauthenticate/", signed_in(**dict.fromkeys(STAFF, 302)))
    ],
    "accounts/phone/": [Ask("/accounts/phone/", signed_in())],
    "accounts/phone/code/": [Ask("/accounts/phone/code/", _out)],
    "accounts/email/": [Ask("/accounts/email/", signed_in())],
    "accounts/email/code/": [Ask("/accounts/email/code/", _out)],
    "accounts/password/": [Ask("/accounts/password/", signed_in())],
    "accounts/2fa/": [Ask("/accounts/2fa/", signed_in())],
    "accounts/2fa/authenticate/": [Ask("/accounts/2fa/authenticate/", _out)],
    "accounts/2fa/reauthenticate/": [Ask("/accounts/2fa/reauthenticate/", allow_staff())],
    "accounts/2fa/totp/activate/": [
        Ask("/accounts/2fa/totp/activate/", signed_in(**dict.fromkeys(STAFF, 302)))
    ],
    "accounts/2fa/totp/deactivate/": [
        Ask("/accounts/2fa/totp/deactivate/", allow_roles(*STAFF, others=302))
    ],
    "accounts/2fa/recovery-codes/": [Ask("/accounts/2fa/recovery-codes/", allow_roles())],
    "accounts/2fa/recovery-codes/generate/": [
        Ask("/accounts/2fa/recovery-codes/generate/", signed_in())
    ],
    "accounts/2fa/recovery-codes/download/": [
        Ask("/accounts/2fa/recovery-codes/download/", allow_roles())
    ],
    "accounts/2fa/webauthn/": [Ask("/accounts/2fa/webauthn/", signed_in())],
    "accounts/2fa/webauthn/add/": [Ask("/accounts/2fa/webauthn/add/", signed_in())],
    "accounts/2fa/webauthn/reauthenticate/": [Ask("/accounts/2fa/webauthn/reauthenticate/", _out)],
    "accounts/2fa/webauthn/keys/<int:pk>/remove/": [
        Ask("/accounts/2fa/webauthn/keys/999999999/remove/", signed_in(302))
    ],
    "accounts/2fa/webauthn/keys/<int:pk>/edit/": [
        Ask("/accounts/2fa/webauthn/keys/999999999/edit/", signed_in(302))
    ],
    "accounts/2fa/webauthn/login/": [Ask("/accounts/2fa/webauthn/login/", _out)],
    "accounts/sessions/": [Ask("/accounts/sessions/", signed_in())],
    "accounts/social/": [Ask("/accounts/social/", signed_in())],
    "accounts/social/signup/": [Ask("/accounts/social/signup/", _out)],
    "accounts/social/signup/code/": [Ask("/accounts/social/signup/code/", _out)],
    "accounts/social/cancelled/": [Ask("/accounts/social/cancelled/", allow_all())],
    "accounts/social/error/": [Ask("/accounts/social/error/", allow_all(401))],
    # Without keys there is neither.
    "accounts/weixin/login/callback/": [Ask("/accounts/weixin/login/callback/", allow_all(404))],
    "accounts/weibo/login/callback/": [Ask("/accounts/weibo/login/callback/", allow_all(404))],
}
# Where checks are forwarded to: without keys there is nothing.
GET |= {"check/wechat/": [Ask("/check/wechat/", allow_all(404))]}
POST |= {
    "check/text-messages/<str:key>/": [Ask("/check/text-messages/x/", allow_all(404))],
}
POST |= {
    "accounts/sessions/end/": [Ask("/accounts/sessions/end/", signed_in(302))],
    "accounts/sessions/<int:pk>/end/": [Ask("/accounts/sessions/999999999/end/", signed_in(302))],
    "accounts/social/<int:pk>/leave/": [Ask("/accounts/social/999999999/leave/", signed_in(302))],
    "accounts/weixin/login/": [Ask("/accounts/weixin/login/", allow_all(404))],
    "accounts/weibo/login/": [Ask("/accounts/weibo/login/", allow_all(404))],
}


# -- reports and appeals
MODERATOR_READS |= {"safety.Report", "safety.Appeal"}
GET |= {
    "report/thanks/": [Ask("/report/thanks/", allow_all())],
    "me/reports/": [Ask("/me/reports/", signed_in())],
    "appeal/listing/<int:pk>/": [
        Ask("/appeal/listing/{removed_fraud}/", allow_roles("employer")),
        Ask("/appeal/listing/{held}/", allow_roles("employer", code=302)),
        Ask("/appeal/listing/{repost}/", allow_roles()),
    ],
    "appeal/employer/<int:pk>/": [Ask("/appeal/employer/{employer}/", allow_roles("employer"))],
    "appeal/text/<int:pk>/": [
        Ask("/appeal/text/{refused_text}/", allow_roles("employer")),
        Ask("/appeal/text/{text}/", allow_roles("employer")),
        Ask("/appeal/text/999999999/", allow_roles()),
    ],
    "appeal/<int:pk>/": [
        Ask("/appeal/{appeal}/", allow_roles("employer")),
        Ask("/appeal/999999999/", allow_roles()),
    ],
    "admin/desk/reports/": [Ask("/admin/desk/reports/", allow_staff())],
    "admin/desk/reports/<int:pk>/": [
        Ask("/admin/desk/reports/{report}/", allow_staff()),
        Ask("/admin/desk/reports/999999999/", allow_staff(404)),
    ],
    "admin/desk/appeals/": [Ask("/admin/desk/appeals/", allow_staff())],
    "admin/desk/appeals/<int:pk>/": [
        Ask("/admin/desk/appeals/{appeal}/", allow_staff()),
        Ask("/admin/desk/appeals/999999999/", allow_staff(404)),
    ],
}
POST |= {f"admin/desk/{q}/next/": [Ask(f"/admin/desk/{q}/next/", allow_staff(302))] for q in QUEUES}
POST |= {
    f"admin/desk/{q}/<int:pk>/{act}/": [
        Ask(f"/admin/desk/{q}/{{{q[:-1]}}}/{act}/", allow_staff(302), REFUSED)
    ]
    for q in QUEUES
    for act in ("take", "release", "skip", "resume", "decide")
}
# An editor's page: moderators change no article.
GET |= {"admin/article-reports/": [Ask("/admin/article-reports/", allow_staff(moderator=403))]}
POST |= {
    "admin/article-reports/<int:pk>/keep/": [
        Ask("/admin/article-reports/999999999/keep/", allow_staff(404, moderator=403))
    ],
}
POST |= {
    "admin/desk/reports/<int:pk>/review/": [
        Ask("/admin/desk/reports/{report}/review/", allow_staff(302))
    ],
}

# -- joining the staff: there is no invitation in the session
GET |= {
    "team/join/": [Ask("/team/join/", signed_in(410))],
    "team/join/<str:token>/": [
        Ask("/team/join/{staff_link}/", allow_all(302)),
        Ask("/team/join/x/", allow_all(404)),
    ],
}

# -- aftercare
GET |= {
    "evidence/<str:token>/": [
        Ask("/evidence/{evidence}/", allow_all()),
        Ask("/evidence/1-x/", allow_all(404)),
    ],
    "evidence/<str:token>/pack/": [Ask("/evidence/{evidence}/pack/", allow_all())],
    "me/evidence/<int:pk>/": [Ask("/me/evidence/{warned}/", allow_roles("seeker"))],
    "me/evidence/<int:pk>/pack/": [Ask("/me/evidence/{warned}/pack/", allow_roles("seeker"))],
    "admin/desk/frauds/": [Ask("/admin/desk/frauds/", allow_staff())],
    "admin/desk/frauds/<int:pk>/": [
        Ask("/admin/desk/frauds/{fraud}/", allow_staff()),
        Ask("/admin/desk/frauds/999999999/", allow_staff(404)),
    ],
    "admin/desk/frauds/<int:pk>/export/": [
        Ask("/admin/desk/frauds/{fraud}/export/", allow_staff())
    ],
    "admin/desk/frauds/exports/<int:pk>/pack/": [
        # Whoever asked for it, and nobody else.
        Ask("/admin/desk/frauds/exports/{fraud_export}/pack/", allow_staff(moderator=404)),
    ],
}
POST |= {
    "admin/desk/frauds/<int:pk>/export/": [
        Ask(
            "/admin/desk/frauds/{fraud}/export/",
            allow_staff(302),
            {"to": "公安局", "reason": "立案", "sure": "on"},
        )
    ],
}

# -- seekers
GET |= {
    "jobs/<int:pk>/save/": [Ask("/jobs/{online}/save/", signed_in())],
    "<city:city>/jobs/<int:pk>/save/": [
        Ask("/xiangxi/jobs/{repost}/save/", signed_in()),
        Ask("/xiangxi/jobs/{held}/save/", signed_in(302)),
    ],
    "jobs/<int:pk>/apply/": [Ask("/jobs/{online}/apply/", signed_in())],
    "<city:city>/jobs/<int:pk>/apply/": [
        Ask("/xiangxi/jobs/{listing}/apply/", signed_in(seeker=302)),
        Ask("/xiangxi/jobs/{repost}/apply/", signed_in(302)),
        Ask("/xiangxi/jobs/999999999/apply/", signed_in(404)),
    ],
    "me/saved/": [Ask("/me/saved/", signed_in())],
    "me/blocked/": [Ask("/me/blocked/", signed_in())],
    "me/states/": [Ask("/me/states/?listings={listing}", allow_all())],
    "me/profile/": [Ask("/me/profile/", signed_in())],
    "me/applications/": [Ask("/me/applications/", signed_in())],
    "me/applications/<int:pk>/": [Ask("/me/applications/{signed_up}/", allow_roles("seeker"))],
    "me/applications/<int:pk>/rating/": [
        Ask("/me/applications/{signed_up}/rating/", allow_roles("seeker"))
    ],
    "me/applications/<int:pk>/words/": [  # not what the employer reads already
        Ask("/me/applications/{signed_up}/words/", allow_roles("seeker", code=302))
    ],
    "me/applications/<int:pk>/calendar.ics": [  # not before it is accepted
        Ask("/me/applications/{signed_up}/calendar.ics", allow_roles())
    ],
    "employer/applications/": [Ask("/employer/applications/", allow_roles(*BOTH_SHOPS))],
    "employer/listings/<int:pk>/applications/": [
        Ask("/employer/listings/{listing}/applications/", allow_roles("employer")),
        Ask("/employer/listings/{repost}/applications/", allow_roles()),
    ],
    "employer/listings/<int:pk>/applications/limit/": [
        Ask("/employer/listings/{listing}/applications/limit/", allow_roles("employer")),
        Ask("/employer/listings/{repost}/applications/limit/", allow_roles()),
    ],
    "employer/applications/<int:pk>/note/": [
        Ask("/employer/applications/{signed_up}/note/", allow_roles("employer"))
    ],
    "employer/applications/<int:pk>/arrival/": [
        Ask("/employer/applications/{signed_up}/arrival/", allow_roles("employer"))
    ],
    "employer/applications/<int:pk>/rating/": [
        Ask("/employer/applications/{signed_up}/rating/", allow_roles("employer"))
    ],
}
POST |= {
    "employers/<int:pk>/block/": [Ask("/employers/{employer}/block/", signed_in(302))],
    "me/saved/<int:pk>/remove/": [Ask("/me/saved/{listing}/remove/", signed_in(302))],
    "me/profile/": [Ask("/me/profile/", signed_in())],
    "me/applications/<int:pk>/withdraw/": [
        Ask("/me/applications/{signed_up}/withdraw/", allow_roles("seeker", code=302))
    ],
    "me/applications/<int:pk>/words/": [
        Ask("/me/applications/{signed_up}/words/", allow_roles("seeker", code=302))
    ],
    "me/applications/<int:pk>/rating/": [
        Ask("/me/applications/{signed_up}/rating/", allow_roles("seeker"))
    ],
    "employer/applications/decide/": [Ask("/employer/applications/decide/", signed_in(302))],
    "employer/applications/<int:pk>/move/": [
        Ask(
            "/employer/applications/{signed_up}/move/",
            allow_roles("employer", code=302),
            {"to": "accepted"},
        )
    ],
    "employer/applications/<int:pk>/rating/": [
        Ask("/employer/applications/{signed_up}/rating/", allow_roles("employer"))
    ],
}

# -- inbox, export, closing
GET |= {
    "me/": [Ask("/me/", signed_in())],
    "me/inbox/": [Ask("/me/inbox/", signed_in()), Ask("/me/inbox/?after=x", signed_in())],
    "me/notices/": [Ask("/me/notices/", signed_in())],
    "n/<renewal:code>/": [
        Ask("/n/{renewal_code}/", allow_all()),
        Ask("/n/r1-0/", allow_all(404)),
    ],
    "n/<member_code:token>/": [Ask("/n/m1-0/", allow_all(404))],
    "n/<colleague_code:token>/": [Ask("/n/c1-0/", allow_all(404))],
    "n/<str:code>/": [Ask("/n/{stop_code}/", allow_all()), Ask("/n/ta1-0/", allow_all(404))],
    "me/agree/": [Ask("/me/agree/", signed_in(302))],
    "me/export/": [Ask("/me/export/", signed_in())],
    "me/close/": [Ask("/me/close/", signed_in())],
}
POST |= {
    "me/inbox/<int:pk>/open/": [
        Ask("/me/inbox/{notice}/open/", allow_roles("seeker", code=302)),
        Ask("/me/inbox/999999999/open/", allow_roles()),
    ],
    "me/inbox/read/": [Ask("/me/inbox/read/", signed_in(302))],
}

# -- the four further roles
_OWNERS_ONLY = (
    *("/employer/details/", "/employer/details/recheck/", "/employer/phone/", "/employer/reply/"),
    *("/employer/papers/submit/", "/employer/papers/{paper}/open/"),
    *("/employer/papers/{paper}/remove/", "/employer/members/{recruiter}/role/"),
    *("/employer/api/", "/employer/api/new/", "/employer/api/{api_token}/withdraw/"),
    *(f"/employer/api/webhook/{page}" for page in ("", "address/", "secret/", "test/", "remove/")),
    *(f"/employer/feeds/{{job_feed}}/{act}/" for act in ("fetch", "remove", "sign")),
    *("/employer/members/{recruiter}/remove/", "/employer/invitations/{invitation}/withdraw/"),
)
# Asked to sign in again, with the second factor that is missing.
_AGAIN = (
    *(
        "/employer/api/new/",
        "/employer/api/webhook/address/",
        "/employer/api/webhook/secret/",
        "/accounts/phone/",
        "/accounts/email/",
        "/accounts/password/",
        "/me/export/",
        "/me/close/",
    ),
    *("/accounts/2fa/reauthenticate/", "/accounts/2fa/recovery-codes/generate/"),
    *("/accounts/2fa/webauthn/add/", "/accounts/2fa/webauthn/keys/999999999/remove/"),
    *("/accounts/2fa/webauthn/keys/999999999/edit/", "/accounts/social/999999999/leave/"),
)
# By role: addresses at which it is answered otherwise than the role that it is like.
OTHERWISE = {
    "frozen_employer": {"/employer/details/recheck/": 302},  # only a verified one asks for it
    "recruiter": dict.fromkeys(_OWNERS_ONLY, 403)
    | dict.fromkeys(("/appeal/text/{refused_text}/", "/appeal/text/{text}/"), 404),
    "editor": {
        "/admin/team/roles/": 200,
        "/admin/news/article/{article}/doubles/": 200,
        "/admin/news/article/{article}/preview/": 200,
        "/admin/news/article/picture/": 400,
        "/admin/article-reports/": 200,
        "/admin/article-reports/999999999/keep/": 404,
        "/admin/lists/listings/none/export/": 404,
        "/admin/lists/listings/none/search/": 404,
        "/admin/lists/filters/{filter_of_admin}/delete/": 404,
        "/admin/lists/filters/999999999/delete/": 404,
    },
    "half_staff": dict.fromkeys(_AGAIN, 302)
    | {"/accounts/reauthenticate/": 200, "/accounts/2fa/totp/deactivate/": 302},
}


def list_answers(ask):
    """{role: status} of all eleven."""
    answers = dict(ask.answers)
    for role, like in MORE_ROLES.items():
        code = ask.answers[like]
        if ask.address.startswith("/admin/"):
            code = {"editor": 403, "half_staff": 302}.get(role, code)
        answers[role] = OTHERWISE.get(role, {}).get(ask.address, code)
    if answers["visitor"] == 302 and _holds_typed_words(ask.data):
        answers["visitor"] = 403  # shown, since the login may have ended meanwhile
    return answers


def _holds_typed_words(data):
    """Whether somebody typed in words; the choices of the tables are in ASCII."""
    return any(isinstance(value, str) and not value.isascii() for value in data.values())
