import type { Database } from '../../platform/database/index.js';
import type { Reader, Words } from './letter.js';
import { inWords, moment } from './wording.js';

/** To who waited for a place in a course: it is theirs, or kept for them to buy. Not told when it is neither any more. */
export async function coursePlaceFree(
  database: Database,
  enrollmentId: string,
  { timeZone }: Reader,
): Promise<Words | undefined> {
  const { status, offeredUntil, paymentStatus, course } = await database.client.enrollment.findUniqueOrThrow({
    where: { id: enrollmentId },
    select: {
      ...{ status: true, offeredUntil: true, paymentStatus: true },
      course: { select: { title: true, price: true, currency: true } },
    },
  });
  const bought = offeredUntil === null && paymentStatus === 'PAID';
  const words = { course: course.title, bought, enrollmentId };
  if (offeredUntil)
    return { ...words, price: inWords(course.price, course.currency), until: moment(offeredUntil, timeZone) };
  return status === 'ACTIVE' || status === 'COMPLETED' ? words : undefined;
}
