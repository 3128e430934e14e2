import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { afterCommit, Database } from '../../platform/database/index.js';
import { Principals } from '../access/principals.js';
import type { UpdateProfileDto } from '../identity.dto.js';
import { publicUser, type PublicUser } from './user.js';

@Injectable()
export class UpdateProfile {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly principals: Principals,
  ) {}

  async execute(userId: string, { name, profilePicture, timeZone }: UpdateProfileDto): Promise<PublicUser> {
    const user = await this.database.client.user.update({
      where: { id: userId },
      data: { name, profilePicture, timeZone, updatedAt: this.clock.now() },
      select: publicUser,
    });
    afterCommit(() => this.principals.forget(userId));
    return user;
  }
}
