import { describe, expect, it } from '@jest/globals';
import type { MpesaAccess } from '../../platform/config/index.js';
import { outcomeAddresses, pushCredentials } from './mpesa-addresses.js';

const access: MpesaAccess = {
  apiUrl: 'https://sandbox.example',
  consumerKey: 'key',
  consumerSecret: 'secret',
  shortcode: '174379',
  // The one of the public sandbox.
  passkey: 'bfb279f9aa9bdbcf158e97dd71a467cd2e0c893059b10f78e6b72ada1ed2c919',
  initiatorName: 'testapi',
  securityCredential: 'credential',
  callbackAddresses: [],
  callbackUrl: 'https://pay.school.example/api/webhooks/daraja',
};

describe('what proves who asks for a push', () => {
  it('is the number, the passkey and the moment', () => {
    expect(pushCredentials(access, new Date('2021-06-28T06:24:08.999Z'))).toEqual({
      BusinessShortCode: '174379',
      Timestamp: '20210628092408',
      Password:
        'MTc0Mzc5YmZiMjc5ZjlhYTliZGJjZjE1OGU5N2RkNzFhNDY3Y2QyZTBjODkzMDU5YjEwZjc4ZTZiNzJhZGExZWQyYzkxOTIwMjEwNjI4MDkyNDA4',
    });
  });

  it.each([
    ['2026-12-31T20:59:59Z', '20261231235959'],
    ['2026-12-31T21:00:00Z', '20270101000000'],
    ['2026-02-28T21:30:00Z', '20260301003000'],
    ['2028-02-28T21:00:00.001Z', '20280229000000'],
    // Europe's clocks change; Nairobi's never do.
    ['2026-03-29T01:00:00Z', '20260329040000'],
    ['2026-10-25T01:00:00Z', '20261025040000'],
  ])('counts %s by the clocks of Nairobi: %s', (moment, timestamp) => {
    const { Timestamp, Password = '' } = pushCredentials(access, new Date(moment));
    expect(Timestamp).toBe(timestamp);
    expect(Buffer.from(Password, 'base64').toString()).toBe(`${access.shortcode}${access.passkey}${timestamp}`);
  });
});

it('the addresses of an outcome differ by what they are for, and hold no word that M-Pesa refuses', () => {
  const addresses = outcomeAddresses(access, '0123456789abcdef');
  expect(addresses).toEqual({
    ResultURL: 'https://pay.school.example/api/webhooks/daraja/0123456789abcdef',
    QueueTimeOutURL: 'https://pay.school.example/api/webhooks/daraja/0123456789abcdef-late',
  });
  for (const url of Object.values(addresses)) expect(url).not.toMatch(/m-?pesa|safaricom|exe|cmd|sql|query/i);
});
