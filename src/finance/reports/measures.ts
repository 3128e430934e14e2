import { Prisma } from '../../platform/database/index.js';

export const MEASURES = [
  'no-shows-kept',
  'no-shows-kept-revenue',
  'seats-booked',
  'seats-attended',
  'seat-attendance',
  'payments-concluded',
  'payments-succeeded',
  'payment-success',
  'cash-days-counted',
  'cash-days-perfect',
  'package-credits-sold',
  'package-credits-used',
  'package-credits-returned',
  'package-credits-refunded',
  'package-utilisation',
  'coupon-uses',
  'course-enrollments',
  'course-completions',
  'tokens-awarded',
  'tokens-redeemed',
  'tokens-credited',
] as const;
export type Measure = (typeof MEASURES)[number];

/** Whether a moment lies in the period that is asked about. */
type Within = (moment: Prisma.Sql) => Prisma.Sql;

/** Each answers rows of measure, key, currency and value. */
export const measureQueries: readonly ((within: Within) => Prisma.Sql)[] = [
  keptNoShows,
  attendance,
  paymentSuccess,
  cashCounts,
  packageCredits,
  couponUses,
  courses,
  tokens,
];

/** Seats of sessions that began in the period, whose students did not come and whose money stays. What stays is net of tax, of the journal. */
function keptNoShows(within: Within): Prisma.Sql {
  const kept = Prisma.sql`
    SELECT t.id FROM seats t JOIN class_sessions n ON n.id = t.session_id
    WHERE t.status = 'NO_SHOW' AND t.paid_amount > 0 AND t.given_back_at IS NULL AND ${within(Prisma.sql`n.start_time`)}`;
  return Prisma.sql`
    SELECT 'no-shows-kept', NULL, NULL, count(*) FROM (${kept}) kept
    UNION ALL
    SELECT 'no-shows-kept-revenue', NULL, a.currency, -sum(l.amount)
    FROM (${kept}) kept
    JOIN ledger_entries e ON e.object_type = 'seat' AND e.object_id = kept.id
    JOIN ledger_postings l ON l.entry_id = e.id
    JOIN ledger_accounts a ON a.id = l.account_id AND a.code IN ('liability:deferred:sessions', 'revenue:sessions')
    GROUP BY a.currency`;
}

/** Seats that were not given up, of sessions that began in the period and were held to their end. */
function attendance(within: Within): Prisma.Sql {
  return shares(
    Prisma.sql`
      SELECT NULL AS key, count(*) AS of, count(t.checked_in_at) AS part FROM seats t JOIN class_sessions n ON n.id = t.session_id
      WHERE n.status = 'FINISHED' AND t.status <> 'CANCELLED' AND ${within(Prisma.sql`n.start_time`)}`,
    { of: 'seats-booked', part: 'seats-attended', share: 'seat-attendance' },
  );
}

/** Attempts to pay that were begun in the period and have come to an end; success is money that came. */
function paymentSuccess(within: Within): Prisma.Sql {
  return shares(
    Prisma.sql`
      SELECT p.provider::text AS key, count(*) AS of, count(p.completed_at) AS part FROM payments p
      WHERE p.status NOT IN ('PENDING', 'UNKNOWN') AND ${within(Prisma.sql`p.created_at`)} GROUP BY p.provider`,
    { of: 'payments-concluded', part: 'payments-succeeded', share: 'payment-success' },
  );
}

/** Days of a branch with a count in the period. A perfect one has no count that differs from the books, in any currency. */
function cashCounts(within: Within): Prisma.Sql {
  return shares(
    Prisma.sql`
      SELECT branch_id AS key, count(*) AS of, count(*) FILTER (WHERE perfect) AS part
      FROM (
        SELECT branch_id, bool_and(expected = counted) AS perfect FROM cash_counts
        WHERE ${within(Prisma.sql`created_at`)} GROUP BY branch_id, day
      ) days GROUP BY branch_id`,
    { of: 'cash-days-counted', part: 'cash-days-perfect' },
  );
}

/** Of packages bought in the period, to this day. What is used stays so unless it was returned. */
function packageCredits(within: Within): Prisma.Sql {
  return Prisma.sql`
    SELECT figure.measure, NULL, NULL, figure.value
    FROM (
      SELECT coalesce(sum(k.session_count), 0) AS sold, coalesce(sum(k.refunded_sessions), 0) AS refunded,
        coalesce(sum(t.used), 0) AS used, coalesce(sum(t.returned), 0) AS returned
      FROM student_packages k CROSS JOIN LATERAL (
        SELECT count(*) AS used, count(given_back_at) AS returned FROM seats WHERE student_package_id = k.id
      ) t
      WHERE ${within(Prisma.sql`k.created_at`)}
    ) c CROSS JOIN LATERAL (VALUES
      ('package-credits-sold', c.sold), ('package-credits-used', c.used), ('package-credits-returned', c.returned),
      ('package-credits-refunded', c.refunded), ('package-utilisation', div((c.used - c.returned) * 10000, nullif(c.sold, 0)))
    ) AS figure(measure, value)
    WHERE figure.value IS NOT NULL`;
}

/** Uses that were paid in the period and not returned since. */
function couponUses(within: Within): Prisma.Sql {
  return Prisma.sql`
    SELECT 'coupon-uses', c.code, NULL, count(*) FROM coupon_uses u JOIN coupons c ON c.id = u.coupon_id
    WHERE u.status = 'CONSUMED' AND ${within(Prisma.sql`u.consumed_at`)} GROUP BY c.code`;
}

/** Places in courses taken in the period, and how many of them have completed the course by now. */
function courses(within: Within): Prisma.Sql {
  return shares(
    Prisma.sql`
      SELECT NULL AS key, count(*) AS of, count(*) FILTER (WHERE status = 'COMPLETED') AS part FROM enrollments
      WHERE ${within(Prisma.sql`created_at`)}`,
    { of: 'course-enrollments', part: 'course-completions' },
  );
}

/** Tokens that came in the period as awards and bonuses, those that were redeemed in it, and the wallet credit that they became. */
function tokens(within: Within): Prisma.Sql {
  const moved = Prisma.sql`
    SELECT coalesce(sum(amount) FILTER (WHERE type IN ('AWARD', 'BONUS')), 0) AS awarded,
      -coalesce(sum(amount) FILTER (WHERE type = 'REDEEM'), 0) AS redeemed
    FROM token_transactions WHERE ${within(Prisma.sql`created_at`)}`;
  return Prisma.sql`
    SELECT figure.measure, NULL, NULL, figure.value
    FROM (${moved}) m CROSS JOIN LATERAL (VALUES
      ('tokens-awarded', m.awarded), ('tokens-redeemed', m.redeemed)) AS figure(measure, value)
    UNION ALL
    SELECT 'tokens-credited', NULL, r.currency, sum(r.amount)
    FROM token_redemptions r JOIN token_transactions t ON t.id = r.transaction_id
    WHERE r.currency IS NOT NULL AND ${within(Prisma.sql`t.created_at`)} GROUP BY r.currency`;
}

/** A number, a part of it and, where there is a number, the part's share. */
function shares(query: Prisma.Sql, names: { of: Measure; part: Measure; share?: Measure }): Prisma.Sql {
  return Prisma.sql`
    SELECT figure.measure, counted.key, NULL, figure.value
    FROM (${query}) counted CROSS JOIN LATERAL (VALUES
      (${names.of}, counted.of), (${names.part}, counted.part), (${names.share ?? null}, counted.part * 10000 / nullif(counted.of, 0))
    ) AS figure(measure, value)
    WHERE figure.measure IS NOT NULL AND figure.value IS NOT NULL`;
}
