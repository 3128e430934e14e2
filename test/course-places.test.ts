import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EnrollmentDto } from '../src/enrollments/index.js';
import { Desk, type Sale } from './support/giving-back.js';
import { keepBooks } from './support/keep-books.js';
import { type Person, person } from './support/people.js';
import { expectStatus, openSchool, type School } from './support/school.js';
import { bought } from './support/standings.js';

/* A place in a course by its own id: who sees it, and what is left when it is given up. */

let school: School;
let desk: Desk;
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api' });
  desk = new Desk(school);
});
afterAll(() => school.close());
keepBooks(() => school);

const givenUp = { ...bought, place: 'CANCELLED', open: false, count: 0 };

const placeOf = async ({ courseId, buyer }: Sale) =>
  expectStatus(200, await school.get<EnrollmentDto>(`/enrollments/course/${courseId}`, buyer.token));
const see = (id: string, { token }: Person) => school.get<EnrollmentDto>(`/enrollments/${id}`, token);
const giveUp = (id: string, { token }: Person) =>
  school.post<EnrollmentDto & { code: string }>(`/enrollments/${id}/cancel`, {}, token);

describe('a place in a course', () => {
  it('is seen by its owner and by an admin, and found by nobody else', async () => {
    const sale = await desk.buy();
    const place = await placeOf(sale);
    for (const who of [sale.buyer, school.admin]) expect((await see(place.id, who)).body).toEqual(place);
    for (const who of [await person(school), await person(school, 'STAFF'), school.instructor])
      expect((await see(place.id, who)).status).toBe(404);
    expect((await see('enr_unknown', school.admin)).status).toBe(404);
  });

  it('is given up by its owner: closed, counted no more, not refunded, and again is harmless', async () => {
    const sale = await desk.buy();
    const { id } = await placeOf(sale);
    await school.sql('UPDATE enrollments SET progress = 40 WHERE id = $1', [id]);
    const moved = await desk.moved(async () => {
      for (let time = 0; time < 2; time += 1)
        expect(await giveUp(id, sale.buyer)).toMatchObject({
          status: 200,
          body: { id, status: 'CANCELLED', paymentStatus: 'PAID', progress: 40 },
        });
    });
    expect(moved).toEqual({});
    expect(await desk.standing(sale)).toEqual(givenUp);
    expect(await desk.refunds(sale)).toEqual([]);

    const again = await desk.buy({ buyer: sale.buyer, courseId: sale.courseId });
    expect(await desk.standing(again)).toEqual(bought);
    expect(await placeOf(again)).toMatchObject({ id, progress: 40, paymentSessionId: again.sessionId });
  });

  it('is taken away by an admin, and by nobody else', async () => {
    const sale = await desk.buy();
    const { id } = await placeOf(sale);
    for (const who of [await person(school), await person(school, 'STAFF'), school.instructor])
      expect((await giveUp(id, who)).status).toBe(404);
    await desk.quiet();
    expect(await desk.standing(sale)).toEqual(bought);
    expect((await giveUp(id, school.admin)).status).toBe(200);
    await desk.quiet();
    expect(await desk.standing(sale)).toEqual(givenUp);
  });
});
