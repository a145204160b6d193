from . import decision_admin, report_admin, trained_model_admin

__all__ = ["decision_admin", "report_admin", "trained_model_admin"]
