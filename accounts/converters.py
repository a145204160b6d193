from django.urls.converters import StringConverter


class MemberCodeConverter(StringConverter):
    """`<member_code:token>` in a path: the short code of an invitation to an employer."""

    regex = "m[0-9]+-[0-9a-f]+"


class ColleagueCodeConverter(StringConverter):
    """`<colleague_code:token>` in a path: the short code of an invitation to the staff."""

    regex = "c[0-9]+-[0-9a-f]+"
