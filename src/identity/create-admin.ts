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
import { RefreshTokenStore } from './sign-in/refresh-token-store.js';

export interface AdminToCreate {
  readonly email: string;
  /** Needed when there is no such user yet, as is the password. */
  readonly name?: string;
  /** Of one who is there already, it takes the place of theirs, and ends every sign-in. */
  readonly password?: string;
  readonly timeZone?: string;
}

export interface CreatedAdmin {
  readonly userId: string;
  /** A new user; the role given to one who was there; or they had it already. */
  readonly outcome: 'created' | 'granted' | 'unchanged';
  /** Whose password it is now: the one that was given, or the one that was there, which whoever registered the e-mail knows. */
  readonly password: 'set' | 'kept';
}

/** For the operator's command, which is where the first admin comes from, and a new password for one who has lost theirs. */
@Injectable()
export class CreateAdmin {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly passwords: Passwords,
    private readonly refreshTokens: RefreshTokenStore,
    private readonly audit: RecordAudit,
    private readonly principals: Principals,
  ) {}

  async execute(admin: AdminToCreate): Promise<CreatedAdmin> {
    const registration = plainToInstance(RegisterDto, { ...admin });
    const { email, password } = registration;
    const known = await this.database.client.user.findUnique({ where: { email }, select: { id: true } });
    if (!known || password !== undefined) await check(registration, known ? ['password'] : undefined);
    const passwordHash = password === undefined ? undefined : await this.passwords.hash(password);
    const done = await inTransaction(async () => {
      const created = passwordHash && !known ? await this.create(registration, passwordHash) : undefined;
      // Whoever registers the e-mail at this very moment makes it a grant after all.
      return created ?? this.promote(email, passwordHash);
    });
    if (!done) throw new DomainError(Problems.conflict);
    return done;
  }

  private async promote(email: string, passwordHash: string | undefined): Promise<CreatedAdmin | undefined> {
    const granted = await this.grant(email);
    if (!granted || passwordHash === undefined) return granted;
    await this.setPassword(granted.userId, passwordHash);
    return { ...granted, password: 'set' };
  }

  /** Whoever had the old password is signed in nowhere any more once their access token has run out. */
  private async setPassword(userId: string, passwordHash: string): Promise<void> {
    await this.database.client.user.update({
      where: { id: userId },
      data: { passwordHash, updatedAt: this.clock.now() },
    });
    await this.refreshTokens.revokeAll(userId);
    await this.audit.execute({
      actorId: 'command',
      action: 'user.password-set',
      objectType: 'user',
      objectId: userId,
    });
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
      return { userId: changed.id, outcome: 'granted', password: 'kept' };
    }
    const user = await this.database.client.user.findUnique({ where: { email }, select: { id: true } });
    return user ? { userId: user.id, outcome: 'unchanged', password: 'kept' } : undefined;
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
    return { userId: user.id, outcome: 'created', password: 'set' };
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

/** The rules of registration hold for a command's arguments too: for all of them, or for those that count. */
async function check(registration: RegisterDto, counting?: readonly (keyof RegisterDto)[]): Promise<void> {
  const refused = (await validate(registration)).filter(
    ({ property }) => !counting || counting.some((one) => one === property),
  );
  const errors = refused.flatMap(({ property, constraints }) =>
    Object.values(constraints ?? {}).map((detail) => ({ pointer: `#/${property}`, detail })),
  );
  if (errors.length > 0)
    throw new DomainError(Problems.validation, errors.map((error) => error.detail).join('; '), errors);
}
