import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { at, body, LetterDesk, composing } from '../../../test/support/letter-desk.js';
import { startTestPlatform, type TestPlatform } from '../../../test/support/platform.js';
import { Database, type EnrollmentStatus, type Prisma } from '../../platform/database/index.js';
import { newId } from '../../platform/ids/index.js';

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

/** A place in a course that was called otherwise when it was completed. */
async function completed(status: EnrollmentStatus): Promise<string> {
  const [userId, courseId] = [newId('user'), newId('course')];
  const stamps = { createdAt: at('09:00'), updatedAt: at('09:00') };
  await client.user.create({ data: { id: userId, email: `${userId}@example.com`, name: 'Amina', ...stamps } });
  const words = { title: 'Renamed', description: 'x', category: 'x', isPremium: false, price: 0n, currency: 'USD' };
  await client.course.create({ data: { id: courseId, instructorId: userId, ...words, ...stamps } });
  const { id } = await client.enrollment.create({
    data: {
      ...{ id: newId('enrollment'), userId, courseId, type: 'FREE', paymentStatus: 'FREE', currency: 'USD' },
      ...{ status, progress: 100, completedAt: at('11:00') },
      ...stamps,
    },
  });
  await client.certificate.create({
    data: {
      ...{ serial: `BUR-${id}`, enrollmentId: id, userId, courseId },
      ...{ studentName: 'Juma', courseTitle: 'Swahili', instructorName: 'Amina Wanjiru', issuedAt: at('11:00') },
    },
  });
  return id;
}

it('a course that was completed, in the words of its certificate', async () => {
  const id = await completed('COMPLETED');
  const email = await desk.compose('course-completed', id);
  expect(email.subject).toBe('You have completed the course: Swahili');
  expect(body(email))
    .toBe(`Congratulations! You have completed all of “Swahili”, and this is your certificate's number. You can print the certificate where you learn; whoever is given the number can verify it.

Course: Swahili
Taught by: Amina Wanjiru
Completed on: 21 November 2026, 14:00 GMT+3
Certificate: BUR-${id}
Your place in the course: ${id}
`);
});

it('is not told once the place was given up', async () => {
  expect(await desk.compose('course-completed', await completed('CANCELLED'))).toBeUndefined();
});
