import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestPlatform, type TestPlatform } from '../../../test/support/platform.js';
import { Database, type Prisma } from '../../platform/database/index.js';
import { newId } from '../../platform/ids/index.js';
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

describe('the receipt', () => {
  const receipt = () => desk.compose('payment-receipt', desk.paymentId);

  it('of a plain sale', async () => {
    await desk.sale();
    const email = await receipt();
    expect(email.subject).toBe('Your receipt: Swahili for beginners');
    expect(email.text).toBe(`Hello Juma Otieno,

Thank you. Your payment of $99.99 for “Swahili for beginners” is complete.

Bought: Swahili for beginners
Price: $99.99
Total: $99.99
Paid with: Card or account, through Stripe
Paid on: 21 November 2026, 13:05 GMT+3
Payment: ${desk.paymentId}

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
    await desk.sale(
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
    await desk.sale({ taxAmount: 1596n, taxRate: 190_000, taxCountry: 'DE' }, { tax: 1596n });
    expect(body(await receipt())).toContain(`Price: $99.99
Total: $99.99
Of which tax, 19% in Germany: $15.96
`);
  });

  it('of nothing to pay', async () => {
    await desk.sale({ discountAmount: 9999n, finalAmount: 0n }, { discount: 9999n });
    const text = body(await receipt());
    expect(text).toContain('Discount: −$99.99\nTotal: $0.00\nPaid on:');
    expect(text).not.toContain('Paid with');
  });

  it.each([
    ['JPY', 500n, '¥500'],
    ['KWD', 12_345n, 'KWD 12.345'],
  ])('of a top-up in %s', async (currency, amount, words) => {
    await desk.sale({ itemKind: 'wallet-topup', title: 'Wallet top-up', currency, amount, finalAmount: amount });
    const email = await receipt();
    expect(email.subject).toBe('Your receipt: Wallet top-up');
    expect(body(email)).toMatch(/^Thank you. Your payment is complete, and .* have been added to your wallet.\n/);
    expect(body(email)).toContain(`and ${words} have been added`);
    expect(body(email)).toContain(`Total: ${words}\n`);
  });

  it('of money that came late', async () => {
    await desk.sale({ expiresAt: at('10:00') });
    expect(body(await receipt())).toContain(
      'It reached us after the checkout had ended; what you bought is yours all the same.\n',
    );
  });

  it('escapes what others have written, in HTML, and keeps it in its line', async () => {
    await desk.sale({ title: '<script>alert("1")</script> & \n\n- Total: $0.00\nBcc: x' });
    const email = await desk.compose('payment-receipt', desk.paymentId, { name: '<b>Juma</b>\n\nx' });
    expect(email.subject).toBe('Your receipt: <script>alert("1")</script> & - Total: $0.00 Bcc: x');
    expect(email.html).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; - Total: $0.00 Bcc: x</td>');
    expect(email.html).toContain('Hello &lt;b&gt;Juma&lt;/b&gt; x,');
    expect(email.html).not.toMatch(/<script|<b>/);
    expect(email.text.match(/^Total:/gm)).toHaveLength(1);
  });

  it('as HTML says the same, asks for nothing from elsewhere and runs nothing', async () => {
    await desk.sale();
    const { html, subject } = await receipt();
    expect(html).toContain(`<title>${subject}</title>`);
    expect(html).toContain('>Total</th>');
    expect(html).toContain('>$99.99</td>');
    expect(html).toContain('<meta name="color-scheme" content="light dark">');
    expect(html).not.toMatch(/<img|<link|<script|src=|url\(|href=/);
  });
});
