import { describe, expect, it } from '@jest/globals';
import type { SubscriptionStatus } from '../../platform/database/index.js';
import { nextLook } from './next-look.js';
import { isOpenAt } from './standing.js';
import { canBecome, hasEnded, subscriptionTransitions } from './subscription-states.js';

const all = Object.keys(subscriptionTransitions) as SubscriptionStatus[];
const at = (text: string) => new Date(`${text}Z`);

describe('the states of a subscription', () => {
  it.each<[SubscriptionStatus, SubscriptionStatus[]]>([
    ['INCOMPLETE', ['INCOMPLETE', 'TRIALING', 'ACTIVE', 'PAST_DUE', 'CANCELED', 'EXPIRED']],
    ['TRIALING', ['TRIALING', 'ACTIVE', 'PAST_DUE', 'CANCELED', 'EXPIRED']],
    ['ACTIVE', ['ACTIVE', 'PAST_DUE', 'CANCELED', 'EXPIRED']],
    ['PAST_DUE', ['ACTIVE', 'PAST_DUE', 'CANCELED', 'EXPIRED']],
    ['CANCELED', ['CANCELED']],
    ['EXPIRED', ['EXPIRED']],
  ])('%s becomes, in however many moves, %j', (from, reached) => {
    expect(all.filter((to) => canBecome(from, to)).toSorted()).toEqual(reached.toSorted());
  });

  it('end where nothing leads on', () => {
    expect(all.filter(hasEnded)).toEqual(['CANCELED', 'EXPIRED']);
  });
});

describe('what it gives stands', () => {
  const now = at('2027-06-05T00:00:00');
  const standing = { status: 'ACTIVE', graceEndsAt: null, suspendedBy: null, ending: false } as const;

  it.each([
    [standing, true],
    [{ ...standing, status: 'TRIALING' }, true],
    [{ ...standing, status: 'INCOMPLETE' }, false],
    [{ ...standing, status: 'CANCELED' }, false],
    [{ ...standing, suspendedBy: 'ps_1' }, false],
    [{ ...standing, ending: true }, false],
    [{ ...standing, status: 'PAST_DUE', graceEndsAt: at('2027-06-05T00:00:01') }, true],
    [{ ...standing, status: 'PAST_DUE', graceEndsAt: now }, false],
  ] as const)('%j: %s', (row, open) => {
    expect(isOpenAt(now, row)).toBe(open);
  });
});

describe('it is looked at again', () => {
  const row: Parameters<typeof nextLook>[1] = {
    ...{ status: 'ACTIVE', open: true, expiresAt: at('2027-06-01T00:30:00'), trialEndsAt: null, nextAttemptAt: null },
    ...{ periodStart: at('2027-06-01T00:00:00'), periodEnd: at('2027-07-01T00:00:00'), graceEndsAt: null },
  };

  it.each<[string, Parameters<typeof nextLook>[1], string, string]>([
    ['when its renewal has been collected', row, '2027-06-01T00:00:00', '2027-06-01T02:00:00'],
    ['when its period is over', row, '2027-06-01T02:00:00', '2027-07-01T00:02:00'],
    ['when its page ends', { ...row, status: 'INCOMPLETE' }, '2027-06-01T00:00:00', '2027-06-01T00:30:00'],
    [
      'three days before its trial ends',
      { ...row, status: 'TRIALING', trialEndsAt: at('2027-06-15T00:00:00') },
      '2027-06-02T00:00:00',
      '2027-06-12T00:00:00',
    ],
    [
      'when it is tried again',
      { ...row, status: 'PAST_DUE', nextAttemptAt: at('2027-06-04T00:00:00'), graceEndsAt: at('2027-06-08T00:00:00') },
      '2027-06-02T00:00:00',
      '2027-06-04T00:02:00',
    ],
    [
      'when its grace ends',
      { ...row, status: 'PAST_DUE', nextAttemptAt: at('2027-06-09T00:00:00'), graceEndsAt: at('2027-06-08T00:00:00') },
      '2027-06-05T00:00:00',
      '2027-06-08T00:00:00',
    ],
  ])('%s', (_, when, now, next) => {
    expect(nextLook(at(now), when)).toEqual(at(next));
  });

  it('never when it has ended', () => {
    expect(nextLook(at('2027-06-02T00:00:00'), { ...row, status: 'EXPIRED' })).toBeNull();
  });
});
