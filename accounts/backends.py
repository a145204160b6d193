from django.contrib.auth.backends import ModelBackend


class EmailOrPhoneBackend(ModelBackend):
    """Looks people up by `UserManager.get_by_natural_key`. Sessions have the name of this class."""
