"""The staff: their roles and places, their invitations, their filters, and what was done to accounts."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from accounts.choices import StaffRole
from accounts.models.user import HistoryEvent, User
from sitekit.forms.phone_numbers import mask_phone_or_mailbox
from sitekit.sealing.sealed_fields import SealedEmailField
from sitekit.sealing.unique_contacts import ContactQuerySet, UniqueContact


class StaffArea(models.Model):
    """The area of a staff member: the whole country, or some places with everything below them."""

    role = models.CharField("角色", max_length=12, choices=StaffRole)
    is_national = models.BooleanField("全国", default=False)
    places = ArrayField(
        models.PositiveIntegerField(), default=list, blank=True, verbose_name="地区"
    )  # codes of regions; none if national

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_national=True, places=[])
                | (models.Q(is_national=False) & ~models.Q(places=[])),
                name="%(class)s_has_area",
                violation_error_message="选全国，或者至少选一个地区。",
            )
        ]


class StaffPost(StaffArea):
    """The role of somebody of the staff and the places that it holds for. Rights that were given without
    one hold for the whole country."""

    user = models.OneToOneField(
        User, models.CASCADE, primary_key=True, related_name="staff_post", verbose_name="同事"
    )
    since = models.DateTimeField("从什么时候", default=timezone.now)
    given_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", db_index=False, verbose_name="谁给的"
    )

    class Meta(StaffArea.Meta):
        verbose_name = verbose_name_plural = "同事的角色"
        permissions = [("manage_staff", "邀请同事，改角色和地区")]

    def __str__(self) -> str:
        return self.get_role_display()


class StaffInvitation(StaffArea):
    """The invitation of a colleague; the link in the message has the id of this row. `email` may be a phone, as that of
    `EmployerInvitation`."""

    email = SealedEmailField("邮箱或手机号")
    reason = models.CharField("原因", max_length=200)
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    created_at = models.DateTimeField("邀请时间", default=timezone.now)
    answered_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "同事的邀请"
        base_manager_name = "objects"
        constraints = [
            *StaffArea.Meta.constraints,
            UniqueContact(
                fields=["email"],
                condition=models.Q(answered_at=None),
                name="staff_invitation_open_once",
            ),
        ]

    @property
    def shown_contact(self) -> str:
        """Masked: whoever sent the invitation knows it again, and others need no more."""
        return mask_phone_or_mailbox(self.email)


class AccountEvent(HistoryEvent):
    """An act of the staff on an account: it got a role, lost it, or was switched off. An invitation belongs to no
    account until it is accepted."""

    user = models.ForeignKey(
        User,
        models.CASCADE,
        null=True,
        related_name="account_events",
        db_index=False,
        verbose_name="账号",
    )
    invitation = models.ForeignKey(
        StaffInvitation, models.SET_NULL, null=True, related_name="events", db_index=False
    )

    class Meta(HistoryEvent.Meta):
        verbose_name = verbose_name_plural = "账号的经过"
        permissions = [("switch_off_user", "停用和恢复账号")]
        indexes = [models.Index(fields=["user", "-id"], name="account_event_of_user")]


class SavedListFilter(models.Model):
    """A filter of a list in the admin, which somebody of the staff named; only they see it."""

    QUERY_LENGTH = 500

    user = models.ForeignKey(
        User, models.CASCADE, related_name="saved_list_filters", db_index=False
    )
    list_name = models.CharField("列表", max_length=60)  # app and model, `listings.listing`
    name = models.CharField("名称", max_length=30)
    query = models.CharField("筛选", max_length=QUERY_LENGTH)
    created_at = models.DateTimeField("时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "保存的筛选"
        default_permissions = ()
        permissions = [("export_lists", "导出后台的列表")]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "list_name", "name"], name="saved_list_filter_once"
            )
        ]

    def __str__(self) -> str:
        return self.name
