"""The drawn icons: 24 × 24, stroked with the colour of the text (`svg.i` in base.css)."""

_SHIELD = '<path d="M12 3l7.5 2.6v5.7c0 4.6-3.1 8-7.5 9.7-4.4-1.7-7.5-5.1-7.5-9.7V5.6z"/>'
_PERSON = '<circle cx="12" cy="8" r="4"/><path d="M4 21c.6-4.4 3.8-7 8-7s7.4 2.6 8 7"/>'

ICONS = {
    "alert": '<circle cx="12" cy="12" r="9"/><path d="M12 7.5v5.5M12 16.3v.1"/>',
    "archive": '<rect x="3.5" y="4.5" width="17" height="5" rx="1"/>'
    '<path d="M5 9.5V19a1 1 0 0 0 1 1h12a1 1 0 0 0 1-1V9.5M10 13.5h4"/>',
    "bookmark": '<path d="M6.5 3.5h11V21L12 16.8 6.5 21z"/>',
    "calendar": '<rect x="3.5" y="5" width="17" height="15.5" rx="2"/>'
    '<path d="M3.5 10h17M8 3v4M16 3v4"/>',
    "check": '<circle cx="12" cy="12" r="9"/><path d="M8 12.3l2.7 2.7 5.3-5.8"/>',
    "chevron": '<path d="M9 5l7 7-7 7"/>',
    "chevron-down": '<path d="M5 9l7 7 7-7"/>',
    "clock": '<circle cx="12" cy="12" r="9"/><path d="M12 7v5.3l3.5 2"/>',
    "filter": '<path d="M4 7h16M7 12h10M10 17h4"/>',
    "home": '<path d="M4 11l8-7 8 7M6 9.5V20h12V9.5M10 20v-5.5h4V20"/>',
    "list": '<rect x="3.5" y="4" width="17" height="16" rx="2"/><path d="M7.5 9h9M7.5 13h9M7.5 17h5"/>',
    "lock": '<rect x="5" y="10.5" width="14" height="10" rx="2"/>'
    '<path d="M8 10.5V8a4 4 0 0 1 8 0v2.5M12 14.5v2"/>',
    "map": '<path d="M9 4.5L3.5 6.8v12.7L9 17.2l6 2.3 5.5-2.3V4.5L15 6.8zM9 4.5v12.7M15 6.8v12.7"/>',
    "news": '<path d="M4 5h12.5v13a2 2 0 0 0 2 2H6a2 2 0 0 1-2-2z"/>'
    '<path d="M16.5 9H20v9a2 2 0 0 1-1.5 2M7.5 9h5.5M7.5 13h5.5M7.5 16.5h3.5"/>',
    "people": '<circle cx="9" cy="8.5" r="3.5"/><path d="M2.5 20c.5-3.8 3-6 6.5-6s6 2.2 6.5 6"/>'
    '<path d="M16 5.3a3.3 3.3 0 0 1 0 6.4M17.8 14.6c2.1.7 3.4 2.6 3.7 5.4"/>',
    "phone": '<path d="M5 4h4l1.5 4.5L8.2 10a12 12 0 0 0 5.8 5.8l1.5-2.3L20 15v4a1.5 1.5 0 0 1-1.6 1.5'
    'C10.6 20 4 13.4 3.5 5.6A1.5 1.5 0 0 1 5 4z"/>',
    "pin": '<path d="M12 21.5c4.5-4.6 7-8.2 7-11.5a7 7 0 0 0-14 0c0 3.3 2.5 6.9 7 11.5z"/>'
    '<circle cx="12" cy="10" r="2.6"/>',
    "search": '<circle cx="10.5" cy="10.5" r="6.5"/><path d="M15.5 15.5L21 21"/>',
    "shield": _SHIELD,
    "shield-alert": _SHIELD + '<path d="M12 8.5v4.5M12 16.2v.1"/>',
    "shield-check": _SHIELD + '<path d="M8.5 12l2.6 2.6 4.6-5"/>',
    "tag": '<path d="M3.5 4v7.5l9 9 7.5-7.5-9-9zM7.8 8.2v.1"/>',
    "user": _PERSON,
    "wallet": '<path d="M4 6.5h14a2 2 0 0 1 2 2v9.5a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2zM4 6.5A2 2 0 0 1 6 4h10.5"/>'
    '<path d="M20 11h-4.5a2.3 2.3 0 0 0 0 4.6H20"/>',
    "x": '<path d="M6 6l12 12M18 6L6 18"/>',
    # By the codes of the categories of listings.
    "catering": '<path d="M6 8h12l-1.5 12.5h-9zM5 8h14M9 8l1-4.5h4L15 8M12 3.5L14.5 1"/>',
    "retail": '<path d="M3 4h2.5l2 11h10l2-7.5H6.5"/><circle cx="9" cy="19" r="1.5"/>'
    '<circle cx="16" cy="19" r="1.5"/>',
    "logistics": '<path d="M12 3l8 4.5v9L12 21l-8-4.5v-9zM4 7.5l8 4.5 8-4.5M12 12v9"/>',
    "promotion": '<path d="M4 10v4l11 4.5v-13zM8 15.5V20h3v-3.5M18.5 9.5c1.2 1.4 1.2 3.6 0 5"/>',
    "education": '<path d="M12 6c-2-1.5-5-2-8.5-2v14c3.5 0 6.5.5 8.5 2 2-1.5 5-2 8.5-2V4'
    'c-3.5 0-6.5.5-8.5 2zM12 6v14"/>',
    "events": '<path d="M3 20L12 5l9 15zM12 5V2.5M9 20l3-6 3 6"/>',
    "customer_service": '<path d="M4.5 14v-2a7.5 7.5 0 0 1 15 0v2M19.5 17.5c0 2-1.5 3-4 3H13"/>'
    '<rect x="3.5" y="13" width="4" height="5.5" rx="1.5"/>'
    '<rect x="16.5" y="13" width="4" height="5.5" rx="1.5"/>',
    "clerical": '<rect x="5" y="4.5" width="14" height="16" rx="2"/>'
    '<path d="M9 4.5V3h6v1.5M8.5 10h7M8.5 13.5h7M8.5 17h4"/>',
    "domestic": '<path d="M14 3l-4 9M6 12h9l2 9H4zM8 21l.8-4M12 21v-4"/>',
    "skills": '<path d="M4 20l1-4.5L16 4.5l3.5 3.5L8.5 19zM13.5 7l3.5 3.5M13 20h7"/>',
    "online": '<rect x="3" y="4.5" width="18" height="12" rx="1.5"/><path d="M8 20.5h8M12 16.5v4"/>',
    "labour": '<path d="M4 16a8 8 0 0 1 16 0M2.5 16h19v3h-19zM10 8.3V5h4v3.3"/>',
    "errands": '<path d="M5 8h14l1 12.5H4zM8.5 11V7a3.5 3.5 0 0 1 7 0v4"/>',
    "intern": '<path d="M12 4.5L22 9l-10 4.5L2 9zM6 11v5c1.6 1.5 3.7 2.2 6 2.2s4.4-.7 6-2.2v-5M22 9v5.5"/>',
    "volunteer": '<path d="M12 20.5C6.5 16.5 3.5 13 3.5 9.3a4.5 4.5 0 0 1 8.5-2 4.5 4.5 0 0 1 8.5 2'
    'c0 3.7-3 7.2-8.5 11.2z"/>',
    "other": '<rect x="4" y="4" width="6.5" height="6.5" rx="1"/><rect x="13.5" y="4" width="6.5" height="6.5" rx="1"/>'
    '<rect x="4" y="13.5" width="6.5" height="6.5" rx="1"/><path d="M16.8 13.5v6.5M13.5 16.8h6.5"/>',
}
