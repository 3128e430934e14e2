import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestPlatform, type TestPlatform } from '../../../test/support/platform.js';
import { Database, type Prisma } from '../../platform/database/index.js';
import { newId } from '../../platform/ids/index.js';
import { composing } from '../../../test/support/letter-desk.js';
import { ComposeEmail, type ComposedEmail } from './compose-email.js';
import type { LetterName } from './letters.js';

/* What students read about their class sessions. */

let platform: TestPlatform;
let client: Prisma.TransactionClient;
beforeAll(async () => {
  platform = await startTestPlatform(composing, {
    MAIL_FROM: 'School of Light <pay@school.example>',
  });
  client = platform.module.get(Database).client;
});
afterAll(() => platform.close());

const at = (time: string) => new Date(`2026-11-23T${time}:00Z`);
const stamps = { createdAt: at('09:00'), updatedAt: at('09:00') };
let classId: string;
let sessionId: string;

/** In Berlin, from 16:00 to 17:00 by the clock there, at 10.00 USD. */
beforeEach(async () => {
  const center = await client.center.create({ data: { id: newId('center'), name: 'Center', ...stamps } });
  const branch = await client.branch.create({
    data: {
      id: newId('branch'),
      centerId: center.id,
      name: 'Mitte',
      country: 'DE',
      timeZone: 'Europe/Berlin',
      ...stamps,
    },
  });
  const teacherId = newId('user');
  await client.user.create({
    data: { id: teacherId, email: `${teacherId}@example.com`, name: 'Teacher', roles: ['INSTRUCTOR'], ...stamps },
  });
  const common = { branchId: branch.id, teacherId, price: 1000n, currency: 'USD', capacity: 1, ...stamps };
  ({ id: classId } = await client.class.create({
    data: { id: newId('class'), name: 'Algebra', subject: 'Mathematics', durationMinutes: 60, ...common },
  }));
  ({ id: sessionId } = await client.classSession.create({
    data: {
      id: newId('classSession'),
      classId,
      ...{ startTime: at('15:00'), endTime: at('16:00'), cancelUntil: at('13:00') },
      ...{ taxCountry: 'DE', absenteePolicy: 'STRICT' },
      ...common,
    },
  }));
});

async function seat(changes: Partial<Prisma.SeatUncheckedCreateInput> = {}): Promise<string> {
  const studentId = newId('user');
  const { id } = await client.seat.create({
    data: {
      id: newId('seat'),
      ...{ sessionId, studentId, bookedBy: studentId },
      ...{ startTime: at('15:00'), endTime: at('16:00'), status: 'LOCKED', paymentMethod: 'WALLET' },
      ...{ amount: 1000n, currency: 'USD', ...stamps },
      ...changes,
    },
  });
  return id;
}

/** A credit of a package that was paid back as a whole, if so. */
async function packageOf(revokedAt: Date | null = null): Promise<Partial<Prisma.SeatUncheckedCreateInput>> {
  const offer = await client.classPackage.create({
    data: {
      id: newId('classPackage'),
      classId,
      name: 'Ten lessons',
      sessionCount: 10,
      price: 9000n,
      currency: 'USD',
      ...stamps,
    },
  });
  const { id } = await client.studentPackage.create({
    data: {
      id: newId('studentPackage'),
      ...{ packageId: offer.id, classId, studentId: newId('user'), name: 'Ten lessons' },
      ...{ paymentSessionId: newId('paymentSession'), sessionCount: 10, remainingSessions: 9 },
      ...{ paid: 9000n, tax: 0n, currency: 'USD', netLeft: 8100n, taxLeft: 0n, revokedAt, ...stamps },
    },
  });
  const amounts = { amount: 900n, paidAmount: 900n, paidAt: at('09:00') };
  return { paymentMethod: 'PACKAGE', studentPackageId: id, ...amounts };
}

async function waiting(changes: Partial<Prisma.WaitlistEntryUncheckedCreateInput> = {}): Promise<string> {
  const data = { id: newId('waitlistEntry'), sessionId, studentId: newId('user'), ...stamps, ...changes };
  return (await client.waitlistEntry.create({ data })).id;
}

async function compose(
  name: LetterName,
  objectId: string,
  timeZone = 'Africa/Nairobi',
): Promise<ComposedEmail | undefined> {
  return platform.module.get(ComposeEmail).execute(name, objectId, { name: 'Juma Otieno', timeZone });
}

/** The text without what every letter has. */
async function body(name: LetterName, objectId: string, timeZone?: string): Promise<string> {
  const { text } = (await compose(name, objectId, timeZone))!;
  return text.replace('Hello Juma Otieno,\n\n', '').replace('\nSchool of Light\n', '');
}

const lost = { status: 'CANCELLED', cancelReason: 'SESSION_CANCELED' } as const;
const givenBack = { paidAmount: 1000n, paidAt: at('09:00'), givenBackAt: at('10:00') };

describe('a session is cancelled', () => {
  it('says what came back, and where it was to be by both clocks', async () => {
    const reason = 'The teacher is ill';
    await client.classSession.update({ where: { id: sessionId }, data: { status: 'CANCELED', cancelReason: reason } });
    const id = await seat(lost);
    expect((await compose('session-cancelled', id))!.subject).toBe('Cancelled: Algebra, 23 November 2026, 18:00 GMT+3');
    expect(await body('session-cancelled', id))
      .toBe(`A session of “Algebra” in which you have a seat is cancelled. We are sorry. What you gave for your seat is yours again; you need not do anything.

Class: Algebra (Mathematics)
Branch: Mitte
Was to begin: 23 November 2026, 18:00 GMT+3
At the branch: 23 November 2026, 16:00 CET
Reason: The teacher is ill
Given back: $10.00
To: Your wallet, where it was held
Seat: ${id}
`);
  });

  it('or nobody held it', async () => {
    const text = await body('session-cancelled', await seat({ ...lost, cancelReason: 'SESSION_MISSED' }));
    expect(text).toMatch(/^A session of “Algebra” in which you had a seat was not held\. We are sorry\./);
    expect(text).not.toContain('Reason:');
  });

  it('one clock is enough for who lives at the branch', async () => {
    const text = await body('session-cancelled', await seat(lost), 'Europe/Paris');
    expect(text).toContain('Was to begin: 23 November 2026, 16:00 CET\nGiven back:');
  });

  it('tells the time that the student knew, also when it has another by now', async () => {
    const id = await seat(lost);
    await client.classSession.update({
      where: { id: sessionId },
      data: { startTime: at('20:00'), endTime: at('21:00') },
    });
    expect(await body('session-cancelled', id)).toContain('Was to begin: 23 November 2026, 18:00 GMT+3\n');
  });

  it.each<[string, () => Promise<Partial<Prisma.SeatUncheckedCreateInput>> | object, string]>([
    ['captured from the wallet', () => givenBack, 'Given back: $10.00\nTo: Your wallet\n'],
    [
      'paid in cash',
      () => ({ ...givenBack, paymentMethod: 'CASH' }),
      'Given back: $10.00\nTo: Your wallet, as credit for the cash you paid\n',
    ],
    ['of a package', () => packageOf(), 'Given back: One credit\nTo: Your package “Ten lessons”\n'],
  ])('a seat %s', async (_, terms, words) => {
    expect(await body('session-cancelled', await seat({ ...(await terms()), ...lost }))).toContain(words);
  });

  it.each<[string, () => Promise<Partial<Prisma.SeatUncheckedCreateInput>> | object]>([
    ['was free', () => ({ amount: 0n, paidAt: at('09:00') })],
    ['was of a package that is paid back as a whole', () => packageOf(at('08:00'))],
  ])('promises nothing for a seat that %s', async (_, terms) => {
    const text = await body('session-cancelled', await seat({ ...(await terms()), ...lost }));
    expect(text).toMatch(/is cancelled\. We are sorry\.\n\nClass: /);
    expect(text).not.toContain('Given back');
  });
});

it('a session that was moved to where its student is elsewhere tells both times and what came back', async () => {
  const id = await seat({ status: 'CANCELLED', cancelReason: 'OVERLAPS' });
  await client.classSession.update({
    where: { id: sessionId },
    data: { startTime: at('20:00'), endTime: at('21:00') },
  });
  expect((await compose('session-rescheduled', id))!.subject).toBe(
    'Moved to another time: Algebra, 23 November 2026, 18:00 GMT+3',
  );
  expect(await body('session-rescheduled', id))
    .toBe(`A session of “Algebra” has been moved to a time at which you have a seat in another one. You cannot be in both, so your seat in this one was given up. What you gave for it is yours again; you need not do anything.

Class: Algebra (Mathematics)
Branch: Mitte
Was to begin: 23 November 2026, 18:00 GMT+3
At the branch: 23 November 2026, 16:00 CET
Begins now: 23 November 2026, 23:00 GMT+3
Now at the branch: 23 November 2026, 21:00 CET
Given back: $10.00
To: Your wallet, where it was held
Seat: ${id}
`);
});

describe('a seat out of the waitlist', () => {
  const promoted = async (changes?: Partial<Prisma.SeatUncheckedCreateInput>) => {
    const seatId = await seat(changes);
    return { seatId, id: await waiting({ status: 'PROMOTED', seatId }) };
  };

  it('says which session, when, how it is paid and until when it costs nothing', async () => {
    const { id, seatId } = await promoted();
    expect((await compose('waitlist-promoted', id))!.subject).toBe(
      'You have a seat: Algebra, 23 November 2026, 18:00 GMT+3',
    );
    expect(await body('waitlist-promoted', id))
      .toBe(`You waited for a seat in a session of “Algebra”. One became free, and it is yours. Cancel it in time if you cannot come any more: it costs you nothing then. For other sessions at that time you no longer wait.

Class: Algebra (Mathematics)
Branch: Mitte
Begins: 23 November 2026, 18:00 GMT+3
At the branch: 23 November 2026, 16:00 CET
Paid: $10.00, held in your wallet
Cancel free of charge until: 23 November 2026, 16:00 GMT+3
Seat: ${seatId}
`);
  });

  it.each<[string, () => Promise<Partial<Prisma.SeatUncheckedCreateInput>> | object]>([
    ['One credit of your package “Ten lessons”', async () => ({ ...(await packageOf()), status: 'PAID' })],
    ['$10.00, from your wallet', () => ({ status: 'PAID', paidAmount: 1000n, paidAt: at('09:00') })],
    ['Free of charge', () => ({ status: 'PAID', amount: 0n, paidAt: at('09:00') })],
  ])('paid: %s', async (words, terms) => {
    const { id } = await promoted(await terms());
    expect(await body('waitlist-promoted', id)).toContain(`Paid: ${words}\n`);
  });

  it('is not told once it was given up', async () => {
    const { id } = await promoted({ status: 'CANCELLED', cancelReason: 'STUDENT' });
    expect(await compose('waitlist-promoted', id)).toBeUndefined();
  });
});

describe('a seat that went to the next in line', () => {
  const skipped = (skipReason: string, changes = {}) => waiting({ skipReason, skippedAt: at('10:00'), ...changes });

  it('for want of money says what is missing, and that the place is kept', async () => {
    const id = await skipped('INSUFFICIENT_CREDITS_OR_BALANCE');
    expect((await compose('waitlist-skipped', id))!.subject).toBe(
      'A seat went to the next in line: Algebra, 23 November 2026, 18:00 GMT+3',
    );
    expect(await body('waitlist-skipped', id))
      .toBe(`A seat became free in a session of “Algebra” that you wait for, and you could not have it: you have no package credit for this class, and less than $10.00 free in your wallet.

You keep your place in the line. Top up your wallet or buy a package, and the next seat that becomes free can be yours.

Class: Algebra (Mathematics)
Branch: Mitte
Begins: 23 November 2026, 18:00 GMT+3
At the branch: 23 November 2026, 16:00 CET
The waitlist closes: 23 November 2026, 16:00 GMT+3
Your place: ${id}
`);
  });

  it.each([
    ['SESSIONS_OVERLAP', 'you have a seat in another session at that time'],
    ['SOMETHING_NEW', 'it could not be booked for you'],
  ])('because of %s', async (code, words) => {
    expect(await body('waitlist-skipped', await skipped(code))).toContain(
      `could not have it: ${words}.\n\nYou keep your place in the line. The next seat that becomes free is offered to you again.\n`,
    );
  });

  it.each(['LEFT', 'CLOSED'] as const)('is not told to who waits no longer: %s', async (status) => {
    expect(await compose('waitlist-skipped', await skipped('SESSIONS_OVERLAP', { status }))).toBeUndefined();
  });
});
