import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { at, body, LetterDesk, composing } from '../../../test/support/letter-desk.js';
import { startTestPlatform, type TestPlatform } from '../../../test/support/platform.js';
import { Database, type Prisma } from '../../platform/database/index.js';
import { newId } from '../../platform/ids/index.js';

let platform: TestPlatform;
let client: Prisma.TransactionClient;
let desk: LetterDesk;
let payeeId: string;
beforeAll(async () => {
  platform = await startTestPlatform(composing, {
    MAIL_FROM: 'School of Light <pay@school.example>',
    MAIL_REPLY_TO: 'help@school.example',
  });
  client = platform.module.get(Database).client;
  desk = new LetterDesk(platform, client);
  ({ id: payeeId } = await client.user.create({
    data: {
      ...{ id: newId('user'), email: 'amina@example.com', name: 'Amina', roles: ['INSTRUCTOR'] },
      ...{ createdAt: at('09:00'), updatedAt: at('09:00') },
    },
  }));
});
afterAll(() => platform.close());

const payout = (changes: Partial<Prisma.PayoutUncheckedCreateInput>) =>
  client.payout.create({
    data: {
      ...{ id: newId('payout'), payeeId, amount: 7000n, currency: 'USD', provider: 'STRIPE', destination: 'acct_1' },
      ...{ status: 'PAID', requestedBy: 'usr_admin', createdAt: at('11:00'), settledAt: at('11:02') },
      ...changes,
    },
  });

it('a payout that was made', async () => {
  const { id } = await payout({});
  const email = await desk.compose('payout-paid', id);
  expect(email.subject).toBe('Your earnings are paid out: $70.00');
  expect(body(email)).toBe(`We have paid $70.00 of your earnings out to you.

Paid out: $70.00
Goes to: An account at Stripe, and from there a bank
Asked for on: 21 November 2026, 14:00 GMT+3
Paid on: 21 November 2026, 14:02 GMT+3
Payout: ${id}
`);
});

it('is not told as made when it has come back by now', async () => {
  const { id } = await payout({ status: 'RETURNED', failureReason: 'transfer_reversed' });
  expect(await desk.compose('payout-paid', id)).toBeUndefined();
  expect(body(await desk.compose('payout-failed', id))).toMatch(/^A payout of \$70.00 has come back to us. The money /);
});

it('one that failed', async () => {
  const { id } = await payout({ status: 'FAILED', failureReason: 'mpesa_2040', provider: 'MPESA', currency: 'KES' });
  const email = await desk.compose('payout-failed', id);
  expect(email.subject).toBe('A payout of your earnings did not go through: KES 70.00');
  expect(body(email))
    .toBe(`A payout of KES 70.00 could not be made. The money is among your earnings again: please look at where you are paid to, then ask for it once more.

Amount: KES 70.00
Reason: mpesa_2040
Should have gone to: A phone, by M-Pesa
Asked for on: 21 November 2026, 14:00 GMT+3
Payout: ${id}
`);
});

it('one that an admin refused', async () => {
  const { id } = await payout({ status: 'REJECTED', reason: 'Ask me first' });
  const text = body(await desk.compose('payout-failed', id));
  expect(text).toMatch(/^An admin has refused a payout of \$70.00. The money is among your earnings again.\n/);
  expect(text).toContain('\nReason: Ask me first\n');
});

it('one that waits for an admin, until it is decided', async () => {
  const { id } = await payout({ status: 'REQUESTED', settledAt: null });
  const email = await desk.compose('payout-waiting', id);
  expect(email.subject).toBe('A payout waits for you: $70.00 to Amina');
  expect(body(email))
    .toBe(`Amina is to be paid $70.00. An admin who is neither who asked for it nor who is paid has to let it go, or refuse it.

Amount: $70.00
Goes to: An account at Stripe, and from there a bank
Instructor: ${payeeId}
Asked for by: usr_admin
Asked for on: 21 November 2026, 14:00 GMT+3
Payout: ${id}
`);
  await client.payout.update({ where: { id }, data: { status: 'IN_TRANSIT' } });
  expect(await desk.compose('payout-waiting', id)).toBeUndefined();
});
