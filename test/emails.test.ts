import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { RecordEmails } from '../src/notifications/emails/record-emails.js';
import { SendEmails } from '../src/notifications/emails/send-emails.js';
import type { CreatedSessionDto } from '../src/payments/index.js';
import { Housekeeping } from '../src/platform/jobs/index.js';
import { keepBooks } from './support/keep-books.js';
import { type Person, person } from './support/people.js';
import { expectStatus, openSchool, type School } from './support/school.js';
import { LetterBox } from './support/letter-box.js';

/* E-mails from the sale to the mailbox. Sweeps are run by hand, so that each attempt is the test's. */

let school: School;
let buyer: Person;
let box: LetterBox;
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api' });
});
afterAll(() => school.close());
beforeEach(async () => {
  school.mail.clear();
  buyer = await person(school);
  box = new LetterBox(school, buyer);
});
keepBooks(() => school);

/** Ends every pause and sweeps. */
async function later(): Promise<void> {
  await school.sql("UPDATE emails SET available_at = $1 WHERE status = 'PENDING'", [school.clock.now()]);
  await school.settle();
}

describe('a receipt', () => {
  it('arrives after the sale, with the times of its reader, and is recorded', async () => {
    await school.request('PATCH', '/users/me', { token: buyer.token, body: { timeZone: 'Asia/Kolkata' } });
    const paymentId = await box.sell();
    const [message] = box.arrived();
    expect(message).toMatchObject({
      from: 'pay@school.example',
      to: [buyer.email],
      subject: 'Your receipt: Swahili for beginners',
    });
    expect(message!.text).toContain('Thank you. Your payment of $99.99 for “Swahili for beginners” is complete.');
    expect(message!.text).toMatch(/^Paid on: \d+ \w+ \d{4}, \d\d:\d\d GMT\+5:30$/m);
    expect(message!.text).toContain(`Payment: ${paymentId}`);
    expect(await box.rows()).toMatchObject([
      {
        template: 'payment-receipt',
        status: 'SENT',
        attempts: 1,
        last_error: null,
        message_id: message!.messageId,
        subject: message!.subject,
        to_address: buyer.email,
        sent_at: expect.any(Date),
      },
    ]);
    expect(message!.messageId).toMatch(/^<eml_[0-9a-z]{26}@school\.example>$/);
  });

  it('is one, though the event is handed over twice', async () => {
    const paymentId = await box.sell();
    const { length } = await school.sql(
      `UPDATE outbox_messages SET status = 'PENDING', attempts = 0
        WHERE subscriber = 'notifications.payment-receipt' AND payload->>'paymentId' = $1 RETURNING id`,
      [paymentId],
    );
    expect(length).toBe(1);
    await later();
    expect(await box.rows()).toHaveLength(1);
    expect(box.arrived()).toHaveLength(1);
  });

  it('comes for a wallet that was filled and for what was bought from it', async () => {
    const { session } = expectStatus(
      201,
      await school.post<CreatedSessionDto>(
        '/finance/actions/wallet-topup',
        { amount: 9999, currency: 'USD' },
        buyer.token,
      ),
    );
    school.sandbox.stripe.pay(session.providerReference!);
    await school.quiet();
    const course = await school.course();
    const bought = await school.post('/payments/sessions', { courseId: course.id, provider: 'WALLET' }, buyer.token);
    expectStatus(201, bought);
    await school.quiet();
    const [topUp, purchase] = box.arrived();
    expect(topUp!.subject).toBe('Your receipt: Wallet top-up');
    expect(topUp!.text).toContain('Thank you. Your payment is complete, and $99.99 have been added to your wallet.');
    expect(purchase!.text).toContain('Paid with: Wallet\n');
  });

  it('does not run what the title of a course says', async () => {
    await box.sell({ title: '<script>alert(1)</script>' });
    const [message] = box.arrived();
    expect(message!.subject).toBe('Your receipt: <script>alert(1)</script>');
    expect(message!.html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(message!.html).not.toContain('<script');
  });

  it('is not sent for a free course', async () => {
    const course = await school.course({ isPremium: false, price: 0 });
    expectStatus(201, await school.post('/enrollments', { courseId: course.id }, buyer.token));
    await school.quiet();
    expect(await box.rows()).toEqual([]);
  });

  it('is not sent to somebody who has been erased meanwhile', async () => {
    await school.mail.stop();
    await box.sell();
    await school.sql('UPDATE users SET email = NULL WHERE id = $1', [buyer.id]);
    await school.mail.start();
    await later();
    expect(await box.rows()).toMatchObject([{ status: 'SKIPPED', last_error: 'the recipient has no address' }]);
    expect(school.mail.messages()).toEqual([]);
  });
});

it('money that came twice is told of, with its reason', async () => {
  const course = await school.course();
  const { session, stripeId } = await school.begin(course.id, buyer);
  const second = await school.begin(course.id, buyer);
  for (const id of [stripeId, second.stripeId]) school.sandbox.stripe.pay(id);
  await school.quiet();
  const told = box
    .arrived()
    .filter(({ subject }) => subject === 'Your payment is being given back: Swahili for beginners');
  expect(told).toHaveLength(1);
  expect(told[0]!.text).toContain(
    'We have received $99.99 from you for “Swahili for beginners” and could not use the money: you already have this course. We are giving it back in full.',
  );
  expect(session.id).not.toBe(second.session.id);
});

describe('of money that goes back', () => {
  const to = ({ email }: Person) =>
    school.mail
      .messages()
      .filter((message) => message.to.includes(email))
      .map(({ subject }) => subject);

  it('the buyer hears when a refund is through; when it was not after all, an admin hears too', async () => {
    const paymentId = await box.sell();
    const body = { paymentId, amount: 3000, reason: 'Two lessons were missing' };
    const { id, providerRefundId } = expectStatus(
      200,
      await school.post<{ id: string; providerRefundId: string }>('/payments/refund', body, school.admin.token),
    );
    await school.quiet();
    expect(to(buyer)).toEqual(['Your receipt: Swahili for beginners', 'Your refund: Swahili for beginners']);
    const text = box.arrived()[1]!.text;
    expect(text).toContain('We have refunded a part of your payment for “Swahili for beginners”.');
    expect(text).toContain(
      'Refunded: $30.00\nPaid: $99.99\nRefunded altogether: $30.00\nReason: Two lessons were missing',
    );

    school.sandbox.stripe.failRefund(providerRefundId);
    await school.quiet();
    expect(to(buyer).slice(2)).toEqual(['A problem with your refund: Swahili for beginners']);
    expect(to(school.admin)).toEqual([`Refund failed: $30.00, ${id}`]);
  });

  it('admins hear of a dispute and of its end', async () => {
    const paymentId = await box.sell();
    const [payment] = await school.sql<{ transaction_id: string }>(
      'SELECT transaction_id FROM payments WHERE id = $1',
      [paymentId],
    );
    const dispute = school.sandbox.stripe.dispute(payment!.transaction_id);
    await school.quiet();
    expect(to(school.admin)).toEqual([expect.stringMatching(/^Dispute opened: \$99\.99, answer by \d+ \w+ \d{4}/)]);
    school.sandbox.stripe.winDispute(dispute.id);
    await school.quiet();
    expect(to(school.admin).slice(1)).toEqual(['Dispute won: $99.99']);
    expect(to(buyer)).toEqual(['Your receipt: Swahili for beginners']);
  });
});

describe('an SMTP server', () => {
  it('that is away fails no payment and delays none; the e-mail is sent when it is back', async () => {
    await school.mail.stop();
    await box.sell();
    expect(await box.rows()).toMatchObject([
      { status: 'PENDING', attempts: 1, sent_at: null, last_error: expect.stringContaining('ECONNREFUSED') },
    ]);
    await school.mail.start();
    await later();
    expect(await box.rows()).toMatchObject([{ status: 'SENT', attempts: 2, last_error: null }]);
    expect(box.arrived()).toHaveLength(1);
  });

  it('that refuses for now is asked again, and takes one message', async () => {
    school.mail.refuseNext(2, 451);
    await box.sell();
    expect(await box.rows()).toMatchObject([
      { status: 'PENDING', attempts: 1, last_error: expect.stringContaining('451') },
    ]);
    // After a second, and after two; 20 % more or less.
    school.clock.advance(0.5);
    await school.settle();
    expect(await box.rows()).toMatchObject([{ attempts: 1 }]);
    school.clock.advance(1);
    await school.settle();
    expect(await box.rows()).toMatchObject([{ status: 'PENDING', attempts: 2 }]);
    school.clock.advance(3);
    await school.settle();
    expect(await box.rows()).toMatchObject([{ status: 'SENT', attempts: 3 }]);
    expect(box.arrived()).toHaveLength(1);
  });

  it('that refuses for good is not asked again, until a person says so', async () => {
    school.mail.refuseNext(1, 550);
    await box.sell();
    const [failed] = await box.rows();
    expect(failed).toMatchObject({ status: 'FAILED', attempts: 1, last_error: expect.stringContaining('550') });
    expect(failed!.last_error).not.toContain(buyer.email);
    await later();
    await later();
    expect(await box.rows()).toMatchObject([{ status: 'FAILED', attempts: 1 }]);
    expect(box.arrived()).toEqual([]);
    // As docs/operations.md says.
    await school.sql(
      "UPDATE emails SET status = 'PENDING', attempts = 0, available_at = now() WHERE status = 'FAILED'",
    );
    await later();
    expect(await box.rows()).toMatchObject([{ status: 'SENT', attempts: 1 }]);
  });

  it('that never takes it is asked 30 times', async () => {
    school.mail.refuseNext(50, 451);
    await box.sell();
    for (let attempt = 1; attempt < 35; attempt += 1) await later();
    expect(await box.rows()).toMatchObject([{ status: 'FAILED', attempts: 30 }]);
    school.mail.clear();
    await later();
    expect(await box.rows()).toMatchObject([{ status: 'FAILED', attempts: 30 }]);
    expect(box.arrived()).toEqual([]);
  });

  it('that took it and did not say so gets it again, under the same Message-ID', async () => {
    school.mail.dropNext();
    await box.sell();
    expect(await box.rows()).toMatchObject([{ status: 'PENDING', attempts: 1 }]);
    await later();
    const [row] = await box.rows();
    expect(row).toMatchObject({ status: 'SENT', attempts: 2 });
    expect(box.arrived().map(({ messageId }) => messageId)).toEqual([row!.message_id, row!.message_id]);
  });
});

describe('many sweeps at once', () => {
  it('send each e-mail once', async () => {
    const objectId = await box.sell();
    const record = school.app.get(RecordEmails);
    await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        record.execute({ letter: 'payment-receipt', objectId, once: `${objectId}-${n}`, recipients: [buyer.id] }),
      ),
    );
    await Promise.all(Array.from({ length: 6 }, () => school.app.get(SendEmails).run()));
    const all = await box.rows();
    expect(all).toHaveLength(51);
    expect(all.every(({ status, attempts }) => status === 'SENT' && attempts === 1)).toBe(true);
    expect(new Set(box.arrived().map(({ messageId }) => messageId)).size).toBe(51);
    expect(box.arrived()).toHaveLength(51);
  });

  it('leave alone what another process has claimed, until its lease ends', async () => {
    await school.mail.stop();
    await box.sell();
    await school.mail.start();
    await school.sql('UPDATE emails SET available_at = $2 WHERE recipient_id = $1', [buyer.id, school.clock.in(30)]);
    school.clock.advance(20);
    await school.settle();
    expect(box.arrived()).toEqual([]);
    school.clock.advance(11);
    await school.settle();
    expect(box.arrived()).toHaveLength(1);
  });
});

it('where it went is forgotten after 90 days, that it went is not', async () => {
  await box.sell();
  const { to_address: before } = (await box.rows())[0]!;
  expect(before).toBe(buyer.email);
  school.clock.advance(91 * 86_400);
  await school.app.get(Housekeeping).run();
  expect(await box.rows()).toMatchObject([{ status: 'SENT', to_address: null, subject: expect.any(String) }]);
});
