from . import decision_admin, report_admin, second_look_admin, trained_model_admin

__all__ = ["decision_admin", "report_admin", "second_look_admin", "trained_model_admin"]
