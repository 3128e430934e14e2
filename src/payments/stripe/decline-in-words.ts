const words: Readonly<Record<string, string>> = {
  insufficient_funds: 'The card has insufficient funds',
  expired_card: 'The card has expired',
  incorrect_cvc: "The card's security code is incorrect",
  incorrect_number: "The card's number is incorrect",
  authentication_required: 'The bank wants the buyer to confirm this payment; pay on the payment page instead',
  subscription_payment_intent_requires_action:
    'The bank wants the buyer to confirm this payment; begin on the payment page instead',
  payment_intent_authentication_failure: 'The bank could not confirm that it was the buyer who paid',
  processing_error: 'The card could not be processed; try again in a moment',
  card_velocity_exceeded: 'The card was used too often or above its limit',
  issuer_not_available: "The card's bank could not be reached; try again in a moment",
};

/** Why a card was declined, for the buyer. What banks do not want told, such as that a card is stolen, is only "declined". */
export function declineInWords(code: string | null): string {
  return (code !== null && words[code]) || 'The card was declined; try another one or ask your bank';
}
