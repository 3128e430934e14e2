import { Injectable } from '@nestjs/common';
import { accounts, credit, debit, LockAccount, PostEntry, ReadReceivables } from '../../ledger/index.js';
import { type Disburser, Disbursers } from '../../payments/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Settings } from '../../platform/config/index.js';
import { Database, type PaymentProvider, type Prisma } from '../../platform/database/index.js';
import { DomainError } from '../../platform/errors/index.js';
import { EventBus } from '../../platform/events/index.js';
import { newId } from '../../platform/ids/index.js';
import { limitOf, Money } from '../../platform/money/index.js';
import { PayoutRequested } from './payouts.events.js';
import { PayoutProblems } from './payouts.problems.js';

export type PayoutRow = Prisma.PayoutGetPayload<object>;

export interface PayoutOrder {
  readonly payeeId: string;
  readonly currency: string;
  /** Minor units; all that may be paid out unless told. */
  readonly amount?: number;
  readonly provider?: PaymentProvider;
  /** A user, or `system`. */
  readonly requestedBy: string;
  readonly idempotencyKey: string | null;
  /** When the sweep makes the transfer, unless whoever asked has made it by then. */
  readonly sweptAt: Date;
}

/** Takes earnings out of an instructor's account to be paid out. What is small enough is on its way at once, the rest waits for an admin. */
@Injectable()
export class BeginPayout {
  constructor(
    private readonly lockAccount: LockAccount,
    private readonly readReceivables: ReadReceivables,
    private readonly postEntry: PostEntry,
    private readonly disbursers: Disbursers,
    private readonly database: Database,
    private readonly events: EventBus,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  /**
   * In the caller's transaction. Contends on the row of the earnings' account, whose floor holds what is there: of two at once for all of it,
   * one is paid.
   * @throws PayoutProblems noAccount, owing, tooSmall, tooLarge, insufficient
   */
  async execute(order: PayoutOrder): Promise<PayoutRow> {
    const { payeeId, currency, requestedBy, idempotencyKey } = order;
    const { account, disburser } = await this.accountFor(order);
    const available = Money.of(await this.lockAccount.execute(accounts.earnings(payeeId), currency), currency);
    if (await this.readReceivables.owes(payeeId)) throw new DomainError(PayoutProblems.owing);
    const amount = this.fit(order, disburser, available);
    const now = this.clock.now();
    const free = limitOf(this.settings.PAYOUT_APPROVAL_ABOVE, currency);
    const atOnce = free !== undefined && amount.minor <= free.minor;
    const payout = await this.database.client.payout.create({
      data: {
        ...{ id: newId('payout'), payeeId, currency, amount: amount.minor, requestedBy, idempotencyKey },
        ...{ provider: account.provider, destination: account.externalId, createdAt: now },
        ...(atOnce ? { status: 'IN_TRANSIT', nextTryAt: order.sweptAt } : { status: 'REQUESTED' }),
      },
    });
    await this.postEntry.execute({
      kind: 'payout.started',
      reference: `${payout.id}:started`,
      object: { type: 'payout', id: payout.id },
      actor: requestedBy,
      legs: [debit(accounts.earnings(payeeId), amount), credit(accounts.payoutsInTransit, amount)],
    });
    if (!atOnce) await this.events.publish(new PayoutRequested(payout.id));
    return payout;
  }

  /** The first account that can be paid to in this currency. */
  private async accountFor({ payeeId, currency, provider }: PayoutOrder) {
    const found = await this.database.client.payoutAccount.findMany({
      where: { userId: payeeId, provider, ready: true },
      orderBy: { createdAt: 'asc' },
    });
    for (const account of found) {
      const disburser = this.disbursers.find(account.provider);
      if (disburser?.limits(currency)) return { account, disburser };
    }
    throw new DomainError(PayoutProblems.noAccount);
  }

  /** All that is there, or what was asked for, as far as the provider and the settings send that. */
  private fit({ amount: asked, currency }: PayoutOrder, disburser: Disburser, available: Money): Money {
    const limits = disburser.limits(currency);
    if (!limits) throw new DomainError(PayoutProblems.noAccount);
    const { step, maximum } = limits;
    const least = limitOf(this.settings.PAYOUT_MINIMUMS, currency);
    const minimum = least && least.minor > limits.minimum.minor ? least : limits.minimum;
    const most = available.minor < maximum.minor ? available.minor : maximum.minor;
    const amount = Money.of(asked ?? most - (most % step), currency);
    if (amount.minor > available.minor)
      throw refused(PayoutProblems.insufficient, `${available.toString()} may be paid out`);
    if (amount.minor < minimum.minor)
      throw refused(PayoutProblems.tooSmall, `At least ${minimum.toString()}; ${available.toString()} may be paid out`);
    if (amount.minor > maximum.minor) throw refused(PayoutProblems.tooLarge, `At most ${maximum.toString()} at once`);
    if (amount.minor % step !== 0n)
      throw refused(PayoutProblems.tooSmall, `In multiples of ${Money.of(step, currency).toString()}`);
    return amount;
  }
}

function refused(problem: (typeof PayoutProblems)[keyof typeof PayoutProblems], detail: string): DomainError {
  return new DomainError(problem, detail);
}
