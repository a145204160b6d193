"""Of `tests.access`: what employers and their programs ask for, and who else may."""

from tests.hostile_requests import Ask, allow_all, allow_roles, signed_in

# By route, as there.
GET: dict[str, list[Ask]] = {}
POST: dict[str, list[Ask]] = {}

# -- employers
BOTH_SHOPS = ("employer", "other_employer")
# What is another shop's is answered as what is gone: with a message, on the list that it would stand on.
_GONE_FOR_OTHER_SHOP = {"other_employer": 302}
GET |= {
    "employer/register/": [Ask("/employer/register/", signed_in())],
    "employer/join/<str:token>/": [
        Ask("/employer/join/{join}/", signed_in(403)),
        Ask("/employer/join/x/", allow_all(404)),
    ],
} | {
    f"employer/{page}/": [Ask(f"/employer/{page}/", allow_roles(*BOTH_SHOPS))]
    for page in ("details", "details/recheck", "papers", "phone", "members")
}
# Each asks before it does it.
GET |= {
    "employer/members/leave/": [Ask("/employer/members/leave/", allow_roles(*BOTH_SHOPS))],
    # It is checked already: nothing is asked, but why not is said.
    "employer/papers/<int:pk>/remove/": [
        Ask("/employer/papers/{paper}/remove/", allow_roles(*BOTH_SHOPS, code=302))
    ],
    "employer/members/<int:pk>/remove/": [
        Ask("/employer/members/{recruiter}/remove/", allow_roles("employer") | _GONE_FOR_OTHER_SHOP)
    ],
    "employer/api/<int:pk>/withdraw/": [
        Ask("/employer/api/{api_token}/withdraw/", allow_roles("employer") | _GONE_FOR_OTHER_SHOP)
    ],
    "employer/feeds/<int:pk>/remove/": [
        Ask("/employer/feeds/{job_feed}/remove/", allow_roles("employer"))
    ],
    "employer/feeds/<int:pk>/sign/": [
        Ask("/employer/feeds/{job_feed}/sign/", allow_roles("employer"))
    ],
}
# Nobody has pressed 查看.
GET["employer/papers/<int:pk>/picture.jpg"] = [
    Ask("/employer/papers/{paper}/picture.jpg", allow_roles("employer", code=403))
]
POST |= {
    "employer/switch/": [
        Ask("/employer/switch/", allow_roles("employer", code=302), {"employer": "{employer}"})
    ],
    "employer/papers/submit/": [
        Ask("/employer/papers/submit/", allow_roles(*BOTH_SHOPS, code=302))
    ],
    "employer/members/leave/": [
        Ask("/employer/members/leave/", allow_roles(*BOTH_SHOPS, code=302))
    ],
} | {
    f"employer/{things}/<int:pk>/{act}/": [
        Ask(
            f"/employer/{things}/{{{own}}}/{act}/",
            allow_roles(*BOTH_SHOPS, code=302),
            {"role": "owner"},
        )
    ]
    for things, own, act in (
        ("papers", "paper", "open"),
        ("papers", "paper", "remove"),
        ("members", "recruiter", "role"),
        ("members", "recruiter", "remove"),
        ("invitations", "invitation", "withdraw"),
    )
}

# -- posting
GET |= {
    "employer/": [Ask("/employer/", signed_in())],
    "employer/listings/<int:pk>/": [Ask("/employer/listings/{listing}/", allow_roles("employer"))],
    "employer/listings/<int:pk>/figures/": [
        Ask("/employer/listings/{listing}/figures/", allow_roles("employer")),
        Ask("/employer/listings/{repost}/figures/", allow_roles()),
    ],
    "employer/listings/<int:pk>/preview/": [
        Ask("/employer/listings/{listing}/preview/", allow_roles("employer")),
        Ask("/employer/listings/{post_draft}/preview/", allow_roles("employer", code=302)),
        Ask("/employer/listings/{repost}/preview/", allow_roles()),
    ],
    "employer/listings/<int:pk>/draft/": [
        Ask("/employer/listings/{post_draft}/draft/", allow_roles("employer")),
        Ask("/employer/listings/{listing}/draft/", allow_roles("employer", code=302)),
    ],
    "employer/listings/<int:pk>/renew/": [
        Ask("/employer/listings/{listing}/renew/", allow_roles("employer"))
    ],
    "employer/renew/<str:token>/": [
        Ask("/employer/renew/{renewal}/", allow_all()),
        Ask("/employer/renew/x/", allow_all(404)),
    ],
    **{
        f"employer/today{end}": [
            Ask(f"/employer/today{end}?day=2026-12-01", allow_roles(*BOTH_SHOPS))
        ]
        for end in ("/", ".csv", ".xlsx")
    },
    "employer/reply/": [Ask("/employer/reply/", allow_roles(*BOTH_SHOPS))],
    "employer/listings/<int:pk>/shifts/": [
        Ask("/employer/listings/{listing}/shifts/", allow_roles("employer")),
        Ask("/employer/listings/{repost}/shifts/", allow_roles()),
    ],
    "employer/listings/<int:pk>/reply/": [
        Ask("/employer/listings/{held}/reply/", allow_roles("employer")),
        Ask("/employer/listings/{repost}/reply/", allow_roles()),
    ],
    "employer/listings/<int:pk>/withdraw/": [
        Ask("/employer/listings/{listing}/withdraw/", allow_roles("employer"))
    ],
    "employer/listings/<int:pk>/discard/": [
        Ask("/employer/listings/{post_draft}/discard/", allow_roles("employer"))
    ],
}
POST |= {
    "employer/listings/new/": [Ask("/employer/listings/new/", allow_roles(*BOTH_SHOPS, code=302))],
} | {
    f"employer/listings/<int:pk>/{act}/": [
        Ask(f"/employer/listings/{{listing}}/{act}/", allow_roles("employer", code=302)),
        Ask(f"/employer/listings/{{repost}}/{act}/", allow_roles()),
    ]
    for act in ("edit", "copy", "pause", "resume", "fill")
}

# -- the API: only a token in the header lets in, whoever is signed in
GET |= {
    "employer/api/": [Ask("/employer/api/", allow_roles(*BOTH_SHOPS))],
    "employer/api/new/": [Ask("/employer/api/new/", allow_roles(*BOTH_SHOPS))],
    "employer/api/webhook/": [Ask("/employer/api/webhook/", allow_roles(*BOTH_SHOPS))],
    "employer/api/webhook/address/": [
        Ask("/employer/api/webhook/address/", allow_roles(*BOTH_SHOPS))
    ],
    "employer/api/webhook/secret/": [Ask("/employer/api/webhook/secret/", allow_roles("employer"))],
    "employer/api/webhook/remove/": [Ask("/employer/api/webhook/remove/", allow_roles("employer"))],
    "api/v1/employer": [Ask("/api/v1/employer", allow_all(401))],
    "api/v1/listings": [Ask("/api/v1/listings", allow_all(401))],
    "api/v1/listings/<pk>": [Ask("/api/v1/listings/{listing}", allow_all(401))],
}
POST |= (
    {
        "employer/api/<int:pk>/withdraw/": [
            Ask("/employer/api/{api_token}/withdraw/", allow_roles(*BOTH_SHOPS, code=302))
        ],
        "api/v1/listings/<pk>/draft": [Ask("/api/v1/listings/{listing}/draft", allow_all(405))],
    }
    | {
        f"employer/api/webhook/{act}/": [
            Ask(f"/employer/api/webhook/{act}/", allow_roles("employer", code=302))
        ]
        for act in ("test", "remove")
    }
    | {
        f"api/v1/listings/<pk>/{act}": [
            Ask(f"/api/v1/listings/{{listing}}/{act}", allow_all(401), {"no_fee": "true"})
        ]
        for act in ("submission", "moves", "renewal")
    }
)

# -- feeds of jobs
GET |= {
    "employer/feeds/": [Ask("/employer/feeds/", allow_roles(*BOTH_SHOPS))],
    "employer/feeds/<int:pk>/": [
        Ask("/employer/feeds/{job_feed}/", allow_roles("employer")),
        Ask("/employer/feeds/999999999/", allow_roles()),
    ],
}
POST |= {
    f"employer/feeds/<int:pk>/{act}/": [
        Ask(f"/employer/feeds/{{job_feed}}/{act}/", allow_roles("employer", code=302))
    ]
    for act in ("fetch", "remove")
}

# -- bulk upload and saved searches
GET |= {
    "employer/listings/<int:pk>/photos/": [
        Ask("/employer/listings/{post_draft}/photos/", allow_roles("employer")),
        Ask("/employer/listings/{listing}/photos/", allow_roles("employer", code=302)),
        Ask("/employer/listings/{repost}/photos/", allow_roles()),
    ],
    "employer/upload/": [Ask("/employer/upload/", allow_roles(*BOTH_SHOPS))],
    "employer/upload/template/": [Ask("/employer/upload/template/", allow_roles(*BOTH_SHOPS))],
    "employer/upload/<int:pk>/": [
        Ask("/employer/upload/{upload}/", allow_roles("employer")),
        Ask("/employer/upload/999999999/", allow_roles()),
    ],
    "me/searches/": [Ask("/me/searches/", signed_in())],
}
POST |= {
    "employer/listings/<int:pk>/photos/<int:picture>/first/": [
        Ask("/employer/listings/{post_draft}/photos/1/first/", allow_roles("employer", code=302)),
        Ask("/employer/listings/{listing}/photos/1/first/", allow_roles("employer", code=302)),
    ],
    "employer/listings/<int:pk>/photos/<int:picture>/remove/": [
        Ask("/employer/listings/{post_draft}/photos/1/remove/", allow_roles("employer", code=302)),
        Ask("/employer/listings/{listing}/photos/1/remove/", allow_roles("employer", code=302)),
    ],
    "employer/listings/<int:pk>/shifts/<int:shift>/remove/": [
        Ask("/employer/listings/{listing}/shifts/1/remove/", allow_roles("employer", code=302)),
        Ask("/employer/listings/{repost}/shifts/1/remove/", allow_roles()),
    ],
    "employer/upload/<int:pk>/go-on/": [
        Ask("/employer/upload/{upload}/go-on/", allow_roles("employer", code=302))
    ],
    "me/searches/<int:pk>/frequency/": [
        Ask(
            "/me/searches/{search}/frequency/",
            signed_in(302),
            {"frequency": "instant"},
        )
    ],
    "me/alerts/<int:pk>/renew/": [Ask("/me/alerts/999999999/renew/", signed_in(302))],
    "me/searches/<int:pk>/renew/": [Ask("/me/searches/{search}/renew/", signed_in(302))],
    "me/alerts/<int:pk>/stop/": [Ask("/me/alerts/999999999/stop/", signed_in(302))],
    "me/searches/<int:pk>/stop/": [Ask("/me/searches/{search}/stop/", signed_in(302))],
}
