import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestPlatform, type TestPlatform } from '../../../test/support/platform.js';
import { Database, type Prisma } from '../../platform/database/index.js';
import { newId } from '../../platform/ids/index.js';
import { letters } from './letters.js';
import { LetterDesk, at, body, composing } from '../../../test/support/letter-desk.js';

let platform: TestPlatform;
let client: Prisma.TransactionClient;
let desk: LetterDesk;
beforeAll(async () => {
  platform = await startTestPlatform(composing, {
    MAIL_FROM: 'School of Light <pay@school.example>',
    MAIL_REPLY_TO: 'help@school.example',
  });
  client = platform.module.get(Database).client;
  desk = new LetterDesk(platform, client);
});
afterAll(() => platform.close());

it('every letter has a template, and every template a letter', () => {
  const templates = readdirSync(new URL('../templates', import.meta.url)).filter((file) => !file.startsWith('layout'));
  expect(templates.toSorted()).toEqual(
    Object.keys(letters)
      .map((name) => `${name}.eta`)
      .toSorted(),
  );
});

describe('of a refund', () => {
  const refund = (changes: Partial<Prisma.RefundUncheckedCreateInput> = {}) =>
    client.refund.create({
      data: {
        id: newId('refund'),
        paymentId: desk.paymentId,
        amount: 9999n,
        currency: 'USD',
        reason: 'You asked us to',
        status: 'SUCCEEDED',
        createdAt: at('11:00'),
        settledAt: at('11:02'),
        ...changes,
      },
    });

  it('in full', async () => {
    await desk.sale();
    const { id } = await refund();
    const email = await desk.compose('refund', id);
    expect(email.subject).toBe('Your refund: Swahili for beginners');
    expect(body(email)).toBe(`We have refunded your payment for “Swahili for beginners” in full.

Refunded: $99.99
Reason: You asked us to
Goes to: The card or account that you paid with; it may take 5 to 10 working days to show there
Refunded on: 21 November 2026, 14:02 GMT+3
Payment: ${desk.paymentId}
Refund: ${id}
`);
  });

  it('in part, into the wallet', async () => {
    await desk.sale({}, { refundedAmount: 3000n, status: 'PARTIALLY_REFUNDED' });
    const { id } = await refund({ amount: 2000n, destination: 'WALLET' });
    expect(body(await desk.compose('refund', id)))
      .toContain(`We have refunded a part of your payment for “Swahili for beginners”.

Refunded: $20.00
Paid: $99.99
Refunded altogether: $30.00
Reason: You asked us to
Goes to: Your wallet
`);
  });

  it('of money that fitted nothing', async () => {
    await desk.sale();
    const { id } = await refund({ transactionId: newId('event'), reason: 'PAID_TWICE' });
    const text = body(await desk.compose('refund', id));
    expect(text).toMatch(
      /^We have given back \$99.99 that came for “Swahili for beginners” and could not be used.\n\nRefunded: /,
    );
    expect(text).toContain('Reason: It had already been paid\n');
    expect(text).not.toContain('Refunded altogether');
  });

  it('that is undone by now is not told', async () => {
    await desk.sale();
    const { id } = await refund({ status: 'FAILED' });
    expect(await desk.compose('refund', id)).toBeUndefined();
  });

  it('that failed, to the buyer and to an admin', async () => {
    await desk.sale();
    const { id } = await refund({
      status: 'FAILED',
      failureReason: 'expired_or_canceled_card',
      providerRefundId: `re_${newId('refund')}`,
    });
    const buyer = await desk.compose('refund-failed', id);
    expect(buyer.subject).toBe('A problem with your refund: Swahili for beginners');
    expect(body(buyer))
      .toBe(`Your refund of $99.99 for “Swahili for beginners” did not get through to you. The money is not lost: we have it, we know about it and we will be in touch. You need not do anything.

Amount: $99.99
Payment: ${desk.paymentId}
Refund: ${id}
`);
    const admin = await desk.compose('refund-failed-for-admins', id);
    expect(admin.subject).toBe(`Refund failed: $99.99, ${id}`);
    expect(body(admin)).toContain(
      'Why it failed: expired_or_canceled_card\nReason of the refund: You asked us to\nProvider: STRIPE\nThere it is: re_',
    );
    expect(body(admin)).toContain(`Buyer: usr_1\nPayment: ${desk.paymentId}\nRefund: ${id}\n`);
  });

  it.each([
    ['PAID_TWICE', 'it had already been paid'],
    ['AMOUNT_MISMATCH', 'the amount that came is not the amount that was asked for'],
    ['COURSE_FULL', 'there was no place left in it when the payment came'],
    ['ALREADY_ENROLLED', 'you already have this course'],
    ['SOMETHING_NEW', 'what it was for could no longer be given'],
  ])('to come, of money that fits nothing: %s', async (reason, words) => {
    await desk.sale();
    const { id } = await refund({
      transactionId: newId('event'),
      reason,
      status: 'PENDING',
      amount: 500n,
      settledAt: null,
    });
    const email = await desk.compose('payment-unapplied', id);
    expect(email.subject).toBe('Your payment is being given back: Swahili for beginners');
    expect(body(email))
      .toBe(`We have received $5.00 from you for “Swahili for beginners” and could not use the money: ${words}. We are giving it back in full. You need not do anything, and you will hear from us when it is done.

Amount: $5.00
Goes to: The card or account that you paid with; it may take 5 to 10 working days to show there
Received on: 21 November 2026, 14:00 GMT+3
Payment: ${desk.paymentId}
Refund: ${id}
`);
  });
});

describe('of a dispute', () => {
  beforeEach(() => desk.sale());
  const dispute = (changes: Pick<Partial<Prisma.DisputeUncheckedCreateInput>, 'status' | 'dueBy' | 'closedAt'> = {}) =>
    client.dispute.create({
      data: {
        id: newId('dispute'),
        provider: 'STRIPE',
        externalId: `du_${newId('dispute')}`,
        paymentId: desk.paymentId,
        transactionId: 'pi_1',
        status: 'NEEDS_RESPONSE',
        reason: 'product_not_received',
        amount: 9999n,
        currency: 'USD',
        dueBy: new Date('2026-12-01T23:59:00Z'),
        openedAt: at('12:00'),
        ...changes,
      },
    });

  it('that is opened, with its deadline', async () => {
    const { id, externalId } = await dispute();
    const email = await desk.compose('dispute-opened', id);
    expect(email.subject).toBe('Dispute opened: $99.99, answer by 2 December 2026, 02:59 GMT+3');
    expect(body(email))
      .toBe(`A buyer's bank disputes a payment of “Swahili for beginners”. The buyer's access is suspended until it is decided.

Give evidence in the provider's dashboard before the deadline: without an answer the dispute is lost.

Amount: $99.99
Reason: product not received
Answer by: 2 December 2026, 02:59 GMT+3
Opened on: 21 November 2026, 15:00 GMT+3
Provider: STRIPE
There it is: ${externalId}
Buyer: usr_1
Payment: ${desk.paymentId}
Dispute: ${id}
`);
  });

  it('that is only an inquiry, without a deadline', async () => {
    const { id } = await dispute({ status: 'INQUIRY', dueBy: null });
    const email = await desk.compose('dispute-opened', id);
    expect(email.subject).toBe('Dispute opened: $99.99');
    expect(body(email)).toMatch(
      /^A buyer's bank asks about a payment of “Swahili for beginners”. No money has been taken so far; an answer may keep it so.\n\nAmount: /,
    );
  });

  it.each([
    ['WON', 'won', 'The bank has decided for us. The money is ours again.'],
    ['LOST', 'lost', 'The bank has decided for the buyer. The money is gone for good.'],
    ['CLOSED', 'closed', 'It came to nothing. No money was taken by it.'],
  ] as const)('that is %s', async (status, outcome, meaning) => {
    const { id } = await dispute({ status, closedAt: at('13:00') });
    const email = await desk.compose('dispute-closed', id);
    expect(email.subject).toBe(`Dispute ${outcome}: $99.99`);
    expect(body(email)).toContain(
      `The dispute of a payment of “Swahili for beginners” is ${outcome}. ${meaning}\n\nAmount: $99.99\n`,
    );
    expect(body(email)).toContain('Closed on: 21 November 2026, 16:00 GMT+3\n');
  });
});

describe('of tokens', () => {
  const userId = newId('user');
  const came = async (type: 'AWARD' | 'BONUS', amount: bigint, sequence: number) => {
    const id = newId('tokenTransaction');
    await client.tokenAccount.createMany({ data: [{ userId }], skipDuplicates: true });
    const reason = type === 'AWARD' ? 'Completed “Swahili”' : 'A streak of 30 days';
    await client.tokenTransaction.create({
      data: {
        ...{ id, userId, sequence, type, amount, balance: 1200n + amount, reason },
        ...{ sourceEvent: `test:${sequence}`, actorId: 'system', createdAt: at('10:05') },
      },
    });
    return desk.compose('token-award', id);
  };

  it('that somebody was awarded', async () => {
    const email = await came('AWARD', 1000n, 1);
    expect(email.subject).toBe('You got 1,000 tokens');
    expect(body(email)).toBe(`You got 1,000 tokens. You can turn them into a coupon or into credit in your wallet.

For: Completed “Swahili”
Tokens: 1,000 tokens
You had then: 2,200 tokens
On: 21 November 2026, 13:05 GMT+3
`);
  });

  it('that a streak brought, and be it one', async () => {
    const email = await came('BONUS', 1n, 2);
    expect(email.subject).toBe('You got 1 token');
    expect(body(email)).toContain(
      'Keep it up! Your streak has brought you a bonus of 1 token. You can turn them into a coupon',
    );
  });
});
