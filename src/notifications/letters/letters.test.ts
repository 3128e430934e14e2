import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestPlatform, type TestPlatform } from '../../../test/support/platform.js';
import { Database, type Prisma } from '../../platform/database/index.js';
import { newId } from '../../platform/ids/index.js';
import { ComposeEmail, type ComposedEmail } from './compose-email.js';
import { type LetterName, letters } from './letters.js';

let platform: TestPlatform;
let client: Prisma.TransactionClient;
beforeAll(async () => {
  platform = await startTestPlatform([ComposeEmail], {
    MAIL_FROM: 'School of Light <pay@school.example>',
    MAIL_REPLY_TO: 'help@school.example',
  });
  client = platform.module.get(Database).client;
});
afterAll(() => platform.close());

const at = (time: string) => new Date(`2026-11-21T${time}:00Z`);
let paymentId: string;

/** A sale of 99.99 USD, with what is different this time. */
async function sale(
  ofSession: Partial<Prisma.PaymentSessionCreateInput> = {},
  ofPayment: Partial<Prisma.PaymentUncheckedCreateInput> = {},
): Promise<void> {
  const session = {
    id: newId('paymentSession'),
    userId: 'usr_1',
    itemKind: 'course',
    itemId: 'crs_1',
    title: 'Swahili for beginners',
    amount: 9999n,
    finalAmount: 9999n,
    currency: 'USD',
    income: {},
    returnUrl: '',
    cancelUrl: '',
    createdAt: at('09:00'),
    expiresAt: at('10:30'),
    ...ofSession,
  };
  await client.paymentSession.create({ data: session });
  ({ id: paymentId } = await client.payment.create({
    data: {
      id: newId('payment'),
      sessionId: session.id,
      userId: 'usr_1',
      provider: 'STRIPE',
      status: 'COMPLETED',
      amount: session.amount,
      total: session.finalAmount,
      currency: session.currency,
      createdAt: at('09:00'),
      completedAt: at('10:05'),
      ...ofPayment,
    },
  }));
}

async function compose(name: LetterName, objectId: string, reader = {}): Promise<ComposedEmail> {
  const email = await platform.module
    .get(ComposeEmail)
    .execute(name, objectId, { name: 'Juma Otieno', timeZone: 'Africa/Nairobi', ...reader });
  return email!;
}

/** The text without what every letter has. */
const body = ({ text }: ComposedEmail) =>
  text.replace('Hello Juma Otieno,\n\n', '').replace('\nQuestions? Just answer this e-mail.\nSchool of Light\n', '');

it('every letter has a template, and every template a letter', () => {
  const templates = readdirSync(new URL('../templates', import.meta.url)).filter((file) => !file.startsWith('layout'));
  expect(templates.toSorted()).toEqual(
    Object.keys(letters)
      .map((name) => `${name}.eta`)
      .toSorted(),
  );
});

describe('the receipt', () => {
  const receipt = () => compose('payment-receipt', paymentId);

  it('of a plain sale', async () => {
    await sale();
    const email = await receipt();
    expect(email.subject).toBe('Your receipt: Swahili for beginners');
    expect(email.text).toBe(`Hello Juma Otieno,

Thank you. Your payment of $99.99 for “Swahili for beginners” is complete.

Bought: Swahili for beginners
Price: $99.99
Total: $99.99
Paid with: Card or account, through Stripe
Paid on: 21 November 2026, 13:05 GMT+3
Payment: ${paymentId}

Questions? Just answer this e-mail.
School of Light
`);
  });

  it('with a discount, with tax on top of the rest, with a saved card', async () => {
    const method = await client.paymentMethod.create({
      data: {
        id: newId('paymentMethod'),
        userId: 'usr_1',
        provider: 'STRIPE',
        externalId: 'pm_1',
        type: 'card',
        brand: 'visa',
        last4: '4242',
        createdAt: at('09:00'),
      },
    });
    await sale(
      { discountAmount: 1000n, taxAmount: 1710n, finalAmount: 10_709n, taxRate: 190_000, taxCountry: 'DE' },
      { discount: 1000n, tax: 1710n, methodId: method.id },
    );
    expect(body(await receipt())).toContain(`Price: $99.99
Discount: −$10.00
Tax, 19% in Germany: $17.10
Total: $107.09
Paid with: Visa ending in 4242
`);
  });

  it('with tax in the price', async () => {
    await sale({ taxAmount: 1596n, taxRate: 190_000, taxCountry: 'DE' }, { tax: 1596n });
    expect(body(await receipt())).toContain(`Price: $99.99
Total: $99.99
Of which tax, 19% in Germany: $15.96
`);
  });

  it('of nothing to pay', async () => {
    await sale({ discountAmount: 9999n, finalAmount: 0n }, { discount: 9999n });
    const text = body(await receipt());
    expect(text).toContain('Discount: −$99.99\nTotal: $0.00\nPaid on:');
    expect(text).not.toContain('Paid with');
  });

  it.each([
    ['JPY', 500n, '¥500'],
    ['KWD', 12_345n, 'KWD 12.345'],
  ])('of a top-up in %s', async (currency, amount, words) => {
    await sale({ itemKind: 'wallet-topup', title: 'Wallet top-up', currency, amount, finalAmount: amount });
    const email = await receipt();
    expect(email.subject).toBe('Your receipt: Wallet top-up');
    expect(body(email)).toMatch(/^Thank you. Your payment is complete, and .* have been added to your wallet.\n/);
    expect(body(email)).toContain(`and ${words} have been added`);
    expect(body(email)).toContain(`Total: ${words}\n`);
  });

  it('of money that came late', async () => {
    await sale({ expiresAt: at('10:00') });
    expect(body(await receipt())).toContain(
      'It reached us after the checkout had ended; what you bought is yours all the same.\n',
    );
  });

  it('escapes what others have written, in HTML, and keeps it in its line', async () => {
    await sale({ title: '<script>alert("1")</script> & \n\n- Total: $0.00\nBcc: x' });
    const email = await compose('payment-receipt', paymentId, { name: '<b>Juma</b>\n\nx' });
    expect(email.subject).toBe('Your receipt: <script>alert("1")</script> & - Total: $0.00 Bcc: x');
    expect(email.html).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; - Total: $0.00 Bcc: x</td>');
    expect(email.html).toContain('Hello &lt;b&gt;Juma&lt;/b&gt; x,');
    expect(email.html).not.toMatch(/<script|<b>/);
    expect(email.text.match(/^Total:/gm)).toHaveLength(1);
  });

  it('as HTML says the same, asks for nothing from elsewhere and runs nothing', async () => {
    await sale();
    const { html, subject } = await receipt();
    expect(html).toContain(`<title>${subject}</title>`);
    expect(html).toContain('>Total</th>');
    expect(html).toContain('>$99.99</td>');
    expect(html).toContain('<meta name="color-scheme" content="light dark">');
    expect(html).not.toMatch(/<img|<link|<script|src=|url\(|href=/);
  });
});

describe('of a refund', () => {
  const refund = (changes: Partial<Prisma.RefundUncheckedCreateInput> = {}) =>
    client.refund.create({
      data: {
        id: newId('refund'),
        paymentId: paymentId,
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
    await sale();
    const { id } = await refund();
    const email = await compose('refund', id);
    expect(email.subject).toBe('Your refund: Swahili for beginners');
    expect(body(email)).toBe(`We have refunded your payment for “Swahili for beginners” in full.

Refunded: $99.99
Reason: You asked us to
Goes to: The card or account that you paid with; it may take 5 to 10 working days to show there
Refunded on: 21 November 2026, 14:02 GMT+3
Payment: ${paymentId}
Refund: ${id}
`);
  });

  it('in part, into the wallet', async () => {
    await sale({}, { refundedAmount: 3000n, status: 'PARTIALLY_REFUNDED' });
    const { id } = await refund({ amount: 2000n, destination: 'WALLET' });
    expect(body(await compose('refund', id)))
      .toContain(`We have refunded a part of your payment for “Swahili for beginners”.

Refunded: $20.00
Paid: $99.99
Refunded altogether: $30.00
Reason: You asked us to
Goes to: Your wallet
`);
  });

  it('of money that fitted nothing', async () => {
    await sale();
    const { id } = await refund({ transactionId: newId('event'), reason: 'PAID_TWICE' });
    const text = body(await compose('refund', id));
    expect(text).toMatch(
      /^We have given back \$99.99 that came for “Swahili for beginners” and could not be used.\n\nRefunded: /,
    );
    expect(text).toContain('Reason: It had already been paid\n');
    expect(text).not.toContain('Refunded altogether');
  });

  it('that is undone by now is not told', async () => {
    await sale();
    const { id } = await refund({ status: 'FAILED' });
    expect(await compose('refund', id)).toBeUndefined();
  });

  it('that failed, to the buyer and to an admin', async () => {
    await sale();
    const { id } = await refund({
      status: 'FAILED',
      failureReason: 'expired_or_canceled_card',
      providerRefundId: `re_${newId('refund')}`,
    });
    const buyer = await compose('refund-failed', id);
    expect(buyer.subject).toBe('A problem with your refund: Swahili for beginners');
    expect(body(buyer))
      .toBe(`Your refund of $99.99 for “Swahili for beginners” did not get through to you. The money is not lost: we have it, we know about it and we will be in touch. You need not do anything.

Amount: $99.99
Payment: ${paymentId}
Refund: ${id}
`);
    const admin = await compose('refund-failed-for-admins', id);
    expect(admin.subject).toBe(`Refund failed: $99.99, ${id}`);
    expect(body(admin)).toContain(
      'Why it failed: expired_or_canceled_card\nReason of the refund: You asked us to\nProvider: STRIPE\nThere it is: re_',
    );
    expect(body(admin)).toContain(`Buyer: usr_1\nPayment: ${paymentId}\nRefund: ${id}\n`);
  });

  it.each([
    ['PAID_TWICE', 'it had already been paid'],
    ['AMOUNT_MISMATCH', 'the amount that came is not the amount that was asked for'],
    ['ALREADY_ENROLLED', 'you already have this course'],
    ['SOMETHING_NEW', 'what it was for could no longer be given'],
  ])('to come, of money that fits nothing: %s', async (reason, words) => {
    await sale();
    const { id } = await refund({
      transactionId: newId('event'),
      reason,
      status: 'PENDING',
      amount: 500n,
      settledAt: null,
    });
    const email = await compose('payment-unapplied', id);
    expect(email.subject).toBe('Your payment is being given back: Swahili for beginners');
    expect(body(email))
      .toBe(`We have received $5.00 from you for “Swahili for beginners” and could not use the money: ${words}. We are giving it back in full. You need not do anything, and you will hear from us when it is done.

Amount: $5.00
Goes to: The card or account that you paid with; it may take 5 to 10 working days to show there
Received on: 21 November 2026, 14:00 GMT+3
Payment: ${paymentId}
Refund: ${id}
`);
  });
});

describe('of a dispute', () => {
  beforeEach(() => sale());
  const dispute = (changes: Pick<Partial<Prisma.DisputeUncheckedCreateInput>, 'status' | 'dueBy' | 'closedAt'> = {}) =>
    client.dispute.create({
      data: {
        id: newId('dispute'),
        provider: 'STRIPE',
        externalId: `du_${newId('dispute')}`,
        paymentId: paymentId,
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
    const email = await compose('dispute-opened', id);
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
Payment: ${paymentId}
Dispute: ${id}
`);
  });

  it('that is only an inquiry, without a deadline', async () => {
    const { id } = await dispute({ status: 'INQUIRY', dueBy: null });
    const email = await compose('dispute-opened', id);
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
    const email = await compose('dispute-closed', id);
    expect(email.subject).toBe(`Dispute ${outcome}: $99.99`);
    expect(body(email)).toContain(
      `The dispute of a payment of “Swahili for beginners” is ${outcome}. ${meaning}\n\nAmount: $99.99\n`,
    );
    expect(body(email)).toContain('Closed on: 21 November 2026, 16:00 GMT+3\n');
  });
});
