import { Injectable } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validate } from 'class-validator';
import { RecordAudit } from '../platform/audit/index.js';
import { Clock } from '../platform/clock/index.js';
import { afterCommit, Database, inTransaction, Prisma, type Role } from '../platform/database/index.js';
import { DomainError, Problems } from '../platform/errors/index.js';
import { newId } from '../platform/ids/index.js';
import { Principals } from './access/principals.js';
import { RegisterDto } from './identity.dto.js';
import { Passwords } from './sign-in/passwords.js';

export interface AdminToCreate {
  readonly email: string;
  /** Needed when there is no such user yet, as is the password. */
  readonly name?: string;
  readonly password?: string;
  readonly timeZone?: string;
}

export interface CreatedAdmin {
  readonly userId: string;
  /** A new user; the role given to one who was there; or they had it already. */
  readonly outcome: 'created' | 'granted' | 'unchanged';
}

/** For the operator's command, which is where the first admin comes from. A user who is there keeps their password. */
@Injectable()
export class CreateAdmin {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly passwords: Passwords,
    private readonly audit: RecordAudit,
    private readonly principals: Principals,
  ) {}

  async execute(admin: AdminToCreate): Promise<CreatedAdmin> {
    const email = admin.email.trim().toLowerCase();
    const granted = await inTransaction(() => this.grant(email));
    if (granted) return granted;
    const registration = await checked(admin);
    const passwordHash = await this.passwords.hash(registration.password);
    // Whoever registers the e-mail at this very moment makes it a grant after all.
    const done = await inTransaction(async () => (await this.create(registration, passwordHash)) ?? this.grant(email));
    if (!done) throw new DomainError(Problems.conflict);
    return done;
  }

  /** Contends on the user's row: one statement sees that ADMIN is missing and adds it. */
  private async grant(email: string): Promise<CreatedAdmin | undefined> {
    const changed = await this.database.row<{ id: string; roles: Role[] }>(Prisma.sql`
      UPDATE users SET roles = array_append(roles, 'ADMIN'), updated_at = ${this.clock.now()}
      WHERE email = ${email} AND NOT 'ADMIN' = ANY (roles)
      RETURNING id, roles::text[] AS roles`);
    if (changed) {
      await this.record(
        changed.id,
        changed.roles.filter((role) => role !== 'ADMIN'),
        changed.roles,
      );
      return { userId: changed.id, outcome: 'granted' };
    }
    const user = await this.database.client.user.findUnique({ where: { email }, select: { id: true } });
    return user ? { userId: user.id, outcome: 'unchanged' } : undefined;
  }

  /** Contends on the unique e-mail. */
  private async create(
    { email, name, timeZone }: RegisterDto,
    passwordHash: string,
  ): Promise<CreatedAdmin | undefined> {
    const now = this.clock.now();
    const roles: Role[] = ['ADMIN'];
    const [user] = await this.database.client.user.createManyAndReturn({
      data: [{ id: newId('user'), email, name, timeZone, passwordHash, roles, createdAt: now, updatedAt: now }],
      skipDuplicates: true,
      select: { id: true },
    });
    if (!user) return undefined;
    await this.record(user.id, [], roles);
    return { userId: user.id, outcome: 'created' };
  }

  private async record(userId: string, before: Role[], after: Role[]): Promise<void> {
    await this.audit.execute({
      actorId: 'command',
      action: 'user.roles-changed',
      objectType: 'user',
      objectId: userId,
      before: { roles: before },
      after: { roles: after },
    });
    afterCommit(() => this.principals.forget(userId));
  }
}

/** The rules of registration hold for a command's arguments too. */
async function checked(admin: AdminToCreate): Promise<RegisterDto> {
  const registration = plainToInstance(RegisterDto, { ...admin });
  const errors = (await validate(registration)).flatMap(({ property, constraints }) =>
    Object.values(constraints ?? {}).map((detail) => ({ pointer: `#/${property}`, detail })),
  );
  if (errors.length === 0) return registration;
  throw new DomainError(Problems.validation, errors.map((error) => error.detail).join('; '), errors);
}
