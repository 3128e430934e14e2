import { Injectable } from '@nestjs/common';
import { Recognition } from '../../ledger/index.js';
import { Database } from '../../platform/database/index.js';
import type { Money } from '../../platform/money/index.js';
import type { Borne, SoldItem } from '../ports/purchasable.js';
import { GivenBack, taxGivenBack } from '../refunds/given-back.js';

/** The money of an invoice, or of anything that is delivered over a time, that goes back, or does not after all: its tax in proportion, and the rest out of what it deferred. */
@Injectable()
export class TakeBackInvoice {
  constructor(
    private readonly database: Database,
    private readonly givenBack: GivenBack,
    private readonly recognition: Recognition,
  ) {}

  /** In the transaction that gives it back, which holds the payment's row. */
  async takeBack({ sessionId }: SoldItem, amount: Money): Promise<Borne> {
    const { id, tax: taxAmount, total, currency } = await this.paymentOf(sessionId);
    const tax = taxGivenBack({ taxAmount, total, currency }, await this.givenBack.of(id), amount);
    const net = amount.minus(tax);
    await this.recognition.takeBack(id, net);
    return { net, tax };
  }

  async putBack({ sessionId }: SoldItem, { net }: Borne): Promise<void> {
    const { id } = await this.paymentOf(sessionId);
    await this.recognition.putBack(id, net);
  }

  /** A session has one payment. */
  private paymentOf(sessionId: string) {
    return this.database.client.payment.findFirstOrThrow({
      where: { sessionId },
      select: { id: true, tax: true, total: true, currency: true },
    });
  }
}
