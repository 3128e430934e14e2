import { Injectable, type OnModuleInit } from '@nestjs/common';
import { accounts } from '../../ledger/index.js';
import {
  type Borne,
  type Fulfilment,
  type PaidSession,
  PaymentProblems,
  type Purchasable,
  Purchasables,
  type Quote,
  type SoldItem,
  TakeBackInvoice,
} from '../../payments/index.js';
import type { Principal } from '../../platform/auth/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Database } from '../../platform/database/index.js';
import { DomainError, notFound } from '../../platform/errors/index.js';
import { Money } from '../../platform/money/index.js';
import { LicensingProblems } from '../licensing.problems.js';
import { Tiers } from '../tiers/tiers.js';
import { MoveLicense } from './move-license.js';
import { MoveSoldTerm } from './move-sold-term.js';
import { PayTerm, type TermPayment } from './pay-term.js';
import { LICENSE_KIND, LICENSES } from './stream.js';
import { type TermRow, whyNotPaid } from './term-span.js';

/** The term of a licence that is to be paid, as something to buy: for who handles the licences of its organization, and taxed where that is. */
@Injectable()
export class SellLicense implements Purchasable, OnModuleInit {
  readonly kind = LICENSE_KIND;

  constructor(
    private readonly database: Database,
    private readonly payTerm: PayTerm,
    private readonly moveSoldTerm: MoveSoldTerm,
    private readonly moveLicense: MoveLicense,
    private readonly takeBackInvoice: TakeBackInvoice,
    private readonly tiers: Tiers,
    private readonly purchasables: Purchasables,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.purchasables.register(this);
  }

  /** @throws not found, also for another organization's; why it cannot be paid now; PaymentProblems.currencyNotOffered */
  async quote(licenseId: string, { userId }: Principal, currency?: string): Promise<Quote> {
    const license = await this.database.client.license.findFirst({
      where: { id: licenseId, organization: { admins: { some: { userId } } } },
      include: { organization: true, terms: { where: { status: 'OPEN' } } },
    });
    if (!license) throw notFound('License');
    const term = license.terms[0] ?? null;
    const refusal = whyNotPaid(license, term, this.clock.now());
    if (refusal || !term) throw refusal ?? new DomainError(LicensingProblems.nothingToPay);
    if (currency !== undefined && currency !== term.currency)
      throw new DomainError(PaymentProblems.currencyNotOffered, `Sold in: ${term.currency}`);
    const { country, region } = license.organization;
    return {
      title: `${this.tiers.get(license.tier).name}: ${count(term.seats, 'seat')} for ${count(term.months, 'month')}`,
      price: Money.of(term.price, term.currency),
      income: accounts.deferred(LICENSES),
      isSale: true,
      place: { country, ...(region !== null && { region }) },
    };
  }

  async fulfil(session: PaidSession): Promise<Fulfilment> {
    const refusal = await this.payTerm.execute(session.itemId, (term) => this.payment(term, session));
    return refusal ? { fulfilled: false, reason: refusal.problem } : { fulfilled: true };
  }

  suspend(sold: SoldItem): Promise<void> {
    return this.moveSoldTerm.suspend(sold);
  }

  restore(sold: SoldItem): Promise<void> {
    return this.moveSoldTerm.restore(sold);
  }

  revoke(sold: SoldItem): Promise<void> {
    return this.moveSoldTerm.revoke(sold);
  }

  /** The licence first: who ends its deferrals holds it, too. */
  async takeBack(sold: SoldItem, amount: Money): Promise<Borne> {
    await this.moveLicense.lock(sold.itemId);
    return this.takeBackInvoice.takeBack(sold, amount);
  }

  async putBack(sold: SoldItem, borne: Borne): Promise<void> {
    await this.moveLicense.lock(sold.itemId);
    await this.takeBackInvoice.putBack(sold, borne);
  }

  /** A session that was begun before the term was offered was begun for another, even if that cost the same. */
  private async payment(term: TermRow, { id, listPrice, paid, tax }: PaidSession): Promise<TermPayment | undefined> {
    const { createdAt, payments } = await this.database.client.paymentSession.findUniqueOrThrow({
      where: { id },
      select: { createdAt: true, payments: { select: { id: true } } },
    });
    const [payment] = payments;
    if (!payment || createdAt < term.createdAt || !listPrice.equals(Money.of(term.price, term.currency)))
      return undefined;
    return { sourceId: payment.id, net: paid.minus(tax), facts: { paymentSessionId: id } };
  }
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
