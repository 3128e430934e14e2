import { AccessTokens } from '../../src/identity/access/access-tokens.js';
import type {
  CashboxDto,
  CashCountDto,
  CashMovementDto,
  DailySummaryDto,
  DrawerDayDto,
} from '../../src/finance/cash/cash.dto.js';
import type { Answer } from './app.js';
import { Lessons } from './lessons.js';
import type { Person } from './people.js';
import { expectStatus, type School } from './school.js';
import { SeatDesk } from './seat-desk.js';

export interface Refusal {
  code: string;
  detail: string;
}

/** What people do at the cash desk of a branch, over HTTP; staff unless told who. */
export class CashDesk {
  readonly id: string;

  constructor(
    private readonly school: School,
    readonly branchId: string,
    private readonly staff: () => Person,
  ) {
    this.id = branchId.replace('brn_', 'cbx_');
  }

  move(
    kind: string,
    amount: unknown,
    { by = this.staff(), currency = 'USD', reason = 'as agreed', key }: CashOptions & { reason?: string } = {},
  ): Promise<Answer<CashMovementDto & Refusal>> {
    const path = `/finance/cashboxes/${this.id}/movements`;
    return this.school.post(path, { kind, amount, currency, reason }, by.token, headersOf(key));
  }

  async moved(kind: string, amount: number, options?: CashOptions): Promise<CashMovementDto> {
    return expectStatus(201, await this.move(kind, amount, options));
  }

  count(
    countedAmount: unknown,
    { by = this.staff(), currency = 'USD', key, ...rest }: CountOptions = {},
  ): Promise<Answer<CashCountDto & Refusal>> {
    const path = `/finance/cashboxes/${this.id}/audit`;
    return this.school.post(path, { currency, countedAmount, ...rest }, by.token, headersOf(key));
  }

  async counted(countedAmount: number, options?: CountOptions): Promise<CashCountDto> {
    return expectStatus(201, await this.count(countedAmount, options));
  }

  async box(by = this.staff()): Promise<CashboxDto> {
    return expectStatus(200, await this.school.get<CashboxDto>(`/finance/cashboxes/branch/${this.branchId}`, by.token));
  }

  summary(by: Person, query = ''): Promise<Answer<DailySummaryDto & Refusal>> {
    return this.school.get(`/finance/cashboxes/branch/${this.branchId}/daily-summary${query}`, by.token);
  }

  /** The one drawer of a day. */
  async day(by: Person, query = ''): Promise<DrawerDayDto> {
    const { drawers } = expectStatus(200, await this.summary(by, query));
    if (drawers.length !== 1) throw new Error(`there are ${drawers.length} drawers`);
    return drawers[0]!;
  }

  /** Balance of the drawer's account. */
  async balance(currency = 'USD'): Promise<number> {
    const [row] = await this.school.sql<{ balance: number }>(
      'SELECT balance::int FROM ledger_accounts WHERE code = $1 AND currency = $2',
      [`asset:cash:${this.branchId}`, currency],
    );
    return row?.balance ?? 0;
  }

  /** All that was ever written about the desk: rows and entries. */
  async written(): Promise<{ movements: number; counts: number; postings: number; audits: number }> {
    const [row] = await this.school.sql<{ movements: number; counts: number; postings: number; audits: number }>(
      `SELECT (SELECT count(*)::int FROM cash_movements WHERE branch_id = $1) AS movements,
         (SELECT count(*)::int FROM cash_counts WHERE branch_id = $1) AS counts,
         (SELECT count(*)::int FROM ledger_postings p JOIN ledger_accounts a ON a.id = p.account_id WHERE a.code = 'asset:cash:' || $1) AS postings,
         (SELECT count(*)::int FROM audit_records WHERE object_id = $2) AS audits`,
      [this.branchId, this.id],
    );
    return row!;
  }
}

/** `written` of a desk at which nothing was ever done. */
export const nothing = { movements: 0, counts: 0, postings: 0, audits: 0 };

/** A branch in Berlin with its cash desk and its door. */
export interface OpenCashDesk {
  readonly desk: CashDesk;
  readonly lessons: Lessons;
  readonly door: SeatDesk;
  readonly staff: Person;
}

export async function openCashDesk(school: School): Promise<OpenCashDesk> {
  const lessons = await Lessons.open(school);
  const desk = new CashDesk(school, lessons.branchId, () => lessons.staff);
  return { desk, lessons, door: new SeatDesk(school, lessons), staff: lessons.staff };
}

interface CashOptions {
  readonly by?: Person;
  readonly currency?: string;
  readonly key?: string;
}

interface CountOptions extends CashOptions {
  readonly note?: string;
  readonly closeDay?: boolean;
}

function headersOf(key: string | undefined): Record<string, string> | undefined {
  return key === undefined ? undefined : { 'idempotency-key': key };
}

/** The postings of an object's entries, as "kind code" → amount. */
export async function postingsOf(school: School, objectId: string): Promise<Record<string, number>> {
  const rows = await school.sql<{ name: string; amount: number }>(
    `SELECT e.kind || ' ' || a.code AS name, p.amount::int FROM ledger_entries e JOIN ledger_postings p ON p.entry_id = e.id
     JOIN ledger_accounts a ON a.id = p.account_id WHERE e.object_id = $1 ORDER BY e.id, p.position`,
    [objectId],
  );
  return Object.fromEntries(rows.map(({ name, amount }) => [name, amount]));
}

/** Moves the clock forward to a moment, unless it has just passed. */
export function goTo(school: School, moment: string): void {
  const seconds = (new Date(moment).getTime() - school.clock.now().getTime()) / 1000;
  if (seconds < -60) throw new Error(`${moment} is over`);
  school.clock.advance(Math.max(seconds, 0));
}

/** Somebody who signs in again: tokens do not outlive a leap of the clock. */
export async function signedIn(school: School, one: Person): Promise<Person> {
  return { ...one, token: await school.app.get(AccessTokens).sign(one.id) };
}
