import { Injectable } from '@nestjs/common';
import { Money } from '../../platform/money/index.js';
import { Earnings } from '../earnings/earnings.js';
import { Purchasables } from '../ports/purchasable.js';
import { type PaidPayment, soldItem } from './paid-payments.js';
import type { ReversedParts } from './reverse-sale.js';

/** Tells what was sold that an amount did not go back after all; its entry is taken back by the caller. */
@Injectable()
export class PutBack {
  constructor(
    private readonly purchasables: Purchasables,
    private readonly earnings: Earnings,
  ) {}

  /** In the caller's transaction. `amount` and its parts are what `ReverseSale` had booked for the refund or the dispute. */
  async execute(
    payment: PaidPayment,
    amount: bigint,
    { id, tax, share, loss }: ReversedParts & { readonly id: string },
  ): Promise<void> {
    const money = (minor: bigint) => Money.of(minor, payment.currency);
    const borne = { net: money(amount - tax - share - loss), tax: money(tax) };
    await this.earnings.putBack(payment.id, id);
    await this.purchasables.of(payment.itemKind).putBack?.(soldItem(payment), borne);
  }
}
