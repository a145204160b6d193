"""The pages of the staff within /admin/; included before the admin's own addresses."""

from django.urls import path

from accounts.staff import views

urlpatterns = [
    path("", views.show_staff, name="staff"),
    path("roles/", views.show_roles, name="staff_roles"),
    path("invite/", views.invite_new_colleague, name="staff_invite"),
    path(
        "invitations/<int:pk>/withdraw/",
        views.withdraw_staff_invitation,
        name="staff_invitation_withdraw",
    ),
    path("<int:pk>/", views.show_colleague, name="staff_colleague"),
    path("<int:pk>/end/", views.end_colleague, name="staff_end"),
]
