from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend


class EmailOrPhoneBackend(ModelBackend):
    """Sign in by e-mail, or by phone; a mainland number needs no +86 in front."""

    def authenticate(self, request, username=None, password=None, **kwargs):
        login = (username or kwargs.get("email") or "").strip()
        if not login or password is None:
            return None
        people = get_user_model()
        if "@" in login:
            user = people.objects.filter(email=login.lower()).first()
        else:
            phone = f"+86{login}" if len(login) == 11 and login.isdigit() else login
            user = people.objects.filter(phone=phone).first()
        if user is None:
            people().set_password(password)  # as slow as a wrong password
            return None
        if user.check_password(password) and self.user_can_authenticate(user):
            return user
        return None
