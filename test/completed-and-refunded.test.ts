import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OwnCertificateDto } from '../src/enrollments/certificates/certificates.dto.js';
import { Desk, type Sale } from './support/giving-back.js';
import { keepBooks } from './support/keep-books.js';
import { completeCourse, type Learner, LearningDesk } from './support/learning-desk.js';
import { expectStatus, openSchool, type School } from './support/school.js';

/* What is left of progress and certificates when the money goes back, or is fought over. */

let school: School;
let desk: Desk;
let learning: LearningDesk;
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api' });
  desk = new Desk(school);
  learning = new LearningDesk(school, school.instructor);
});
afterAll(() => school.close());
keepBooks(() => school);

/** A course of two lectures, bought, of which one or both are completed. */
async function bought(how: 'half' | 'all') {
  const course = await learning.course(['a', 'b'], { isPremium: true, price: 10_000 });
  const sale = await desk.buy({ courseId: course.id });
  if (how === 'all') await completeCourse(school, sale);
  const { body } = await school.get<{ id: string }>(`/enrollments/course/${course.id}`, sale.buyer.token);
  const learner = { id: body.id, student: sale.buyer };
  if (how === 'half') await learning.completed(learner, course.lectures.a!);
  return { sale, learner, course };
}

const certificateOf = ({ id, student }: Learner, query = '') =>
  school.get<OwnCertificateDto & { code: string }>(`/enrollments/${id}/certificate${query}`, student.token);

async function isValid(learner: Learner): Promise<boolean> {
  const { serial, valid } = expectStatus(200, await certificateOf(learner));
  expect(expectStatus(200, await school.get<OwnCertificateDto>(`/certificates/${serial}`)).valid).toBe(valid);
  const page = await fetch(`${school.url}/api/certificates/${serial}`, { headers: { accept: 'text/html' } });
  expect(await page.text()).toContain(valid ? '<strong>Valid.</strong>' : '<strong>Not valid.</strong>');
  return valid;
}

const closed = { status: 409, body: { code: 'ENROLLMENT_NOT_OPEN' } };
async function expectClosed(learner: Learner, lectureId: string): Promise<void> {
  const before = await learning.place(learner);
  expect(await learning.complete(learner, lectureId)).toMatchObject(closed);
  expect(await learning.record(learner, { timeSpent: 10 })).toMatchObject(closed);
  expect(await learning.place(learner)).toEqual(before);
}
const buyAgain = ({ buyer, courseId }: Sale) => desk.buy({ buyer, courseId });

describe('a place that is refunded', () => {
  it('goes on where it was when it is bought again', async () => {
    const { sale, learner, course } = await bought('half');
    await desk.refunded(sale);
    await desk.quiet();
    await expectClosed(learner, course.lectures.b!);
    await buyAgain(sale);
    expect(await learning.standing(learner)).toEqual([50, 'ACTIVE', false]);
    await learning.completed(learner, course.lectures.b!);
    expect(await learning.standing(learner)).toEqual([100, 'COMPLETED', true]);
  });

  it('keeps its completion; the certificate holds no longer, and again when it is bought again', async () => {
    const { sale, learner, course } = await bought('all');
    const { completedAt } = await learning.place(learner);
    const { serial } = expectStatus(200, await certificateOf(learner));
    expect(await isValid(learner)).toBe(true);
    await desk.refunded(sale);
    await desk.quiet();
    expect(await learning.standing(learner)).toEqual([100, 'CANCELLED', true]);
    expect(await isValid(learner)).toBe(false);
    expect(await certificateOf(learner, '?format=pdf')).toMatchObject({
      status: 409,
      body: { code: 'CERTIFICATE_WITHDRAWN' },
    });
    await expectClosed(learner, course.lectures.a!);

    await buyAgain(sale);
    expect(await learning.place(learner)).toMatchObject({ status: 'COMPLETED', progress: 100, completedAt });
    expect([await isValid(learner), (await certificateOf(learner)).body.serial]).toEqual([true, serial]);
    await learning.completed(learner, course.lectures.a!);
    expect(await learning.completions(learner)).toEqual({ told: 1, certificates: 1 });
  });

  it('stays open with its certificate where the course says that a refunded buyer keeps it', async () => {
    const { sale, learner, course } = await bought('half');
    await school.sql('UPDATE courses SET keep_access_on_refund = true WHERE id = $1', [course.id]);
    await desk.refunded(sale);
    await desk.quiet();
    await learning.completed(learner, course.lectures.b!);
    expect(await learning.standing(learner)).toEqual([100, 'COMPLETED', true]);
    expect(await isValid(learner)).toBe(true);
  });
});

it('a place that is disputed is closed meanwhile; its certificate holds until that is decided', async () => {
  const { learner, course } = await bought('all');
  await school.sql(`UPDATE enrollments SET status = 'SUSPENDED' WHERE id = $1`, [learner.id]);
  await expectClosed(learner, course.lectures.a!);
  expect(await isValid(learner)).toBe(true);
  await school.sql(`UPDATE enrollments SET status = 'COMPLETED' WHERE id = $1`, [learner.id]);
});

it('a place that was given up is closed, and its certificate does not hold', async () => {
  const { learner, course } = await bought('all');
  expectStatus(200, await school.post(`/enrollments/${learner.id}/cancel`, {}, learner.student.token));
  await expectClosed(learner, course.lectures.a!);
  expect(await isValid(learner)).toBe(false);
});

it('a place without a standing grant is closed, whatever it is called', async () => {
  const { learner, course } = await bought('half');
  await school.sql('UPDATE access_grants SET revoked_at = now() WHERE source_id = $1', [learner.id]);
  await expectClosed(learner, course.lectures.b!);
  await school.sql('UPDATE access_grants SET revoked_at = NULL WHERE source_id = $1', [learner.id]);
});
