"""Second factors for the staff: seen, and taken off somebody who lost the phone. Never their secrets.

What allauth brings besides is not shown: we keep no addresses and no keys in its tables.
"""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin

KINDS = {"totp": "验证器", "webauthn": "通行密钥", "recovery_codes": "备用码"}

for model in (Authenticator, EmailAddress, SocialAccount, SocialApp, SocialToken, UserSession):
    if admin.site.is_registered(model):
        admin.site.unregister(model)


@admin.register(Authenticator)
class AuthenticatorAdmin(admin.ModelAdmin):
    list_display = ("whose", "what", "made", "used")
    list_filter = ("type", "created_at")
    list_select_related = ("user",)
    search_fields = ("user__email", "user__phone", "user__name")
    fields = readonly_fields = ("whose", "what", "made", "used")
    ordering = ("-pk",)

    @admin.display(description="谁的", ordering="user")
    def whose(self, factor):
        return factor.user

    @admin.display(description="什么", ordering="type")
    def what(self, factor):
        return KINDS[factor.type]

    @admin.display(description="添加时间", ordering="created_at")
    def made(self, factor):
        return factor.created_at

    @admin.display(description="上一次用", ordering="last_used_at")
    def used(self, factor):
        return factor.last_used_at

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_view_permission(self, request, obj=None):
        return request.user.is_superuser

    def has_delete_permission(self, request, obj=None):
        """Who could take it off another could then come in as him: admins only."""
        return request.user.is_superuser
