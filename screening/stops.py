"""Findings that stop a publication by themselves (DESIGN 7): no such text is published, not even
after a look. Which words are said of it to the author is the gate's business.
"""

CODES = frozenset(
    f"wording.{clue}"
    for clue in (
        "upfront_fee.deposit upfront_fee.fee upfront_fee.pay_first agency_fee.fee "
        "agency_fee.insider typing_scam.fee handicraft_deposit.material model_card.photo_fee "
        "model_card.named training_loan.named training_loan.loan training_loan.fee "
        "brushing_rebate.named brushing_rebate.advance brushing_rebate.for_shops "
        "card_rental.named card_rental.hand_over card_rental.open_for_pay "
        "account_rental.named account_rental.hand_over account_rental.log_in "
        "money_mule.named money_mule.relay goip_relay.named cash_courier.named"
    ).split()
) | {
    "training.sold", "pitch.pays_in", "pitch.account_lent", "pitch.card_given", "pitch.pay_and_back",
}  # fmt: skip
