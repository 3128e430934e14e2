import { Injectable } from '@nestjs/common';
import { Recognition } from '../../ledger/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Database } from '../../platform/database/index.js';
import { DomainError } from '../../platform/errors/index.js';
import type { Money } from '../../platform/money/index.js';
import { LicensingProblems } from '../licensing.problems.js';
import { EndDeferrals } from './end-deferrals.js';
import { MoveLicense } from './move-license.js';
import { dueNotice } from './next-look.js';
import { LICENSES } from './stream.js';
import { spanOf, type TermRow, whyNotPaid } from './term-span.js';

/** What a term was paid by. */
export interface TermPayment {
  /** What its deferral is known by: the payment, or the term itself. */
  readonly sourceId: string;
  /** What came, less tax. */
  readonly net: Money;
  readonly facts:
    Pick<TermRow, 'paymentSessionId'> | Pick<TermRow, 'invoiceReference' | 'markedPaidBy' | 'total' | 'tax'>;
}

/** The one way in which a term of a licence becomes paid, whatever it is paid by: from here on the licence runs until its end. */
@Injectable()
export class PayTerm {
  constructor(
    private readonly database: Database,
    private readonly moveLicense: MoveLicense,
    private readonly recognition: Recognition,
    private readonly endDeferrals: EndDeferrals,
    private readonly clock: Clock,
  ) {}

  /**
   * In the caller's transaction, which books the money. Contends on the licence's row with every other payment and change of it: whoever comes
   * second finds no term that is to be paid.
   * @param pay by what the term is paid; undefined when the money is not for it
   * @returns why it cannot be paid, if so; then nothing was done
   */
  async execute(
    licenseId: string,
    pay: (term: TermRow) => Promise<TermPayment | undefined>,
  ): Promise<DomainError | undefined> {
    const license = await this.moveLicense.lock(licenseId);
    const now = this.clock.now();
    const term = await this.database.client.licenseTerm.findFirst({ where: { licenseId, status: 'OPEN' } });
    const refusal = whyNotPaid(license, term, now);
    if (refusal || !term) return refusal;
    const payment = await pay(term);
    if (!payment) return new DomainError(LicensingProblems.termChanged);
    const span = spanOf(term, license, now);
    await this.database.client.licenseTerm.update({
      where: { id: term.id, status: 'OPEN' },
      data: { ...payment.facts, ...span, status: 'PAID', paidAt: now, updatedAt: now },
    });
    if (term.start === 'NOW') await this.endDeferrals.execute(licenseId, now, term.id);
    const line = { plan: license.tier, net: payment.net, ...span };
    await this.recognition.defer(payment.sourceId, LICENSES, [line]);
    const paid = { expiresAt: span.until, seats: term.seats, noticedDays: null };
    // Who pays for a month is not told in the same moment that it ends in a month.
    const known = span.from < now ? null : dueNotice(now, { ...license, ...paid });
    await this.moveLicense.execute(license, { ...paid, noticedDays: known ?? null });
    return undefined;
  }
}
