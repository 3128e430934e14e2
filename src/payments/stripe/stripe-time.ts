/** Stripe refuses a Checkout session that ends in under 30 minutes; ours ends first, theirs this much later. */
const EXPIRY_MARGIN_SECONDS = 5 * 60;

/** Stripe counts whole seconds. */
export function secondsOf(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}

/** When Stripe's page ends, for what ends here at a moment. */
export function pageExpiry(expiresAt: Date): number {
  return secondsOf(expiresAt) + EXPIRY_MARGIN_SECONDS;
}
