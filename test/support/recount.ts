import type { RevenueRowDto } from '../../src/finance/reports/revenue.dto.js';
import type { School } from './school.js';

/*
 * The reports once more, by somebody who reads only the journal's postings and adds them up by hand: what an entry means is told by its legs
 * alone, never by its kind, and a day is found by JavaScript's calendar, never by the database's.
 */

interface Entry {
  id: string;
  kind: string;
  type: string;
  object: string;
  at: Date;
  reverses: string | null;
  legs: { code: string; currency: string; amount: number }[];
}

export interface Period {
  readonly from?: Date;
  readonly to?: Date;
}

const in_ = ({ from, to }: Period, at: Date) => (!from || at >= from) && (!to || at < to);

export class Recount {
  private constructor(
    readonly entries: readonly Entry[],
    private readonly objects: ReadonlyMap<string, Record<string, string | null>>,
  ) {}

  static async of(school: School): Promise<Recount> {
    const entries = await school.sql<Entry>(
      `SELECT e.id, e.kind, e.object_type AS type, e.object_id AS object, e.effective_at AS at, e.reverses,
         json_agg(json_build_object('code', a.code, 'currency', l.currency, 'amount', l.amount)) AS legs
       FROM ledger_entries e JOIN ledger_postings l ON l.entry_id = e.id JOIN ledger_accounts a ON a.id = l.account_id
       GROUP BY e.id ORDER BY e.id`,
    );
    const objects = await school.sql<{ id: string; about: Record<string, string | null> }>(
      `SELECT p.id, json_build_object('type', s.item_kind, 'provider', p.provider, 'instructor', s.payees->0->>'userId',
         'course', CASE WHEN s.item_kind = 'course' THEN s.item_id END,
         'branch', (SELECT c.branch_id FROM class_packages k JOIN classes c ON c.id = k.class_id WHERE k.id = s.item_id)) AS about
       FROM payments p JOIN payment_sessions s ON s.id = p.session_id
       UNION ALL
       SELECT t.id, json_build_object('type', 'session', 'provider', t.payment_method, 'instructor', n.teacher_id, 'branch', n.branch_id)
       FROM seats t JOIN class_sessions n ON n.id = t.session_id
       UNION ALL
       SELECT k.id, json_build_object('type', 'package', 'provider', min(p.provider::text), 'branch', min(c.branch_id))
       FROM student_packages k JOIN classes c ON c.id = k.class_id JOIN payments p ON p.session_id = k.payment_session_id GROUP BY k.id`,
    );
    return new Recount(entries, new Map(objects.map(({ id, about }) => [id, about])));
  }

  revenue(groupBy: string, timeZone: string, period: Period = {}): RevenueRowDto[] {
    const rows = new Map<string, RevenueRowDto>();
    for (const entry of this.trade(period)) {
      const key = dateKey(groupBy, entry.at, timeZone) ?? this.objects.get(entry.object)?.[groupBy] ?? 'none';
      const { currency } = entry.legs[0]!;
      const blank = {
        sales: 0,
        received: 0,
        refunded: 0,
        tax: 0,
        instructorShare: 0,
        earned: 0,
        deferred: 0,
        losses: 0,
      };
      const row = rows.get(`${key} ${currency}`) ?? { key, currency, ...blank };
      rows.set(`${key} ${currency}`, row);
      const sale = isSale(entry);
      if (sale) row.sales += 1;
      for (const { code, amount } of entry.legs) {
        const part = partOf(code);
        if (part === 'money' && sale) row.received += amount;
        else if (part === 'money') row.refunded -= amount;
        else if (part === 'losses') row.losses += amount;
        else row[part] -= amount;
      }
    }
    // Where all that was done was undone, nothing is left to show.
    return sorted(
      [...rows.values()].filter(({ key: _key, currency: _currency, ...figures }) =>
        Object.values(figures).some((figure) => figure !== 0),
      ),
    );
  }

  tax(groupBy: string, timeZone: string, period: Period = {}): object[] {
    const rows = new Map<
      string,
      { period: string; country: string; currency: string; charged: number; givenBack: number; due: number }
    >();
    for (const entry of this.trade(period)) {
      for (const { code, currency, amount } of entry.legs) {
        if (partOf(code) !== 'tax') continue;
        const [key, country] = [dateKey(groupBy, entry.at, timeZone)!, code.split(':')[2]!.toUpperCase()];
        const name = `${key} ${country} ${currency}`;
        const row = rows.get(name) ?? { period: key, country, currency, charged: 0, givenBack: 0, due: 0 };
        rows.set(name, row);
        if (isSale(entry)) row.charged -= amount;
        else row.givenBack += amount;
        row.due -= amount;
      }
    }
    return sorted([...rows.values()]);
  }

  /** By what the kinds say, where the report goes by the legs. */
  deferred(period: Period = {}): object[] {
    const rows = new Map<string, DeferredRow>();
    for (const { kind, at, legs } of this.entries) {
      for (const { code, currency, amount } of legs) {
        if (partOf(code) !== 'deferred' || !in_({ to: period.to }, at)) continue;
        const stream = code.split(':')[2]!;
        const blank = { opening: 0, added: 0, recognised: 0, moved: 0, returned: 0, closing: 0 };
        const row = rows.get(`${stream} ${currency}`) ?? { stream, currency, ...blank };
        rows.set(`${stream} ${currency}`, row);
        row.closing -= amount;
        if (!in_(period, at)) row.opening -= amount;
        else {
          const change = changeOf(kind, legs);
          row[change] -= change === 'recognised' || change === 'returned' ? -amount : amount;
        }
      }
    }
    return sorted([...rows.values()]);
  }

  /** The sum of an account's postings, credit positive, or of all whose codes begin so. */
  balance(prefix: string): number {
    return this.entries
      .flatMap(({ legs }) => legs)
      .reduce((sum, { code, amount }) => (code.startsWith(prefix) ? sum - amount : sum), 0);
  }

  private trade(period: Period): Entry[] {
    return this.entries.filter(
      (entry) => in_(period, entry.at) && entry.legs.some(({ code }) => partOf(code) !== 'money'),
    );
  }
}

interface DeferredRow {
  stream: string;
  currency: string;
  opening: number;
  added: number;
  recognised: number;
  moved: number;
  returned: number;
  closing: number;
}

/** The buyer's money comes in, and it is not that something is taken back. */
function isSale({ legs, reverses }: Entry): boolean {
  const money = legs.reduce((sum, { code, amount }) => (partOf(code) === 'money' ? sum + amount : sum), 0);
  return money > 0 && reverses === null;
}

function partOf(code: string): 'tax' | 'instructorShare' | 'earned' | 'deferred' | 'losses' | 'money' {
  const [type, name] = code.split(':');
  if (type === 'revenue') return 'earned';
  if (code === 'expense:dispute-losses') return 'losses';
  if (type !== 'liability') return 'money';
  if (name === 'tax' || name === 'deferred') return name;
  return name === 'earnings-pending' || name === 'earnings' ? 'instructorShare' : 'money';
}

function changeOf(kind: string, legs: Entry['legs']): 'added' | 'recognised' | 'moved' | 'returned' {
  switch (kind) {
    case 'package.sold':
    case 'seat.captured':
    case 'seat.paid-cash':
      return 'added';
    case 'seat.delivered':
    case 'package.forfeited':
      return 'recognised';
    case 'seat.paid-credit':
      return 'moved';
    case 'seat.credit-returned':
      if (legs.every(({ code }) => partOf(code) === 'deferred')) return 'moved';
      return legs.some(({ code }) => partOf(code) === 'earned') ? 'recognised' : 'returned';
    case 'package.credit-reclaimed':
    case 'seat.given-back':
    case 'refund.asked':
    case 'refund.failed':
    case 'dispute.lost':
    case 'dispute.won-on-appeal':
      return 'returned';
    default:
      throw new Error(`${kind} is not known to change what is deferred`);
  }
}

function dateKey(group: string, at: Date, timeZone: string): string | undefined {
  const day = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(
    at,
  );
  if (group === 'day') return day;
  if (group === 'month') return day.slice(0, 7);
  return group === 'week' ? isoWeek(day) : undefined;
}

/** A week belongs to the year of its Thursday. */
function isoWeek(day: string): string {
  const date = new Date(`${day}T00:00:00Z`);
  const thursday = new Date(date.getTime() + (3 - ((date.getUTCDay() + 6) % 7)) * 86_400_000);
  const year = thursday.getUTCFullYear();
  const week = 1 + Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / (7 * 86_400_000));
  return `${year}-W${String(week).padStart(2, '0')}`;
}

/** In an order of their own, so that two lists of rows can be compared. */
export function sorted<Row extends object>(rows: readonly Row[]): Row[] {
  return rows.toSorted((one, other) =>
    JSON.stringify(Object.values(one)) < JSON.stringify(Object.values(other)) ? -1 : 1,
  );
}
