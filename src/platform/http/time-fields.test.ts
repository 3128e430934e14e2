import { describe, expect, it } from '@jest/globals';
import { DomainError } from '../errors/index.js';
import { Day, Moment } from './index.js';
import { RequestValidation } from './validation.js';

class When {
  @Moment({ description: 'A moment', optional: true })
  at?: string;

  @Day({ description: 'A day', optional: true })
  day?: string;
}

/** What is said against it; nothing when it passes. */
async function refusal(request: object): Promise<unknown> {
  try {
    expect(await new RequestValidation().transform(request, { type: 'body', metatype: When })).toEqual(request);
    return undefined;
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return error.errors;
  }
}

describe('a moment', () => {
  it.each([
    '2026-11-21T10:00:00Z',
    '2026-11-21T10:00:00z',
    '2026-11-21T10:00Z',
    '2026-11-21T10:00:00.123456789Z',
    '2026-11-21T10:00:00+03:00',
    '2026-11-21T10:00-0330',
    '2028-02-29T23:59:59+14:00',
  ])('has its time and zone: %s', async (at) => {
    expect(await refusal({ at })).toBeUndefined();
  });

  it.each([
    '2026-11-25',
    '2026-11-25Z',
    '2026-11-25+03:00',
    '2026-11-25T10:00:00',
    '2026-11-25T10:00:00.000',
    '2026-11-25T10Z',
    '2026-11-25T10:00:00 03:00',
    '2026-11-25T10:00:00+3',
    '2026-11-25T10:00:00+25:00',
    '2026-11-25T25:00:00Z',
    '2026-02-29T10:00:00Z',
    '2026-13-01T10:00:00Z',
    '2026-W48-3T10:00:00Z',
    '+012026-11-25T10:00:00Z',
    'tomorrow',
    '',
    1_795_000_000_000,
    ['2026-11-25T10:00:00Z'],
    null,
  ])('is not guessed from %j', async (at) => {
    const detail =
      'at must be a moment with its time and zone, such as 2026-11-21T10:00:00Z or 2026-11-21T13:00:00+03:00 (in a URL + is %2B)';
    expect(await refusal({ at })).toEqual([{ pointer: '#/at', detail }]);
  });
});

describe('a day', () => {
  it.each(['2026-11-23', '2028-02-29', '2000-01-01', '2199-12-31'])('is one of the calendar: %s', async (day) => {
    expect(await refusal({ day })).toBeUndefined();
  });

  it.each([
    '2026-02-29',
    '2026-13-01',
    '2026-1-1',
    '20261123',
    '1999-12-31',
    '2200-01-01',
    '2026-11-23T10:00:00Z',
    7,
    null,
  ])('is not %j', async (day) => {
    const detail = 'day must be a day of 2000 to 2199, such as 2026-11-23';
    expect(await refusal({ day })).toEqual([{ pointer: '#/day', detail }]);
  });
});
