from . import account_admin, operator_admin, second_factor_admin, user_admin

__all__ = ["account_admin", "operator_admin", "second_factor_admin", "user_admin"]
