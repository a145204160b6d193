"""Of `tests.access`: what employers and their programs ask for, and who else may."""

from tests.hostile_requests import Ask, everybody, only, signed_in

# By route, as there.
GET: dict[str, list[Ask]] = {}
POST: dict[str, list[Ask]] = {}

# -- employers
BOTH_SHOPS = ("employer", "other_employer")
GET |= {
    "employer/register/": [Ask("/employer/register/", signed_in())],
    "employer/join/<str:token>/": [
        Ask("/employer/join/{join}/", signed_in(403)),
        Ask("/employer/join/x/", signed_in(404)),
    ],
} | {
    f"employer/{page}/": [Ask(f"/employer/{page}/", only(*BOTH_SHOPS))]
    for page in ("details", "details/recheck", "papers", "phone", "members")
}
# Each asks before it does it.
GET |= {
    "employer/members/leave/": [Ask("/employer/members/leave/", only(*BOTH_SHOPS))],
    # It is checked already: nothing is asked, but why not is said.
    "employer/papers/<int:pk>/remove/": [
        Ask("/employer/papers/{paper}/remove/", only("employer", code=302))
    ],
    "employer/members/<int:pk>/remove/": [
        Ask("/employer/members/{recruiter}/remove/", only("employer"))
    ],
    "employer/api/<int:pk>/withdraw/": [
        Ask("/employer/api/{api_token}/withdraw/", only("employer"))
    ],
    "employer/feeds/<int:pk>/remove/": [
        Ask("/employer/feeds/{job_feed}/remove/", only("employer"))
    ],
}
# Nobody has pressed 查看.
GET["employer/papers/<int:pk>/picture.jpg"] = [
    Ask("/employer/papers/{paper}/picture.jpg", only("employer", code=403))
]
POST |= {
    "employer/switch/": [
        Ask("/employer/switch/", only("employer", code=302), {"employer": "{employer}"})
    ],
    "employer/papers/submit/": [Ask("/employer/papers/submit/", only(*BOTH_SHOPS, code=302))],
    "employer/members/leave/": [Ask("/employer/members/leave/", only(*BOTH_SHOPS, code=302))],
} | {
    f"employer/{things}/<int:pk>/{act}/": [
        Ask(f"/employer/{things}/{{{own}}}/{act}/", only("employer", code=302), {"role": "owner"})
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
    "employer/listings/<int:pk>/": [Ask("/employer/listings/{listing}/", only("employer"))],
    "employer/listings/<int:pk>/figures/": [
        Ask("/employer/listings/{listing}/figures/", only("employer")),
        Ask("/employer/listings/{repost}/figures/", only()),
    ],
    "employer/listings/<int:pk>/preview/": [
        Ask("/employer/listings/{listing}/preview/", only("employer")),
        Ask("/employer/listings/{post_draft}/preview/", only("employer", code=302)),
        Ask("/employer/listings/{repost}/preview/", only()),
    ],
    "employer/listings/<int:pk>/draft/": [
        Ask("/employer/listings/{post_draft}/draft/", only("employer")),
        Ask("/employer/listings/{listing}/draft/", only("employer", code=302)),
    ],
    "employer/listings/<int:pk>/renew/": [
        Ask("/employer/listings/{listing}/renew/", only("employer"))
    ],
    "employer/renew/<str:token>/": [
        Ask("/employer/renew/{renewal}/", everybody()),
        Ask("/employer/renew/x/", everybody(404)),
    ],
    **{
        f"employer/today{end}": [Ask(f"/employer/today{end}?day=2026-12-01", only(*BOTH_SHOPS))]
        for end in ("/", ".csv", ".xlsx")
    },
    "employer/reply/": [Ask("/employer/reply/", only(*BOTH_SHOPS))],
    "employer/listings/<int:pk>/shifts/": [
        Ask("/employer/listings/{listing}/shifts/", only("employer")),
        Ask("/employer/listings/{repost}/shifts/", only()),
    ],
    "employer/listings/<int:pk>/reply/": [
        Ask("/employer/listings/{held}/reply/", only("employer")),
        Ask("/employer/listings/{repost}/reply/", only()),
    ],
    "employer/listings/<int:pk>/withdraw/": [
        Ask("/employer/listings/{listing}/withdraw/", only("employer"))
    ],
    "employer/listings/<int:pk>/discard/": [
        Ask("/employer/listings/{post_draft}/discard/", only("employer"))
    ],
}
POST |= {
    "employer/listings/new/": [Ask("/employer/listings/new/", only(*BOTH_SHOPS, code=302))],
} | {
    f"employer/listings/<int:pk>/{act}/": [
        Ask(f"/employer/listings/{{listing}}/{act}/", only("employer", code=302)),
        Ask(f"/employer/listings/{{repost}}/{act}/", only()),
    ]
    for act in ("edit", "copy", "pause", "resume", "fill")
}

# -- the API: only a token in the header lets in, whoever is signed in
GET |= {
    "employer/api/": [Ask("/employer/api/", only(*BOTH_SHOPS))],
    "employer/api/new/": [Ask("/employer/api/new/", only(*BOTH_SHOPS))],
    "employer/api/webhook/": [Ask("/employer/api/webhook/", only(*BOTH_SHOPS))],
    "employer/api/webhook/address/": [Ask("/employer/api/webhook/address/", only(*BOTH_SHOPS))],
    "employer/api/webhook/secret/": [Ask("/employer/api/webhook/secret/", only("employer"))],
    "employer/api/webhook/remove/": [Ask("/employer/api/webhook/remove/", only("employer"))],
    "api/v1/employer": [Ask("/api/v1/employer", everybody(401))],
    "api/v1/listings": [Ask("/api/v1/listings", everybody(401))],
    "api/v1/listings/<pk>": [Ask("/api/v1/listings/{listing}", everybody(401))],
}
POST |= (
    {
        "employer/api/<int:pk>/withdraw/": [
            Ask("/employer/api/{api_token}/withdraw/", only("employer", code=302))
        ],
        "api/v1/listings/<pk>/draft": [Ask("/api/v1/listings/{listing}/draft", everybody(405))],
    }
    | {
        f"employer/api/webhook/{act}/": [
            Ask(f"/employer/api/webhook/{act}/", only("employer", code=302))
        ]
        for act in ("test", "remove")
    }
    | {
        f"api/v1/listings/<pk>/{act}": [
            Ask(f"/api/v1/listings/{{listing}}/{act}", everybody(401), {"no_fee": "true"})
        ]
        for act in ("submission", "moves", "renewal")
    }
)

# -- feeds of jobs
GET |= {
    "employer/feeds/": [Ask("/employer/feeds/", only(*BOTH_SHOPS))],
    "employer/feeds/<int:pk>/": [
        Ask("/employer/feeds/{job_feed}/", only("employer")),
        Ask("/employer/feeds/999999999/", only()),
    ],
}
POST |= {
    f"employer/feeds/<int:pk>/{act}/": [
        Ask(f"/employer/feeds/{{job_feed}}/{act}/", only("employer", code=302))
    ]
    for act in ("fetch", "remove")
}

# -- bulk upload and saved searches
GET |= {
    "employer/listings/<int:pk>/photos/": [
        Ask("/employer/listings/{post_draft}/photos/", only("employer")),
        Ask("/employer/listings/{listing}/photos/", only()),
        Ask("/employer/listings/{repost}/photos/", only()),
    ],
    "employer/upload/": [Ask("/employer/upload/", only(*BOTH_SHOPS))],
    "employer/upload/template/": [Ask("/employer/upload/template/", only(*BOTH_SHOPS))],
    "employer/upload/<int:pk>/": [
        Ask("/employer/upload/{upload}/", only("employer")),
        Ask("/employer/upload/999999999/", only()),
    ],
    "me/searches/": [Ask("/me/searches/", signed_in())],
}
POST |= {
    "employer/listings/<int:pk>/photos/<int:picture>/remove/": [
        Ask("/employer/listings/{post_draft}/photos/1/remove/", only("employer", code=302)),
        Ask("/employer/listings/{listing}/photos/1/remove/", only()),
    ],
    "employer/listings/<int:pk>/shifts/<int:shift>/remove/": [
        Ask("/employer/listings/{listing}/shifts/1/remove/", only("employer", code=302)),
        Ask("/employer/listings/{repost}/shifts/1/remove/", only()),
    ],
    "employer/upload/<int:pk>/go-on/": [
        Ask("/employer/upload/{upload}/go-on/", only("employer", code=302))
    ],
    "me/searches/<int:pk>/frequency/": [
        Ask("/me/searches/{search}/frequency/", only("seeker", code=302), {"frequency": "instant"})
    ],
    "me/alerts/<int:pk>/stop/": [Ask("/me/alerts/999999999/stop/", only())],
    "me/searches/<int:pk>/stop/": [Ask("/me/searches/{search}/stop/", only("seeker", code=302))],
}
