import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database } from '../../platform/database/index.js';
import { newId } from '../../platform/ids/index.js';
import type { ExternalIdentity } from './external-identity.js';

/** Finds the user of an external identity, or creates one on first sight, always as STUDENT. */
@Injectable()
export class ProvisionExternalUser {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * Linked by issuer and subject only: an equal e-mail proves nothing here, and linking by it would hand accounts over.
   * @returns the user's id
   */
  async execute(identity: ExternalIdentity): Promise<string> {
    const found = await this.find(identity);
    if (found) return found;
    // Contends on the unique (issuer, subject), and on the unique e-mail. Whoever loses the first finds the winner's row;
    // whoever loses the second has no e-mail here.
    for (const email of [identity.email, null]) {
      const userId = (await this.insert(identity, email)) ?? (await this.find(identity));
      if (userId) return userId;
    }
    throw new Error('An external user could be neither created nor found');
  }

  private async find({ issuer, subject }: ExternalIdentity): Promise<string | undefined> {
    const user = await this.database.client.user.findUnique({
      where: { issuer_subject: { issuer, subject } },
      select: { id: true },
    });
    return user?.id;
  }

  private async insert(identity: ExternalIdentity, email: string | null): Promise<string | undefined> {
    const now = this.clock.now();
    const { issuer, subject, name, timeZone } = identity;
    const [user] = await this.database.client.user.createManyAndReturn({
      data: [
        {
          id: newId('user'),
          issuer,
          subject,
          name,
          timeZone,
          email,
          roles: ['STUDENT'],
          createdAt: now,
          updatedAt: now,
        },
      ],
      skipDuplicates: true,
      select: { id: true },
    });
    return user?.id;
  }
}
