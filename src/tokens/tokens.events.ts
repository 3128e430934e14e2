/** A person got tokens: for something done, for a streak, or from an admin. */
export class TokensAwarded {
  constructor(
    readonly transactionId: string,
    readonly userId: string,
  ) {}
}
