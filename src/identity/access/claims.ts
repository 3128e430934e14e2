/** The claims of a token whose signature, issuer and audience have been checked; their types have not. */
export type Claims = Readonly<Record<string, unknown>>;

/**
 * Whether the token is in force by our clock. passport-jwt would ask the machine's, and would take a token without an
 * expiry for one that never expires.
 */
export function isInForce({ exp, nbf }: Claims, now: Date, skewSeconds = 0): boolean {
  const seconds = now.getTime() / 1000;
  if (typeof exp !== 'number' || exp + skewSeconds <= seconds) return false;
  return nbf === undefined || (typeof nbf === 'number' && nbf - skewSeconds <= seconds);
}
