from django.urls import path

from accounts.employers import member_views
from accounts.employers import views as employer_views
from accounts.verification import views as paper_views

app_name = "accounts"
urlpatterns = [
    path("employer/register/", employer_views.register_new_employer, name="register"),
    path("employer/details/", employer_views.edit_employer_details, name="employer_details"),
    path("employer/switch/", employer_views.switch_employer, name="desk_switch"),
    path("employer/papers/", paper_views.show_papers, name="papers"),
    path(
        "employer/papers/<int:pk>/remove/", paper_views.remove_employer_paper, name="paper_remove"
    ),
    path("employer/papers/submit/", paper_views.submit_employer_papers, name="papers_submit"),
    path("employer/phone/", paper_views.prove_employer_phone, name="employer_phone"),
    path("employer/members/", member_views.show_members, name="members"),
    path("employer/members/<int:pk>/role/", member_views.change_member_role, name="member_role"),
    path(
        "employer/members/<int:pk>/remove/",
        member_views.remove_employer_member,
        name="member_remove",
    ),
    path("employer/members/leave/", member_views.leave_employer, name="member_leave"),
    path(
        "employer/invitations/<int:pk>/withdraw/",
        member_views.withdraw_member_invitation,
        name="invitation_withdraw",
    ),
    path("employer/join/<str:token>/", member_views.join_employer, name="join"),
]
