import { Injectable } from '@nestjs/common';
import { RefreshTokenStore } from './refresh-token-store.js';

/** Ends the sign-in that a refresh token belongs to. An unknown token is no error: the answer must not tell which are known. */
@Injectable()
export class LogOut {
  constructor(private readonly store: RefreshTokenStore) {}

  async execute(refreshToken: string): Promise<void> {
    const known = await this.store.find(refreshToken);
    if (known) await this.store.revokeFamily(known.familyId);
  }
}
