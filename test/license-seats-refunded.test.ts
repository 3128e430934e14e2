import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { endQuietly } from './support/keep-books.js';
import { LicenseDesk } from './support/license-desk.js';
import { person } from './support/people.js';
import { expectStatus, told } from './support/school.js';

let desk: LicenseDesk;
beforeAll(async () => {
  desk = await LicenseDesk.open({ ROLE: 'api' });
});
afterAll(() => desk.school.close());
endQuietly(() => desk.school);

it('seats whose money went back are kept by who has them, and given to nobody else', async () => {
  const customer = await desk.customer();
  const { token } = customer.admin;
  const license = await desk.created(customer, { seats: 2 });
  await desk.bought(license, customer.admin);
  await desk.activate(license);
  await desk.renewed(license, { seats: 4 });
  const renewal = await desk.bought(license, customer.admin);
  const seats = `/enterprise/licenses/${license.id}/seats`;
  const give = async () => {
    const { id } = await person(desk.school);
    return { id, answer: await desk.school.post<{ code: string; detail: string }>(seats, { userId: id }, token) };
  };
  const held = [await give(), await give(), await give(), await give()];
  for (const { answer } of held) expectStatus(201, answer);
  await desk.money.refunded(renewal);
  expect(await desk.one(license)).toMatchObject({ seats: 4, seatsTaken: 4 });
  const left: [number, number][] = [];
  for (const { id } of held.slice(0, 3)) {
    expectStatus(204, await desk.school.request('DELETE', `${seats}/${id}`, { token }));
    const now = await desk.one(license);
    left.push([now.seats, now.seatsTaken]);
    if (now.seatsTaken >= 2) expect(told((await give()).answer)).toBe('NO_SEAT_LEFT');
  }
  expect(left).toEqual([
    [3, 3],
    [2, 2],
    [2, 1],
  ]);
  expectStatus(201, (await give()).answer);
});
