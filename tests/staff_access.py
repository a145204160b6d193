"""Who may ask for the pages of the desk and the admin; joined in `tests.access`."""

from tests.hostile_requests import Ask, allow_staff


def answer_case(case, act):
    """The employer's papers are checked: what is for open cases is answered with the page and its words."""
    is_refused = case == "{employer}" and act in {"ask-employer", "defer", "escalate"}
    return allow_staff(409 if is_refused else 302)


# -- desk
GET: dict[str, list[Ask]] = {
    "admin/desk/": [Ask("/admin/desk/", allow_staff())],
    "admin/desk/listings/": [Ask("/admin/desk/listings/", allow_staff())],
    "admin/desk/listings/<int:pk>/": [
        Ask("/admin/desk/listings/{held}/", allow_staff()),
        Ask("/admin/desk/listings/999999999/", allow_staff(404)),
    ],
    "admin/desk/listings/<int:pk>/graph/": [
        Ask("/admin/desk/listings/{held}/graph/", allow_staff()),
        Ask("/admin/desk/listings/999999999/graph/", allow_staff(404)),
    ],
    "admin/desk/listings/<int:pk>/reason/": [
        Ask("/admin/desk/listings/{held}/reason/?canned=contact", allow_staff()),
        Ask("/admin/desk/listings/999999999/reason/", allow_staff(404)),
    ],
    "admin/desk/load/": [Ask("/admin/desk/load/", allow_staff())],
    "admin/desk/keys/": [Ask("/admin/desk/keys/", allow_staff())],
    "admin/desk/search/": [Ask("/admin/desk/search/", allow_staff())],
    "admin/desk/employers/<int:pk>/cases/": [
        Ask("/admin/desk/employers/{employer}/cases/", allow_staff()),
        Ask("/admin/desk/employers/999999999/cases/", allow_staff(404)),
    ],
    "admin/desk/second_looks/": [Ask("/admin/desk/second_looks/", allow_staff())],
    "admin/desk/second_looks/<int:pk>/": [
        Ask("/admin/desk/second_looks/{second}/", allow_staff()),
        Ask("/admin/desk/second_looks/999999999/", allow_staff(404)),
    ],
    "admin/desk/questions/": [Ask("/admin/desk/questions/", allow_staff())],
    "admin/desk/employers/": [Ask("/admin/desk/employers/", allow_staff())],
    "admin/desk/employers/<int:pk>/papers/": [
        Ask("/admin/desk/employers/{employer}/papers/?paper={paper}&zoom=2", allow_staff()),
        Ask("/admin/desk/employers/999999999/papers/", allow_staff(404)),
    ],
    "admin/desk/sent/<int:pk>/": [
        Ask("/admin/desk/sent/{sent}/", allow_staff(403)),  # without a look before it
        Ask("/admin/desk/sent/999999999/", allow_staff(404)),
    ],
    # Without a look before it.
    "admin/desk/papers/<int:pk>/picture/": [
        Ask("/admin/desk/papers/{paper}/picture/", allow_staff(403)),
        Ask("/admin/desk/papers/999999999/picture/", allow_staff(404)),
    ],
    "admin/desk/employers/<int:pk>/": [
        Ask("/admin/desk/employers/{employer}/", allow_staff()),
        Ask("/admin/desk/employers/999999999/", allow_staff(404)),
    ],
    "admin/desk/texts/": [Ask("/admin/desk/texts/", allow_staff())],
    "admin/desk/texts/<int:pk>/": [
        Ask("/admin/desk/texts/{text}/", allow_staff()),
        Ask("/admin/desk/texts/999999999/", allow_staff(404)),
    ],
}
POST: dict[str, list[Ask]] = {
    "admin/desk/search/": [Ask("/admin/desk/search/", allow_staff(), {"q": "没有这家店"})],
    "admin/desk/questions/<int:pk>/answer/": [
        Ask("/admin/desk/questions/999999999/answer/", allow_staff(404)),
    ],
    "admin/desk/questions/<int:pk>/read/": [
        Ask("/admin/desk/questions/999999999/read/", allow_staff(404)),
    ],
    "admin/desk/sent/<int:pk>/": [
        Ask("/admin/desk/sent/{sent}/", allow_staff(302)),
        Ask("/admin/desk/sent/999999999/", allow_staff(404)),
    ],
    "admin/desk/papers/<int:pk>/open/": [
        Ask("/admin/desk/papers/{paper}/open/", allow_staff(302)),
        Ask("/admin/desk/papers/999999999/open/", allow_staff(404)),
    ],
    **{
        f"admin/desk/{queue}/<int:pk>/ask-employer/": [
            Ask(
                f"/admin/desk/{queue}/{case}/ask-employer/",
                answer_case(case, "ask-employer"),
                {"words": "谁付的押金？"},
            ),
            Ask(f"/admin/desk/{queue}/999999999/ask-employer/", allow_staff(404)),
        ]
        for queue, case in (("listings", "{held}"), ("employers", "{employer}"))
    },
    "admin/desk/undo/<int:pk>/": [Ask("/admin/desk/undo/999999999/", allow_staff(302))],
    "admin/desk/listings/next/": [Ask("/admin/desk/listings/next/", allow_staff(302))],
    "admin/desk/listings/bulk/": [Ask("/admin/desk/listings/bulk/", allow_staff(422))],
    "admin/desk/employers/next/": [Ask("/admin/desk/employers/next/", allow_staff(302))],
    "admin/desk/second_looks/next/": [Ask("/admin/desk/second_looks/next/", allow_staff(302))],
    "admin/desk/second_looks/<int:pk>/decide/": [
        Ask("/admin/desk/second_looks/{second}/decide/", allow_staff(302), {"action": "agree"})
    ],
    "admin/desk/texts/next/": [Ask("/admin/desk/texts/next/", allow_staff(302))],
    "admin/desk/listings/<int:pk>/decide/": [
        Ask("/admin/desk/listings/{held}/decide/", allow_staff(302), {"action": "restore"})
    ],
    "admin/desk/employers/<int:pk>/decide/": [
        Ask(
            "/admin/desk/employers/{employer}/decide/",
            allow_staff(302),
            {"action": "frozen", "reason": "核实"},
        )
    ],
    "admin/desk/texts/<int:pk>/decide/": [
        Ask("/admin/desk/texts/{text}/decide/", allow_staff(302), {"action": "approved"})
    ],
} | {
    f"admin/desk/{queue}/<int:pk>/{act}/": [
        Ask(f"/admin/desk/{queue}/{{{case}}}/{act}/", allow_staff(302))
    ]
    for queue, case in (
        ("listings", "held"),
        ("employers", "employer"),
        ("texts", "text"),
        ("second_looks", "second"),
    )
    for act in ("take", "release", "skip", "resume")
}
POST |= {
    f"admin/desk/{queue}/<int:pk>/{act}/": [
        Ask(
            f"/admin/desk/{queue}/{{{case}}}/{act}/",
            answer_case(f"{{{case}}}", act),
            {
                "days": "1",
                "why": "等回电话",
                "words": "打过电话，没人接",
                "reason": "拿不准",
            },
        )
    ]
    for act in ("defer", "note", "ask", "escalate", "return")
    for queue, case in (
        ("listings", "held"),
        ("employers", "employer"),
        ("texts", "text"),
        ("reports", "report"),
        ("appeals", "appeal"),
        ("second_looks", "second"),
    )
}
POST |= {
    f"admin/desk/{queue}/filter/": [Ask(f"/admin/desk/{queue}/filter/", allow_staff(302))]
    for queue in ("listings", "employers", "texts", "reports", "appeals", "second_looks")
}
# What the group of moderators is given to look at (`safety.moderation.permissions`).
MODERATOR_READS = {
    "safety.CannedReason",
    "safety.Decision",
    "listings.Listing",
    "listings.ListingSource",
    "accounts.Employer",
    "news.Article",
}

# -- the admin's own pages of articles and groups
_NOT_FOR_MODERATORS = allow_staff(moderator=403)
GET |= {
    "admin/news/article/<int:pk>/doubles/": [
        Ask("/admin/news/article/{article}/doubles/", _NOT_FOR_MODERATORS)
    ],
    "admin/news/article/<int:pk>/preview/": [
        Ask("/admin/news/article/{article}/preview/", allow_staff()),
    ],
    "admin/screening/blockeditem/try/": [
        Ask("/admin/screening/blockeditem/try/", _NOT_FOR_MODERATORS),
    ],
    "admin/cities/exchangegroup/<int:pk>/preview/": [
        Ask("/admin/cities/exchangegroup/{group}/preview/", _NOT_FOR_MODERATORS),
    ],
}
POST["admin/news/article/picture/"] = [
    Ask("/admin/news/article/picture/", allow_staff(400, moderator=403)),
]

# -- colleagues, accounts
_POST = {"role": "support", "area": "national", "reason": "换岗"}
GET |= {
    "admin/team/": [Ask("/admin/team/", _NOT_FOR_MODERATORS)],
    "admin/team/roles/": [Ask("/admin/team/roles/", allow_staff())],
    "admin/team/invite/": [Ask("/admin/team/invite/", _NOT_FOR_MODERATORS)],
    "admin/team/<int:pk>/": [
        Ask("/admin/team/{colleague}/", _NOT_FOR_MODERATORS),
        Ask("/admin/team/{person}/", allow_staff(404, moderator=403)),
    ],
    "admin/people/sign-out/": [
        Ask("/admin/people/sign-out/?people={person}", _NOT_FOR_MODERATORS),
        Ask("/admin/people/sign-out/?people=999999999", allow_staff(404, moderator=403)),
    ],
    "admin/people/<int:pk>/off/": [
        Ask("/admin/people/{person}/off/", _NOT_FOR_MODERATORS),
        Ask("/admin/people/999999999/off/", allow_staff(404, moderator=403)),
    ],
    "admin/people/<int:pk>/on/": [Ask("/admin/people/{person}/on/", _NOT_FOR_MODERATORS)],
}
POST |= {
    "admin/team/invite/": [
        Ask(
            "/admin/team/invite/",
            allow_staff(302, moderator=403),
            {**_POST, "contact": "another@example.com"},
        )
    ],
    "admin/team/<int:pk>/": [
        Ask("/admin/team/{colleague}/", allow_staff(302, moderator=403), _POST),
    ],
    "admin/team/<int:pk>/end/": [
        Ask("/admin/team/{colleague}/end/", allow_staff(302, moderator=403), {"reason": "离职"}),
    ],
    "admin/team/invitations/<int:pk>/withdraw/": [
        Ask(
            "/admin/team/invitations/{staff_invitation}/withdraw/", allow_staff(302, moderator=403)
        ),
    ],
    "admin/people/sign-out/": [
        Ask(
            "/admin/people/sign-out/?people={person}",
            allow_staff(302, moderator=403),
            {"reason": "手机丢了"},
        ),
    ],
    "admin/people/<int:pk>/off/": [
        Ask(
            "/admin/people/{person}/off/",
            allow_staff(302, moderator=403),
            {"reason": "发骗人的兼职"},
        ),
    ],
    # The account is not off.
    "admin/people/<int:pk>/on/": [
        Ask("/admin/people/{person}/on/", allow_staff(422, moderator=403), {"reason": "弄错了"}),
    ],
}

# -- lists of the admin: export, and filters that each person saves for themselves
_LIST = "admin/lists/<slug:app>/<slug:model>"
GET |= {
    f"{_LIST}/export/": [
        Ask("/admin/lists/listings/listing/export/?status__exact=held", _NOT_FOR_MODERATORS),
        Ask("/admin/lists/accounts/user/export/", allow_staff(404, moderator=403)),
        Ask("/admin/lists/listings/none/export/", allow_staff(404)),
    ],
    f"{_LIST}/filter/": [
        Ask("/admin/lists/listings/listing/filter/?status__exact=held", allow_staff()),
        Ask("/admin/lists/listings/listing/filter/", allow_staff(302)),
        Ask("/admin/lists/accounts/user/filter/?is_staff__exact=1", _NOT_FOR_MODERATORS),
    ],
}
POST |= {
    f"{_LIST}/search/": [
        # What a visitor typed is shown again with the way to sign in.
        Ask(
            "/admin/lists/listings/listing/search/",
            allow_staff(302, visitor=403),
            {"q": "13800138765"},
        ),
        Ask("/admin/lists/accounts/user/search/", allow_staff(302, moderator=403), {"q": "小龙"}),
        Ask("/admin/lists/listings/none/search/", allow_staff(404)),
    ],
    f"{_LIST}/export/": [
        Ask(
            "/admin/lists/listings/listing/export/",
            allow_staff(moderator=403),
            {"reason": "看待审的数量", "file_form": "csv"},
        )
    ],
    f"{_LIST}/filter/": [
        Ask(
            "/admin/lists/listings/listing/filter/?status__exact=held",
            allow_staff(302),
            {"name": "暂停的"},
        )
    ],
    "admin/lists/filters/<int:pk>/delete/": [
        Ask("/admin/lists/filters/{filter_of_admin}/delete/", allow_staff(302, moderator=404)),
        Ask("/admin/lists/filters/999999999/delete/", allow_staff(404)),
    ],
}

# -- how the site is running
GET["admin/state/"] = [Ask("/admin/state/", _NOT_FOR_MODERATORS)]
GET["admin/requests/"] = [Ask("/admin/requests/", _NOT_FOR_MODERATORS)]
GET["admin/requests/<int:pk>/"] = [
    Ask("/admin/requests/999999999/", allow_staff(404, moderator=403)),
]
POST["admin/state/messages/<slug:channel>/<int:pk>/retry/"] = [
    Ask("/admin/state/messages/mails/999999999/retry/", allow_staff(302, moderator=403)),
]
POST["admin/state/jobs/<int:pk>/retry/"] = [
    Ask("/admin/state/jobs/999999999/retry/", allow_staff(302, moderator=403)),
]

# -- the journal: searches and exports are those of who made them
_READERS = allow_staff(moderator=403)  # the group of moderators is not given it
_OF_ADMIN = {"q": "单位 1", "reason": "处理举报 12"}
_PACK = {
    "recipient": "吉首市公安局",
    "legal_basis": "刑事诉讼法第五十四条",
    "file_number": "吉公调证〔2026〕12 号",
    "reason": "立案侦查",
    "sure": "on",
}
GET |= {
    "admin/journal/": [Ask("/admin/journal/", _READERS)],
    "admin/journal/<int:pk>/": [
        Ask("/admin/journal/{search_of_admin}/", _READERS),
        Ask("/admin/journal/{search_of_moderator}/", allow_staff(404, moderator=403)),
    ],
    "admin/journal/<int:pk>/table/": [Ask("/admin/journal/{search_of_admin}/table/", _READERS)],
    "admin/journal/<int:pk>/authority/": [
        Ask("/admin/journal/{search_of_admin}/authority/", _READERS)
    ],
    "admin/journal/exports/": [Ask("/admin/journal/exports/", _READERS)],
    "admin/journal/exports/<int:pk>/file/": [
        Ask("/admin/journal/exports/{journal_table}/file/", _READERS),
        Ask("/admin/journal/exports/{journal_pack}/file/", _READERS),
        Ask("/admin/journal/exports/999999999/file/", allow_staff(404, moderator=403)),
    ],
}
POST |= {
    "admin/journal/": [Ask("/admin/journal/", allow_staff(302, moderator=403), _OF_ADMIN)],
    "admin/journal/<int:pk>/table/": [
        Ask("/admin/journal/{search_of_admin}/table/", allow_staff(302, moderator=403), _OF_ADMIN),
        Ask(
            "/admin/journal/{search_of_moderator}/table/",
            allow_staff(404, moderator=403),
            _OF_ADMIN,
        ),
    ],
    "admin/journal/<int:pk>/authority/": [
        Ask("/admin/journal/{search_of_admin}/authority/", allow_staff(302, moderator=403), _PACK),
        Ask(
            "/admin/journal/{search_of_moderator}/authority/",
            allow_staff(404, moderator=403),
            _PACK,
        ),
    ],
}
