from . import blocklist_admin, decision_admin, report_admin, second_look_admin, trained_model_admin

__all__ = [
    "blocklist_admin",
    "decision_admin",
    "report_admin",
    "second_look_admin",
    "trained_model_admin",
]
