from django.urls import path

from accounts.employers import member_views
from accounts.employers import views as employer_views
from accounts.verification import views as paper_views

app_name = "accounts"
urlpatterns = [
    path("employer/register/", employer_views.register, name="register"),
    path("employer/details/", employer_views.details, name="employer_details"),
    path("employer/switch/", employer_views.switch, name="desk_switch"),
    path("employer/papers/", paper_views.papers_page, name="papers"),
    path("employer/papers/<int:pk>/remove/", paper_views.remove, name="paper_remove"),
    path("employer/papers/submit/", paper_views.submit, name="papers_submit"),
    path("employer/phone/", paper_views.phone, name="employer_phone"),
    path("employer/members/", member_views.members, name="members"),
    path("employer/members/<int:pk>/role/", member_views.role, name="member_role"),
    path("employer/members/<int:pk>/remove/", member_views.remove, name="member_remove"),
    path("employer/members/leave/", member_views.leave, name="member_leave"),
    path(
        "employer/invitations/<int:pk>/withdraw/",
        member_views.withdraw,
        name="invitation_withdraw",
    ),
    path("employer/join/<str:token>/", member_views.join, name="join"),
]
