import { Injectable, Logger } from '@nestjs/common';
import {
  accounts,
  anybodyOwes,
  credit,
  debit,
  LedgerRefusal,
  PostEntry,
  ReadReceivables,
  type Receivable,
} from '../../ledger/index.js';
import { inTransaction } from '../../platform/database/index.js';
import { Sweep } from '../../platform/jobs/index.js';
import { Money } from '../../platform/money/index.js';

const BATCH = 20;

/** Takes what an owner owes us out of their earnings or their wallet as soon as there is something in it. */
@Injectable()
export class SettleReceivables {
  private readonly logger = new Logger(SettleReceivables.name);

  constructor(
    private readonly readReceivables: ReadReceivables,
    private readonly postEntry: PostEntry,
  ) {}

  @Sweep('wallets.receivables', 2_000, () => anybodyOwes)
  async run(): Promise<number> {
    let settled = 0;
    for (const receivable of await this.readReceivables.settleable(BATCH))
      if (await this.settle(receivable)) settled += 1;
    return settled;
  }

  /**
   * Contends on the debt's own entry reference, which names the state of the debt that it was read in: of two processes that read the
   * same one, the second posts nothing.
   */
  private async settle({ ownerId, from, currency, owed, available, sequence }: Receivable): Promise<boolean> {
    const amount = Money.of(owed < available || owed < 0n ? owed : available, currency);
    const sums = [debit(accounts[from](ownerId), amount), credit(accounts.receivable(ownerId), amount)];
    try {
      await inTransaction(() =>
        this.postEntry.execute({
          kind: 'receivable.settled',
          reference: `receivable:${ownerId}:${currency}:${sequence}`,
          object: { type: from, id: ownerId },
          actor: 'system',
          legs: sums,
        }),
      );
      return true;
    } catch (error) {
      // Spent, or settled by another process, since it was read; the next look will tell.
      if (error instanceof LedgerRefusal) return false;
      this.logger.error({ err: error, owner: ownerId }, 'a debt could not be settled');
      return false;
    }
  }
}
