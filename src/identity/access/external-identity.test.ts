import { readIdentity } from './external-identity.js';

const claims = { iss: 'https://people.example.test', sub: 'person-1' };

describe('what is read from an external token', () => {
  it('needs nothing but a subject', () => {
    expect(readIdentity(claims)).toEqual({
      issuer: claims.iss,
      subject: 'person-1',
      name: 'New user',
      email: null,
      timeZone: 'UTC',
    });
  });

  it.each([[undefined], [''], [42], ['a\0b'], ['x'.repeat(256)]])('is nothing when the subject is %j', (sub) => {
    expect(readIdentity({ ...claims, sub })).toBeUndefined();
  });

  it.each([
    [{ name: ' Amina W. ', given_name: 'A', preferred_username: 'u' }, 'Amina W.'],
    [{ name: '  ', given_name: 'Amina', family_name: 'Wanjiru' }, 'Amina Wanjiru'],
    [{ family_name: 'Wanjiru' }, 'Wanjiru'],
    [{ preferred_username: 'amina' }, 'amina'],
    [{ name: 'A\0\nB' }, 'A B'],
    [{ name: { first: 'A' } }, 'New user'],
    [{ name: 'x'.repeat(500) }, 'x'.repeat(200)],
  ])('names the person from %j', (names, name) => {
    expect(readIdentity({ ...claims, ...names })?.name).toBe(name);
  });

  it.each([
    [{ email: 'Amina@Example.com', email_verified: true }, 'amina@example.com'],
    [{ email: 'amina@example.com', email_verified: false }, null],
    [{ email: 'amina@example.com', email_verified: 'true' }, null],
    [{ email: 'amina@example.com' }, null],
    [{ email: 'not an e-mail', email_verified: true }, null],
    [{ email: ['amina@example.com'], email_verified: true }, null],
  ])('takes only a verified e-mail: %j', (given, email) => {
    expect(readIdentity({ ...claims, ...given })?.email).toBe(email);
  });

  it.each([
    ['Africa/Nairobi', 'Africa/Nairobi'],
    ['+03:00', 'UTC'],
    ['Mars/Olympus', 'UTC'],
    [3, 'UTC'],
  ])('takes only an IANA time zone: %j', (zoneinfo, timeZone) => {
    expect(readIdentity({ ...claims, zoneinfo })?.timeZone).toBe(timeZone);
  });
});
