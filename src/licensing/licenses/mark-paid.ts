import { Injectable } from '@nestjs/common';
import { accounts, credit, debit, PostEntry } from '../../ledger/index.js';
import { CalculateTax } from '../../payments/index.js';
import { RecordAudit } from '../../platform/audit/index.js';
import type { Principal } from '../../platform/auth/index.js';
import { Database, Transactional } from '../../platform/database/index.js';
import { Money, toJsonAmount } from '../../platform/money/index.js';
import type { MarkPaidDto } from './licenses.dto.js';
import { PayTerm, type TermPayment } from './pay-term.js';
import { LICENSES } from './stream.js';
import type { TermRow } from './term-span.js';

/** The money of an invoice has come to the bank: books it, and the term that was to be paid is. */
@Injectable()
export class MarkPaid {
  constructor(
    private readonly payTerm: PayTerm,
    private readonly calculateTax: CalculateTax,
    private readonly postEntry: PostEntry,
    private readonly audit: RecordAudit,
    private readonly database: Database,
  ) {}

  /**
   * Contends on the licence's row, in `PayTerm`: of several that mark the same term one books it.
   * @throws not found; LicensingProblems nothingToPay, notNow, seatsInUse, termOver
   */
  @Transactional()
  async execute(id: string, invoice: MarkPaidDto, { userId }: Principal): Promise<void> {
    const refusal = await this.payTerm.execute(id, (term) => this.book(term, invoice, userId));
    if (refusal) throw refusal;
  }

  private async book(term: TermRow, { reference, total }: MarkPaidDto, actorId: string): Promise<TermPayment> {
    const { country, region } = (
      await this.database.client.license.findUniqueOrThrow({
        where: { id: term.licenseId },
        select: { organization: true },
      })
    ).organization;
    const price = Money.of(term.price, term.currency);
    const due = this.calculateTax.execute({ amount: price, country, region: region ?? undefined });
    const came = total === undefined ? due.total : Money.of(total, term.currency);
    const tax = due.tax.times(came.minor, due.total.minor);
    const net = came.minus(tax);
    await this.postEntry.execute({
      kind: 'license.invoiced',
      reference: `${term.id}:invoiced`,
      object: { type: 'license-term', id: term.id },
      actor: actorId,
      legs: [
        debit(accounts.bank, came),
        credit(accounts.tax(due.country), tax),
        credit(accounts.deferred(LICENSES), net),
      ],
    });
    await this.audit.execute({
      ...{ actorId, action: 'license.marked-paid', objectType: 'license', objectId: term.licenseId },
      after: { term: term.id, reference, total: toJsonAmount(came.minor), currency: came.currency },
    });
    const facts = { invoiceReference: reference, markedPaidBy: actorId, total: came.minor, tax: tax.minor };
    return { sourceId: term.id, net, facts };
  }
}
