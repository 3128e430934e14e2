import { describe, expect, it } from '@jest/globals';
import { calendarDay, compact, dayFirst, dotted, receiptDay } from '../../src/sandbox/mpesa/kenyan-time.js';
import { shillings } from '../../src/sandbox/mpesa/shillings.js';

describe('what M-Pesa writes', () => {
  it('goes by the clock of Nairobi, three hours ahead of Greenwich', () => {
    const newYear = new Date('2026-12-31T21:04:05.006Z');
    expect(compact(newYear)).toBe('20270101000405');
    expect(dayFirst(newYear)).toBe('01012027000405006');
    expect(calendarDay(newYear)).toBe('20270101');
    expect(dotted(newYear)).toBe('01.01.2027 00:04:05');
  });

  it.each([
    ['2024-07-06', 'SG6'],
    ['2024-07-09', 'SG9'],
    ['2019-12-10', 'NLA'],
    ['2019-12-19', 'NLJ'],
    ['2027-01-31', 'VAV'],
  ])('begins receipts of %s with %s', (day, beginning) => {
    expect(receiptDay(new Date(`${day}T12:00:00Z`))).toBe(beginning);
  });

  it.each([
    [1, 'Ksh1.00'],
    [999, 'Ksh999.00'],
    [1_500, 'Ksh1,500.00'],
    [1_250_000, 'Ksh1,250,000.00'],
  ])('groups %s shillings', (amount, shown) => {
    expect(shillings(amount)).toBe(shown);
  });
});
