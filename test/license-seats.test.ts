import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from './support/app.js';
import { keepBooks } from './support/keep-books.js';
import { type License, LicenseSeatDesk, licensesFile } from './support/license-seat-desk.js';
import { type Person, person } from './support/people.js';
import { expectStatus, told } from './support/school.js';

const DAY = 86_400;

let app: TestApp;
let desk: LicenseSeatDesk;
let [ada, eve, tom]: Person[] = [];
beforeAll(async () => {
  app = await startTestApp({ ROLE: 'api', JWT_EXPIRES_IN: '86400', LICENSES_FILE: await licensesFile() });
  desk = new LicenseSeatDesk(app);
  [ada, eve, tom] = await Promise.all([person(app), person(app), person(app)]);
}, 60_000);
afterAll(() => app.close());
keepBooks(() => app);

const statuses = async (license: License) => (await desk.list(license)).map(({ status }) => status);

describe('a seat', () => {
  it('is given to a person, and once', async () => {
    const license = await desk.license();
    const seat = await desk.given(license, { userId: ada!.id });
    expect(seat).toMatchObject({
      licenseId: license.id,
      tier: 'TEAM',
      status: 'ASSIGNED',
      userId: ada!.id,
      code: null,
    });
    expect(await desk.given(license, { userId: ada!.id })).toEqual(seat);
    // By their address it is the same person.
    expect(await desk.given(license, { email: ada!.email.toUpperCase() })).toEqual(seat);
    expect(await desk.taken(license)).toEqual([1, 1]);
    const { code: _, ...listed } = seat;
    expect(await desk.list(license)).toEqual([listed]);
    expect(await desk.list(license, 'status=INVITED')).toEqual([]);
  });

  it('that was offered to the address of a person who is given one is theirs, and no second is taken', async () => {
    const license = await desk.license();
    const { id } = await desk.given(license, { email: tom!.email });
    expect(await desk.given(license, { userId: tom!.id })).toMatchObject({ id, status: 'ASSIGNED', userId: tom!.id });
    expect(await desk.taken(license)).toEqual([1, 1]);
  });

  it('is offered to an address, kept free for it, and accepted by whoever has the code', async () => {
    const license = await desk.license({ seats: 1 });
    const seat = await desk.given(license, { email: 'new@acme.example' });
    expect(seat).toMatchObject({ status: 'INVITED', userId: null, email: 'new@acme.example', assignedAt: null });
    expect(Date.parse(String(seat.invitedUntil)) - app.clock.now().getTime()).toBeGreaterThan(13.99 * DAY * 1000);
    expect(await desk.given(license, { email: 'new@acme.example' })).toEqual(seat);
    expect(told(await desk.give(license, { userId: ada!.id }))).toBe('NO_SEAT_LEFT');
    expect(expectStatus(200, await desk.accept(seat.code, ada!))).toMatchObject({
      status: 'ASSIGNED',
      userId: ada!.id,
    });
    // Again, by them, and by another.
    expect(expectStatus(200, await desk.accept(seat.code, ada!)).id).toBe(seat.id);
    expect(told(await desk.accept(seat.code, eve!))).toBe('SEAT_INVITATION_OVER');
    expect(await desk.given(license, { email: 'new@acme.example' })).toMatchObject({ id: seat.id, code: null });
    expect(await desk.taken(license)).toEqual([1, 1]);
  });

  it('is not accepted by who has one, and the offer stays', async () => {
    const license = await desk.license();
    await desk.given(license, { userId: ada!.id });
    const { code } = await desk.given(license, { email: 'other@acme.example' });
    expect(told(await desk.accept(code, ada!))).toBe('SEAT_HELD');
    expect(told(await desk.accept(code, eve!))).toBe('done');
  });

  it('is not had by a code that is not ours', async () => {
    const license = await desk.license();
    const [one, other] = [
      await desk.given(license, { email: 'a@x.example' }),
      await desk.given(license, { email: 'b@x.example' }),
    ];
    const forged = [`${one.id}.${other.code!.split('.')[1]}`, one.code!.slice(0, -1), `${one.code}A`, one.id, '.', 'ä'];
    for (const code of forged) expect([code, told(await desk.accept(code, eve!))]).toEqual([code, 'NOT_FOUND']);
    expect(await statuses(license)).toEqual(['INVITED', 'INVITED']);
  });

  it('is taken away, for another to have; what was offered too', async () => {
    const license = await desk.license({ seats: 2 });
    await desk.given(license, { userId: ada!.id });
    const { id, code } = await desk.given(license, { email: 'new@acme.example' });
    for (const who of [ada!.id, id, ada!.id, id]) expect((await desk.end(license, who)).status).toBe(204);
    expect(await desk.taken(license)).toEqual([0, 0]);
    expect(told(await desk.accept(code, eve!))).toBe('SEAT_INVITATION_OVER');
    expect(told(await desk.end(license, eve!.id))).toBe('NOT_FOUND');
    await desk.given(license, { userId: ada!.id });
    expect(await desk.taken(license)).toEqual([1, 1]);
  });

  it('is moved to another, and offered', async () => {
    const license = await desk.license({ seats: 2 });
    await desk.given(license, { userId: ada!.id });
    expect(expectStatus(200, await desk.pass(license, ada!.id, { userId: eve!.id }))).toMatchObject({
      userId: eve!.id,
    });
    const { id, code } = expectStatus(200, await desk.pass(license, eve!.id, { email: 'new@acme.example' }));
    expect(expectStatus(200, await desk.pass(license, id, { email: 'new@acme.example' }))).toMatchObject({ id, code });
    expect(expectStatus(200, await desk.pass(license, id, { userId: tom!.id }))).toMatchObject({
      userId: tom!.id,
      code: null,
    });
    expect(told(await desk.accept(code, eve!))).toBe('SEAT_INVITATION_OVER');
    expect(told(await desk.pass(license, ada!.id, { userId: eve!.id }))).toBe('NOT_FOUND');
    await desk.given(license, { userId: eve!.id });
    expect(told(await desk.pass(license, tom!.id, { userId: eve!.id }))).toBe('SEAT_HELD');
    expect(told(await desk.pass(license, tom!.id, { userId: 'usr_nobody' }))).toBe('NOT_FOUND');
    expect(await desk.taken(license)).toEqual([2, 2]);
    expect((await desk.list(license, 'status=ASSIGNED')).map(({ userId }) => userId)).toEqual([eve!.id, tom!.id]);
  });

  it('is for one person or one address that is one', async () => {
    const license = await desk.license();
    for (const taker of [{}, { userId: ada!.id, email: 'a@x.example' }, { email: 'nobody' }, { userId: 7 }]) {
      expect(told(await desk.give(license, taker))).toBe('VALIDATION_FAILED');
      expect(told(await desk.pass(license, ada!.id, taker))).toBe('VALIDATION_FAILED');
    }
    expect(told(await desk.give(license, { userId: 'usr_nobody' }))).toBe('NOT_FOUND');
    expect(await desk.taken(license)).toEqual([0, 0]);
  });

  it('of another organization is nobody else’s to handle, but the school’s', async () => {
    const [license, { boss }] = [await desk.license(), await desk.license()];
    await desk.given(license, { userId: ada!.id });
    const admin = await person(app, 'ADMIN');
    const path = `/enterprise/licenses/${license.id}/seats`;
    const asked = async (by: Person) => [
      (await app.get(path, by.token)).status,
      (await desk.give(license, { userId: eve!.id }, by)).status,
      (await desk.pass(license, ada!.id, { userId: tom!.id }, by)).status,
      (await desk.end(license, tom!.id, by)).status,
    ];
    expect(await asked(boss)).toEqual([404, 404, 404, 404]);
    expect(await asked(ada!)).toEqual([403, 403, 403, 403]);
    expect(await desk.taken(license)).toEqual([1, 1]);
    expect(await asked(admin)).toEqual([200, 201, 200, 204]);
  });
});

describe('an offer that nobody accepts in time', () => {
  it('is over to the moment, and made again is another', async () => {
    const license = await desk.license({ seats: 1 });
    const first = await desk.given(license, { email: 'late@acme.example' });
    app.clock.advance(14 * DAY);
    expect(told(await desk.accept(first.code, eve!))).toBe('SEAT_INVITATION_OVER');
    const second = await desk.given(license, { email: 'late@acme.example' });
    expect(second.id).not.toBe(first.id);
    expect(await statuses(license)).toEqual(['INVITED', 'ENDED']);
    expect(await desk.taken(license)).toEqual([1, 1]);
  });

  it('gives its seat back by itself', async () => {
    const [license, other] = [await desk.license({ seats: 2 }), await desk.license()];
    await desk.given(license, { email: 'a@acme.example' });
    await desk.given(other, { email: 'a@acme.example' });
    app.clock.advance(13 * DAY);
    await desk.given(license, { email: 'b@acme.example' });
    app.clock.advance(DAY);
    await app.settle();
    expect([await desk.taken(license), await desk.taken(other)]).toEqual([
      [1, 1],
      [0, 0],
    ]);
    expect(await statuses(license)).toEqual(['INVITED', 'ENDED']);
  });
});
