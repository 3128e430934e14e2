import type { Database } from '../../platform/database/index.js';
import type { Reader, Words } from './letter.js';
import { moment } from './wording.js';

/** In the words of the certificate. Not told when the place has been given up or taken back by now. */
export async function courseCompleted(
  database: Database,
  enrollmentId: string,
  { timeZone }: Reader,
): Promise<Words | undefined> {
  const { status, certificate } = await database.client.enrollment.findUniqueOrThrow({
    where: { id: enrollmentId },
    select: { status: true, certificate: true },
  });
  if (!certificate || status === 'CANCELLED') return undefined;
  return {
    courseTitle: certificate.courseTitle,
    instructor: certificate.instructorName,
    completedAt: moment(certificate.issuedAt, timeZone),
    serial: certificate.serial,
    enrollmentId,
  };
}
