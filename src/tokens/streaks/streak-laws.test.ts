import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parameters } from '../../../test/properties/runs.js';
import { dayOf, spanOf } from '../../platform/clock/index.js';
import { type Mark, streakOf, type StreakRules } from './streak-of.js';

/* What holds of streaks whatever was learnt, where and when. */

const zones = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/Los_Angeles',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Pacific/Auckland',
  'Pacific/Kiritimati',
  'Pacific/Pago_Pago',
];
const zone = fc.constantFrom(...zones);
/** Clocks go forward and back, years begin and leap. */
const eves = ['2026-03-05', '2026-03-26', '2026-10-22', '2026-12-29', '2028-02-26'];
/** And Samoa has no 30 December. */
const eve = fc.constantFrom(...eves, '2011-12-27');
const rules: fc.Arbitrary<StreakRules> = fc.record({
  withinDays: fc.integer({ min: 1, max: 3 }),
  freezeEvery: fc.integer({ min: 0, max: 4 }),
  mostFreezes: fc.integer({ min: 0, max: 3 }),
});

const markAt = (at: Date, where: string): Mark => {
  const day = dayOf(at, where);
  return { source: day, day, zone: where, at };
};

/** Anywhere at any time, within two weeks. */
const marks = fc
  .tuple(eve, fc.array(fc.tuple(fc.integer({ min: 0, max: 14 * 1440 }), zone), { minLength: 1, maxLength: 14 }))
  .map(([day, moments]) =>
    moments.map(([minute, where]) => markAt(new Date(Date.parse(`${day}T00:00Z`) + minute * 60_000), where)),
  );

it('any order of the marks, and each several times, comes to the same', () => {
  const shuffled = marks.chain((all) => {
    const twice = [...all, ...all];
    return fc.tuple(fc.constant(all), fc.shuffledSubarray(twice, { minLength: twice.length }));
  });
  fc.assert(
    fc.property(shuffled, rules, ([all, again], by) => {
      expect(streakOf(again, by)).toEqual(streakOf(all, by));
    }),
    parameters(300),
  );
});

it('every day counts once, in one row; freezes are never below zero, nor above the most', () => {
  fc.assert(
    fc.property(marks, rules, (all, by) => {
      for (let count = 1; count <= all.length; count += 1) {
        const known = all.slice(0, count);
        const { rows, freezes, longest, last } = streakOf(known, by)!;
        const days = [...new Set(known.map(({ day }) => day))];
        expect(rows.flatMap((row) => row.days).toSorted()).toEqual(days.toSorted());
        expect(freezes).toBeGreaterThanOrEqual(0);
        expect(freezes).toBeLessThanOrEqual(by.mostFreezes);
        expect(longest).toBe(rows.map((row) => row.days.length).toSorted((one, other) => other - one)[0]);
        expect(last.day).toBe(days.toSorted().at(-1));
      }
    }),
    parameters(200),
  );
});

/** Written differently: days as a text, `x` for one on which something was learnt. */
function modelOf(text: string, { withinDays, freezeEvery, mostFreezes }: StreakRules) {
  const lengths: number[] = [];
  let freezes = 0;
  for (const part of text.match(/\.*x/g) ?? []) {
    const missed = Math.floor((part.length - 1) / withinDays);
    if (lengths.length === 0) lengths.push(0);
    else if (missed > freezes) lengths.push(0);
    else freezes -= missed;
    const length = lengths.pop()! + 1;
    lengths.push(length);
    if (freezeEvery > 0 && length % freezeEvery === 0 && freezes < mostFreezes) freezes += 1;
  }
  return { lengths, freezes };
}

/** The days that a place has from one on, of which it left none out. */
function daysOf(where: string, first: string, count: number): string[] {
  const days: string[] = [];
  for (let at = Date.parse(`${first}T00:00Z`); days.length < count; at += 86_400_000) {
    const day = new Date(at).toISOString().slice(0, 10);
    const { from, until } = spanOf(day, where);
    if (until > from) days.push(day);
  }
  return days;
}

it('who stays in one place has what its calendar says, at whatever hour they learn, as another way of counting has it', () => {
  const learnt = fc.array(fc.tuple(fc.boolean(), fc.double({ min: 0, max: 0.9999, noNaN: true })), {
    minLength: 1,
    maxLength: 20,
  });
  fc.assert(
    fc.property(zone, eve, learnt, rules, (where, first, days, by) => {
      const calendar = daysOf(where, first, days.length);
      const all = days.flatMap(([studied, part], index) => {
        const { from, until } = spanOf(calendar[index]!, where);
        const moment = from.getTime() + Math.floor(part * (until.getTime() - from.getTime()));
        return studied ? [markAt(new Date(moment), where)] : [];
      });
      // What lies before the first is not missed.
      const text = days.map(([studied]) => (studied ? 'x' : '.')).join('');
      const streak = streakOf(all, by);
      expect({
        lengths: streak?.rows.map((row) => row.days.length) ?? [],
        freezes: streak?.freezes ?? 0,
      }).toEqual(modelOf(text.replace(/^\.+/, ''), by));
    }),
    parameters(300),
  );
});

it('who never pauses for a day keeps the row wherever they go, if they stay three days before they go on', () => {
  const step = fc.record({ hours: fc.integer({ min: 1, max: 22 }), to: zone });
  fc.assert(
    fc.property(
      fc.constantFrom(...eves),
      zone,
      fc.array(step, { minLength: 2, maxLength: 40 }),
      (first, home, steps) => {
        let at = Date.parse(`${first}T00:00Z`);
        let [where, since] = [home, at];
        const all = steps.map(({ hours, to }) => {
          at += hours * 3_600_000;
          // A flight takes its time.
          if (hours >= 10 && at - since >= 72 * 3_600_000) [where, since] = [to, at];
          return markAt(new Date(at), where);
        });
        const streak = streakOf(all, { withinDays: 1, freezeEvery: 0, mostFreezes: 0 });
        expect(streak?.rows).toHaveLength(1);
        expect(streak?.longest).toBe(new Set(all.map(({ day }) => day)).size);
      },
    ),
    parameters(500),
  );
});
