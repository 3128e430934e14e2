import { type DeferredLine, inProportion } from '../../ledger/index.js';
import { Money } from '../../platform/money/index.js';
import type { InvoiceLine, PaidInvoice } from '../ports/subscription-biller.js';

/** How the money of an invoice is booked. */
interface InvoiceMoney {
  readonly tax: Money;
  /** They sum to what came less the tax in it. */
  readonly lines: readonly DeferredLine[];
}

/** What is paid for without saying what. */
const UNKNOWN_PLAN = 'OTHER';

/**
 * What came, divided by what the invoice's lines say. They say the same as a rule; where they do not, as when a credit balance paid for a part
 * or something was taken off the whole, what came is divided in proportion to them: money that came is never refused.
 */
export function moneyOf({ total, lines, paidAt }: PaidInvoice): InvoiceMoney {
  const saying = sumOf(lines.map(grossOf), total).minor > 0n ? lines : lines.filter((line) => grossOf(line).minor > 0n);
  const asked = sumOf(saying.map(grossOf), total);
  if (asked.isZero()) return { tax: Money.zero(total.currency), lines: [atOnce(total, lines[0]?.plan, paidAt)] };
  const tax = sumOf(
    saying.map((line) => line.tax),
    total,
  ).times(total.minor, asked.minor);
  const net = total.minus(tax);
  const nets = saying.map((line) => line.net.minor);
  // Nothing but tax is asked for: what else came is in proportion to what with it is asked.
  const weights = nets.reduce((sum, minor) => sum + minor, 0n) > 0n ? nets : saying.map((line) => grossOf(line).minor);
  const parts = inProportion(net, weights);
  return { tax, lines: saying.map(({ plan, from, until }, index) => ({ plan, from, until, net: parts[index]! })) };
}

function grossOf({ net, tax }: InvoiceLine): Money {
  return net.plus(tax);
}

function sumOf(amounts: readonly Money[], { currency }: Money): Money {
  return amounts.reduce((sum, amount) => sum.plus(amount), Money.zero(currency));
}

function atOnce(net: Money, plan = UNKNOWN_PLAN, at: Date): DeferredLine {
  return { plan, net, from: at, until: at };
}
