from . import account_admin, second_factor_admin

__all__ = ["account_admin", "paper_admin", "second_factor_admin"]
