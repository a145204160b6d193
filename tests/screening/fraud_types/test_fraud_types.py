import pytest

from screening.fraud_types import (
    FraudGroup,
    FraudType,
    is_fraud_type,
    list_fraud_type_choices,
    list_fraud_types,
    list_fraud_types_by_group,
)


def test_each_type_belongs_to_one_group():
    grouped = [kind for kinds in list_fraud_types_by_group().values() for kind in kinds]
    assert sorted(grouped) == sorted(list_fraud_types())
    assert list(list_fraud_types_by_group()) == list(FraudGroup)


def test_a_type_knows_its_label_and_an_unknown_code_is_refused():
    assert FraudType("money_mule").label == "跑分"
    assert FraudType("money_mule").group == FraudGroup.HELPING_CRIME
    assert dict(list_fraud_type_choices())["money_mule"] == "跑分"
    assert not is_fraud_type("")
    with pytest.raises(ValueError, match="no fraud type"):
        FraudType("nothing")
