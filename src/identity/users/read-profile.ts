import { Injectable } from '@nestjs/common';
import type { ProfileDto } from '../identity.dto.js';
import { ProfileParts } from './profile-parts.js';
import { ReadUser } from './read-user.js';

@Injectable()
export class ReadProfile {
  constructor(
    private readonly readUser: ReadUser,
    private readonly parts: ProfileParts,
  ) {}

  async execute(userId: string): Promise<ProfileDto> {
    const [user, balances] = await Promise.all([this.readUser.execute(userId), this.parts.read(userId)]);
    return { ...user, balances };
  }
}
