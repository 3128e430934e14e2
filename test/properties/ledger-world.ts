import { Transfer } from '../../src/finance/wallets/transfer.js';
import {
  accounts,
  credit,
  debit,
  LedgerRefusal,
  type NewEntry,
  PlaceHold,
  PostEntry,
  ResolveHold,
} from '../../src/ledger/index.js';
import { FoldDeltas } from '../../src/ledger/upkeep/fold-deltas.js';
import { CreateSession } from '../../src/payments/checkout/create-session.js';
import { Database, inTransaction, Prisma } from '../../src/platform/database/index.js';
import { DomainError } from '../../src/platform/errors/index.js';
import { newId } from '../../src/platform/ids/index.js';
import { Money } from '../../src/platform/money/index.js';
import type { TestApp } from '../support/app.js';
import { type Action, COURSE_PRICE, type Currency, type Outcome, OWNERS, shareOf } from './ledger-actions.js';

interface WorldHold {
  id: string;
  owner: number;
  amount: Money;
  reference: string;
}

/** Some new people in a running application, and what they do there, by the operations that the API calls. */
export class LedgerWorld {
  readonly holds: WorldHold[] = [];
  readonly topUps: NewEntry[] = [];
  /** What has come into the wallets and not left them, by the answers given: the sum that their balances must have. */
  readonly inside: Record<Currency, number> = { USD: 0, EUR: 0 };
  private number = 0;

  private constructor(
    private readonly app: TestApp,
    private readonly courses: Record<Currency, string>,
    private readonly people: string[],
  ) {}

  static async open(app: TestApp, courses: Record<Currency, string>): Promise<LedgerWorld> {
    const people = Array.from({ length: OWNERS }, () => newId('user'));
    const now = app.clock.now();
    await app.app.get(Database).client.user.createMany({
      data: people.map((id) => ({ id, name: 'Somebody', roles: ['STUDENT'], createdAt: now, updatedAt: now })),
    });
    return new LedgerWorld(app, courses, people);
  }

  /** Refusals are outcomes; anything else that is thrown is a failure of the property. */
  async perform(action: Action): Promise<Outcome> {
    try {
      return await this.act(action);
    } catch (error) {
      if (error instanceof LedgerRefusal) return error.rule;
      if (error instanceof DomainError) return error.problem.code;
      throw error;
    }
  }

  async state(): Promise<Record<string, { balance: number; held: number }>> {
    const rows = await this.app.app.get(Database).rows<{
      owner: string;
      currency: string;
      balance: bigint;
      held: bigint;
    }>(Prisma.sql`SELECT owner_id AS owner, currency, balance, held FROM ledger_accounts WHERE strict AND owner_id = ANY(${this.people})`);
    return Object.fromEntries(
      rows.map(({ owner, currency, balance, held }) => [
        `${this.people.indexOf(owner)} ${currency}`,
        { balance: Number(balance), held: Number(held) },
      ]),
    );
  }

  /** What the open holds come to, read from the holds themselves. */
  async openHolds(): Promise<number> {
    const open = await this.app.app.get(Database).row<{ sum: bigint }>(
      Prisma.sql`SELECT coalesce(sum(amount), 0)::bigint AS sum FROM ledger_holds
        WHERE status = 'OPEN' AND starts_with(reference, ${this.reference('')})`,
    );
    return Number(open!.sum);
  }

  private async act(action: Action): Promise<Outcome> {
    switch (action.kind) {
      case 'topUp':
        return this.topUp(action.owner, Money.of(action.amount, action.currency));
      case 'takeBack':
        return this.takeBack(this.topUps[action.topUp % this.topUps.length]!);
      case 'replay':
        return this.replay(this.topUps[action.topUp % this.topUps.length]!, action.changed);
      case 'hold':
        return this.hold(action.owner, Money.of(action.amount, action.currency));
      case 'holdAgain':
        return this.holdAgain(this.holds[action.hold % this.holds.length]!, action.changed);
      case 'capture':
        return this.capture(this.holds[action.hold % this.holds.length]!, action.share);
      case 'release':
        return (await this.app.app.get(ResolveHold).release(this.holds[action.hold % this.holds.length]!.id))
          ? 'done'
          : 'not open';
      case 'transfer':
        await this.app.app
          .get(Transfer)
          .execute(
            { toUserId: this.people[action.to]!, amount: action.amount, currency: action.currency },
            this.principal(action.from),
          );
        return 'done';
      case 'buy':
        await this.app.app
          .get(CreateSession)
          .execute(
            { itemKind: 'course', itemId: this.courses[action.currency], provider: 'WALLET' },
            this.principal(action.owner),
          );
        this.inside[action.currency] -= COURSE_PRICE;
        return 'done';
      case 'fold':
        await this.app.app.get(FoldDeltas).run();
        return 'done';
    }
  }

  private async topUp(owner: number, money: Money): Promise<Outcome> {
    const entry = this.entry('top-up', this.reference(`top-up:${(this.number += 1)}`), owner, money.negated());
    const outcome = await this.post(entry);
    this.topUps.push(entry);
    this.count(money.currency, money);
    return outcome;
  }

  private async takeBack(topUp: NewEntry): Promise<Outcome> {
    const legs = topUp.legs.map(({ account, amount }) => ({ account, amount: amount.negated() }));
    const outcome = await this.post({ ...topUp, kind: 'taken-back', reference: `${topUp.reference}:back`, legs });
    if (outcome === 'done') this.count(legs[0]!.amount.currency, legs[0]!.amount.negated());
    return outcome;
  }

  private replay(topUp: NewEntry, changed: boolean): Promise<Outcome> {
    return this.post(changed ? { ...topUp, kind: 'something else' } : topUp);
  }

  private async hold(owner: number, amount: Money): Promise<Outcome> {
    const reference = this.reference(`hold:${(this.number += 1)}`);
    const id = await this.app.app.get(PlaceHold).execute(this.wallet(owner), amount, reference);
    this.holds.push({ id, owner, amount, reference });
    return 'done';
  }

  private async holdAgain({ id, owner, amount, reference }: WorldHold, changed: boolean): Promise<Outcome> {
    const asked = changed ? amount.plus(Money.of(1, amount.currency)) : amount;
    const standing = await this.app.app.get(PlaceHold).execute(this.wallet(owner), asked, reference);
    return standing === id ? 'replayed' : `placed twice: ${standing}`;
  }

  private async capture({ id, owner, amount }: WorldHold, share: number): Promise<Outcome> {
    const taken = Money.of(shareOf(Number(amount.minor), share), amount.currency);
    const entry = this.entry('seat', this.reference(`seat:${(this.number += 1)}`), owner, taken);
    if (!(await this.app.app.get(ResolveHold).capture(id, taken, entry))) return 'not open';
    this.count(taken.currency, taken.negated());
    return 'done';
  }

  /** In a transaction, as every feature posts: one that loses to another's lock is run again. */
  private async post(entry: NewEntry): Promise<Outcome> {
    const id = newId('ledgerEntry');
    const posted = await inTransaction(() => this.app.app.get(PostEntry).execute(entry, id));
    return posted === id ? 'done' : 'replayed';
  }

  private entry(kind: string, reference: string, owner: number, outOfWallet: Money): NewEntry {
    const other = outOfWallet.isNegative() ? accounts.provider('STRIPE') : accounts.revenue('sessions');
    return {
      kind,
      reference,
      object: { type: 'test', id: 'property' },
      effectiveAt: this.app.clock.now(),
      actor: 'system',
      legs: [debit(this.wallet(owner), outOfWallet), credit(other, outOfWallet)],
    };
  }

  private count(currency: string, money: Money): void {
    this.inside[currency as Currency] += Number(money.minor);
  }

  private reference(name: string): string {
    return `${this.people[0]}:${name}`;
  }

  private wallet(owner: number) {
    return accounts.wallet(this.people[owner]!);
  }

  private principal(owner: number) {
    return { userId: this.people[owner]!, roles: ['STUDENT' as const], timeZone: 'UTC' };
  }
}
