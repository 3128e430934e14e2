/** What a buyer's bank, wallet or Paymob itself says to an attempt, for whoever made it. */
const words: Readonly<Record<string, string>> = {
  declined: 'The bank declined the payment; try another card or another way to pay',
  insufficient_funds: 'There is not enough money on the card',
  expired_card: 'The card has expired; try another',
  do_not_proceed: 'The bank does not let this payment through; ask it, or try another card',
  authentication_failed: 'The bank could not make sure that it was you; try again',
  blocked: 'This card may not be used here; try another',
  invalid_csc: "The card's security code was wrong; try again",
  timed_out: 'The bank did not answer in time; try again',
  wallet_is_not_registered: 'There is no wallet with this number; try another',
};

/** Ours for what was said to a declined attempt. */
export function declineCode(message: string | undefined): string {
  const code = slug(message ?? '').replace(/^declined_(?=.)/, '');
  return code in words ? code : 'declined';
}

export function paymobInWords(code: string): string | undefined {
  return words[code];
}

/** Ours for a refusal: what was said, or the first field that something is wrong with. */
export function codeOf(body: Readonly<Record<string, unknown>>): string {
  const said = body.detail ?? body.message;
  if (typeof said === 'string') return /^integration id/i.test(said) ? 'invalid_integration' : slug(said) || 'refused';
  const [field] = Object.keys(body);
  return field === undefined ? 'refused' : `invalid_${slug(field)}`;
}

/** The first sentence, as a code. */
function slug(text: string): string {
  const [sentence = ''] = text.split(/[.:;]/);
  return sentence
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .slice(0, 60)
    .replace(/^_|_$/g, '');
}
