from django.urls import path

from accounts.employers import member_views as members
from accounts.employers import views as employers
from accounts.staff import join_views as staff
from accounts.verification import views as papers

app_name = "accounts"
urlpatterns = [
    path("employer/register/", employers.register_new_employer, name="register"),
    path("employer/details/", employers.edit_employer_details, name="employer_details"),
    path("employer/switch/", employers.switch_employer, name="desk_switch"),
    path("employer/details/recheck/", employers.ask_for_recheck, name="employer_recheck"),
    path("employer/papers/", papers.show_papers, name="papers"),
    path("employer/papers/<int:pk>/open/", papers.open_own_paper, name="paper_open"),
    path("employer/papers/<int:pk>/picture.jpg", papers.show_own_paper, name="paper_picture"),
    path("employer/papers/<int:pk>/remove/", papers.remove_paper, name="paper_remove"),
    path("employer/papers/submit/", papers.submit_employer_papers, name="papers_submit"),
    path("employer/phone/", papers.prove_employer_phone, name="employer_phone"),
    path("employer/members/", members.show_members, name="members"),
    path("employer/members/<int:pk>/role/", members.change_member_role, name="member_role"),
    path("employer/members/<int:pk>/remove/", members.remove_member, name="member_remove"),
    path("employer/members/leave/", members.leave_employer, name="member_leave"),
    path(
        "employer/invitations/<int:pk>/withdraw/",
        members.withdraw_invitation,
        name="invitation_withdraw",
    ),
    path("team/join/", staff.join_staff, name="staff_join"),
    path("team/join/<str:token>/", staff.open_invitation_link, name="staff_link"),
    path("employer/join/<str:token>/", members.join_employer, name="join"),
]
