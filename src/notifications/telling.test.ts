import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestPlatform, type TestPlatform } from '../../test/support/platform.js';
import { CourseCompleted, PlaceOffered } from '../enrollments/index.js';
import { LicenseExpiring, SeatCode, SeatOffered } from '../licensing/index.js';
import {
  DisputeClosed,
  DisputeOpened,
  PaymentCompleted,
  PaymentUnapplied,
  RefundFailed,
  RefundSettled,
} from '../payments/index.js';
import { Database, inTransaction, type Prisma, type Role } from '../platform/database/index.js';
import { EventBus } from '../platform/events/index.js';
import { newId } from '../platform/ids/index.js';
import { Sweeps } from '../platform/jobs/index.js';
import { SeatCancelled, WaitlistPromoted, WaitlistSkipped } from '../seats/index.js';
import { TokensAwarded } from '../tokens/index.js';
import { Mailer } from './emails/mailer.js';
import { FindRecipient } from './emails/find-recipient.js';
import { RecordEmails } from './emails/record-emails.js';
import { SendEmails } from './emails/send-emails.js';
import { ComposeEmail } from './letters/compose-email.js';
import { Links } from './letters/links.js';
import { TellAdmins } from './tell-admins.js';
import { TellBuyers } from './tell-buyers.js';
import { TellOrganizations } from './tell-organizations.js';
import { TellStudents } from './tell-students.js';

/* Who is told of what, and how often. Nothing can be sent here: the records tell. */

let platform: TestPlatform;
let client: Prisma.TransactionClient;
let [admin, colleague, buyer] = ['', '', ''];
beforeAll(async () => {
  platform = await startTestPlatform(
    [
      ...[Mailer, FindRecipient, ComposeEmail, Links, SeatCode, RecordEmails, SendEmails],
      ...[TellBuyers, TellAdmins, TellStudents, TellOrganizations],
    ],
    {
      MAIL_FROM: 'School <pay@school.example>',
    },
  );
  client = platform.module.get(Database).client;
  admin = await user('ADMIN');
  colleague = await user('ADMIN', 'INSTRUCTOR');
  buyer = await user('STUDENT');
  await user('INSTRUCTOR');
  // Erased: nobody to write to.
  await client.user.update({ where: { id: await user('ADMIN') }, data: { email: null } });
});
afterAll(() => platform.close());
beforeEach(() => client.email.deleteMany());

async function user(...roles: Role[]): Promise<string> {
  const id = newId('user');
  const at = new Date();
  await client.user.create({ data: { id, email: `${id}@example.com`, name: id, roles, createdAt: at, updatedAt: at } });
  return id;
}

async function tell(...events: object[]): Promise<void> {
  for (const event of events) await inTransaction(() => platform.module.get(EventBus).publish(event));
  await platform.module.get(Sweeps).settle();
}

/** `letter about to whom`. */
async function told(): Promise<string[]> {
  const emails = await client.email.findMany();
  return emails.map((email) => `${email.template} ${email.objectId} ${email.recipientId}`).toSorted();
}

async function payment(): Promise<string> {
  const at = new Date();
  const session = await client.paymentSession.create({
    data: {
      id: newId('paymentSession'),
      userId: buyer,
      itemKind: 'course',
      itemId: 'crs_1',
      title: 'Swahili',
      amount: 100n,
      finalAmount: 100n,
      currency: 'USD',
      income: {},
      returnUrl: '',
      cancelUrl: '',
      createdAt: at,
      expiresAt: at,
    },
  });
  const { id } = await client.payment.create({
    data: {
      id: newId('payment'),
      sessionId: session.id,
      userId: buyer,
      provider: 'STRIPE',
      amount: 100n,
      total: 100n,
      currency: 'USD',
      createdAt: at,
    },
  });
  return id;
}

describe('the buyer is told', () => {
  it('of a payment, a refund, and a refund that failed, once each however often it is said', async () => {
    const events = [
      new PaymentCompleted('pay_1', 'ps_1', buyer, 'course', 'crs_1'),
      new RefundSettled('rfd_1', 'pay_1', buyer),
      new RefundFailed('rfd_2', 'pay_1', buyer, true),
    ];
    await tell(...events, ...events);
    expect((await told()).filter((line) => line.endsWith(buyer))).toEqual([
      `payment-receipt pay_1 ${buyer}`,
      `refund rfd_1 ${buyer}`,
      `refund-failed rfd_2 ${buyer}`,
    ]);
  });

  it('of every movement of money that fits nothing, once', async () => {
    const unapplied = (refundId: string) => new PaymentUnapplied('pay_1', 'ps_1', buyer, 'PAID_TWICE', refundId);
    await tell(unapplied('rfd_a'), unapplied('rfd_b'), unapplied('rfd_a'));
    expect(await told()).toEqual([`payment-unapplied rfd_a ${buyer}`, `payment-unapplied rfd_b ${buyer}`]);
  });
});

describe('the student is told', () => {
  it('of a seat that the center took from them, once; not of one that was given up', async () => {
    const events = ['SESSION_CANCELED', 'SESSION_MISSED', 'OVERLAPS', 'STUDENT', 'ADMIN', 'RELEASED'].map(
      (reason) => new SeatCancelled(`bkg_${reason}`, 'ses_1', buyer, reason),
    );
    await tell(...events, ...events);
    expect(await told()).toEqual([
      `session-cancelled bkg_SESSION_CANCELED ${buyer}`,
      `session-cancelled bkg_SESSION_MISSED ${buyer}`,
      `session-rescheduled bkg_OVERLAPS ${buyer}`,
    ]);
  });

  it('of a place in a course that they waited for, each time that there is one', async () => {
    const offered = (minute: number) => new PlaceOffered('enr_1', buyer, 'crs_1', `2026-11-23T10:0${minute}:00.000Z`);
    await tell(offered(1), offered(1), offered(2));
    expect(await told()).toEqual([`course-place-free enr_1 ${buyer}`, `course-place-free enr_1 ${buyer}`]);
  });

  it('of a course that they have completed, once', async () => {
    const event = new CourseCompleted('enr_1', buyer, 'crs_1', '2026-11-16T12:00:00.000Z', 'UTC');
    await tell(event, event);
    expect(await told()).toEqual([`course-completed enr_1 ${buyer}`]);
  });

  it('of tokens that came, once', async () => {
    const event = new TokensAwarded('tkn_1', buyer);
    await tell(event, event);
    expect(await told()).toEqual([`token-award tkn_1 ${buyer}`]);
  });

  it('of a seat out of the waitlist once, and of each one that was passed on', async () => {
    const promoted = new WaitlistPromoted('wtl_1', 'bkg_1', 'ses_1', buyer);
    const skipped = (minute: number) =>
      new WaitlistSkipped('wtl_2', 'ses_1', buyer, 'SESSIONS_OVERLAP', `2026-11-23T10:0${minute}:00.000Z`);
    await tell(promoted, promoted, skipped(1), skipped(2), skipped(1));
    expect(await told()).toEqual([
      `waitlist-promoted wtl_1 ${buyer}`,
      `waitlist-skipped wtl_2 ${buyer}`,
      `waitlist-skipped wtl_2 ${buyer}`,
    ]);
  });
});

describe('every admin who can be reached is told', () => {
  it('of a refund that failed, as is the buyer', async () => {
    await tell(new RefundFailed('rfd_1', 'pay_1', buyer, true));
    expect(await told()).toEqual(
      [
        `refund-failed rfd_1 ${buyer}`,
        `refund-failed-for-admins rfd_1 ${admin}`,
        `refund-failed-for-admins rfd_1 ${colleague}`,
      ].toSorted(),
    );
  });

  it('of a dispute: when it is opened, and of each end that it comes to', async () => {
    const { id } = await client.dispute.create({
      data: {
        id: newId('dispute'),
        provider: 'STRIPE',
        externalId: 'du_1',
        paymentId: await payment(),
        transactionId: 'pi_1',
        status: 'CLOSED',
        reason: 'fraudulent',
        amount: 100n,
        currency: 'USD',
        openedAt: new Date(),
      },
    });
    const closed = new DisputeClosed(id, 'pay_1', buyer);
    await tell(new DisputeOpened(id, 'pay_1', buyer), closed, closed);
    await client.dispute.update({ where: { id }, data: { status: 'LOST' } });
    await tell(closed, closed);
    expect(await told()).toEqual(
      [admin, colleague]
        .flatMap((who) => [`dispute-closed ${id} ${who}`, `dispute-closed ${id} ${who}`, `dispute-opened ${id} ${who}`])
        .toSorted(),
    );
  });
});

describe('who handles a licence is told', () => {
  it('before it expires, once for each time; who is offered a seat of it, once, though no user', async () => {
    const at = new Date();
    const [organizationId, licenseId, seatId] = [newId('organization'), newId('license'), newId('licenseSeat')];
    const made = { createdAt: at, updatedAt: at };
    await client.organization.create({ data: { id: organizationId, name: 'Acme', country: 'KE', ...made } });
    await client.organizationAdmin.create({ data: { organizationId, userId: buyer, addedBy: admin, createdAt: at } });
    await client.license.create({
      data: { id: licenseId, organizationId, tier: 'TEAM', seats: 1, createdBy: admin, ...made },
    });
    const seat = { id: seatId, licenseId, tier: 'TEAM', email: 'jane@acme.example', invitedUntil: at };
    await client.licenseSeat.create({ data: { ...seat, status: 'INVITED', createdBy: admin, ...made } });
    const expiring = (days: number) => new LicenseExpiring(licenseId, '2027-01-01T00:00:00.000Z', days);
    await tell(new SeatOffered(seatId), expiring(30), expiring(30), new SeatOffered(seatId), expiring(7));
    expect(await told()).toEqual([
      `license-expiring ${licenseId} ${buyer}`,
      `license-expiring ${licenseId} ${buyer}`,
      `seat-offered ${seatId} ${seatId}`,
    ]);
  });
});

describe('without an SMTP server', () => {
  it('an e-mail is recorded, skipped, and not tried', async () => {
    await tell(new PaymentCompleted('pay_2', 'ps_1', buyer, 'course', 'crs_1'));
    const [email] = await client.email.findMany();
    expect(email).toMatchObject({
      id: expect.stringMatching(/^eml_/),
      eventKey: `payment-receipt:pay_2:${buyer}`,
      messageId: `<${email!.id}@school.example>`,
      status: 'SKIPPED',
      lastError: 'SMTP_URL is not set',
      attempts: 0,
      toAddress: null,
      sentAt: null,
    });
  });
});
