"""The groups of the kinds of fraud."""

from screening.fraud_types import GROUPS, FraudGroup, FraudType


def test_each_fraud_type_has_one_group():
    grouped = [fraud_type for fraud_types in GROUPS.values() for fraud_type in fraud_types]
    assert sorted(grouped) == sorted(FraudType)
    assert list(GROUPS) == list(FraudGroup)


def test_the_groups_keep_the_order_of_the_types():
    grouped = [fraud_type for fraud_types in GROUPS.values() for fraud_type in fraud_types]
    assert grouped == list(FraudType)
