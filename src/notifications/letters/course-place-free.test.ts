import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestPlatform, type TestPlatform } from '../../../test/support/platform.js';
import { Database, type Prisma } from '../../platform/database/index.js';
import { newId } from '../../platform/ids/index.js';
import { composing } from '../../../test/support/letter-desk.js';
import { ComposeEmail, type ComposedEmail } from './compose-email.js';

/* What they read who waited for a place in a course. */

let platform: TestPlatform;
let client: Prisma.TransactionClient;
let courseId: string;
const at = new Date('2026-11-23T09:00:00Z');
const stamps = { createdAt: at, updatedAt: at };

beforeAll(async () => {
  platform = await startTestPlatform(composing, {
    MAIL_FROM: 'School of Light <pay@school.example>',
  });
  client = platform.module.get(Database).client;
  const instructorId = newId('user');
  await client.user.create({
    data: { id: instructorId, email: `${instructorId}@example.com`, name: 'Asha', roles: ['INSTRUCTOR'], ...stamps },
  });
  ({ id: courseId } = await client.course.create({
    data: {
      ...{
        id: newId('course'),
        instructorId,
        title: 'Swahili',
        description: 'From greetings on',
        category: 'languages',
      },
      ...{ isPremium: true, price: 9999n, currency: 'USD', capacity: 1, ...stamps },
    },
  }));
});
afterAll(() => platform.close());

async function letter(
  changes: Partial<Prisma.EnrollmentUncheckedCreateInput>,
): Promise<{ id: string; email: ComposedEmail | undefined }> {
  const { id } = await client.enrollment.create({
    data: {
      ...{ id: newId('enrollment'), userId: newId('user'), courseId, type: 'WAITLIST', paymentStatus: 'PENDING' },
      ...{ currency: 'USD', ...stamps, ...changes },
    },
  });
  const reader = { name: 'Juma Otieno', timeZone: 'Africa/Nairobi' };
  return { id, email: await platform.module.get(ComposeEmail).execute('course-place-free', id, reader) };
}

const body = ({ text }: ComposedEmail) => text.replace('Hello Juma Otieno,\n\n', '').replace('\nSchool of Light\n', '');

describe('a place in a course that became free', () => {
  it('is kept to be bought: for how much, and until when by their clock', async () => {
    const { id, email } = await letter({ status: 'PENDING', offeredUntil: new Date('2026-11-25T09:00:00Z') });
    expect(email!.subject).toBe('A place is kept for you: Swahili');
    expect(body(email!))
      .toBe(`You waited for a place in “Swahili”. One became free, and it is kept for you to buy. When you have not bought it by then it goes to the next in line.

Course: Swahili
Price: $99.99
Kept for you until: 25 November 2026, 12:00 GMT+3
Enrollment: ${id}
`);
  });

  it('is theirs, where it costs nothing', async () => {
    const { id, email } = await letter({ status: 'ACTIVE', paymentStatus: 'FREE' });
    expect(email!.subject).toBe('You have a place: Swahili');
    expect(body(email!)).toBe(
      `You waited for a place in “Swahili”. One became free, and it is yours. You can begin at once.\n\nCourse: Swahili\nEnrollment: ${id}\n`,
    );
  });

  it('is theirs again, when it was paid before', async () => {
    const { email } = await letter({ status: 'ACTIVE', paymentStatus: 'PAID' });
    expect(body(email!)).toContain('and it is yours: you have paid for it already. You can begin at once.\n');
  });

  it.each(['EXPIRED', 'CANCELLED', 'PENDING'] as const)(
    'is not told of once they have not got it: %s',
    async (status) => {
      expect((await letter({ status })).email).toBeUndefined();
    },
  );
});
