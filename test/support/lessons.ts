import type { AbsenteePolicy, ClassSessionStatus } from '../../src/platform/database/index.js';
import { newId } from '../../src/platform/ids/index.js';
import { type Person, person } from './people.js';
import type { School } from './school.js';

export interface SessionTerms {
  readonly startsInHours?: number;
  readonly hours?: number;
  readonly capacity?: number;
  readonly price?: number;
  readonly tax?: number;
  readonly policy?: AbsenteePolicy;
  readonly noShowFee?: number;
  readonly status?: ClassSessionStatus;
}

/** What of a school it takes: a running process of its own has as much. */
type Place = Pick<School, 'database' | 'post' | 'sql' | 'clock' | 'instructor'>;

/** A branch with its staff and a class, made directly; sessions of it at any time and by any terms. */
export class Lessons {
  private constructor(
    private readonly school: Place,
    readonly branchId: string,
    readonly classId: string,
    readonly staff: Person,
  ) {}

  static async open(school: Place): Promise<Lessons> {
    const [centerId, branchId, classId] = [newId('center'), newId('branch'), newId('class')];
    const staff = await person(school, 'STAFF');
    const now = school.clock.now();
    await school.sql(`INSERT INTO centers (id, name, created_at, updated_at) VALUES ($1, 'Center', $2, $2)`, [
      centerId,
      now,
    ]);
    await school.sql(
      `INSERT INTO branches (id, center_id, name, country, time_zone, created_at, updated_at)
       VALUES ($1, $2, 'Branch', 'DE', 'Europe/Berlin', $3, $3)`,
      [branchId, centerId, now],
    );
    await school.sql('INSERT INTO branch_staff (branch_id, user_id, created_at) VALUES ($1, $2, $3)', [
      branchId,
      staff.id,
      now,
    ]);
    await school.sql(
      `INSERT INTO classes (id, branch_id, name, subject, teacher_id, price, currency, capacity, duration_minutes, created_at, updated_at)
       VALUES ($1, $2, 'Algebra', 'Mathematics', $3, 1000, 'USD', 10, 60, $4, $4)`,
      [classId, branchId, school.instructor.id, now],
    );
    return new Lessons(school, branchId, classId, staff);
  }

  /** @returns the id of another class of the branch */
  async anotherClass(): Promise<string> {
    const id = newId('class');
    await this.school.sql(
      `INSERT INTO classes (id, branch_id, name, subject, teacher_id, price, currency, capacity, duration_minutes, created_at, updated_at)
       VALUES ($1, $2, 'Geometry', 'Mathematics', $3, 1000, 'USD', 10, 60, $4, $4)`,
      [id, this.branchId, this.school.instructor.id, this.school.clock.now()],
    );
    return id;
  }

  /** A session of the class; in 48 hours, an hour long, 10 seats at 10.00 with 1.60 of tax, unless told otherwise. */
  async session(terms: SessionTerms = {}): Promise<string> {
    const { startsInHours = 48, hours = 1, capacity = 10, price = 1000, tax = 160 } = terms;
    const { policy = 'STRICT', noShowFee = 0, status = 'SCHEDULED' } = terms;
    const id = newId('classSession');
    const now = this.school.clock.now();
    const start = new Date(now.getTime() + startsInHours * 3_600_000);
    const end = new Date(start.getTime() + hours * 3_600_000);
    // Each with a teacher of its own, so that any number may be held at once.
    const teacher = await this.teacher();
    await this.school.sql(
      `INSERT INTO class_sessions (id, class_id, branch_id, teacher_id, start_time, end_time, status, capacity, price, tax, currency,
         tax_country, tax_rate, absentee_policy, no_show_fee, cancel_until, created_at, updated_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'USD', 'DE', 190000, $11, $12, $13, $14, $14)`,
      [
        id,
        this.classId,
        this.branchId,
        teacher,
        start,
        end,
        status,
        capacity,
        price,
        tax,
        policy,
        noShowFee,
        new Date(start.getTime() - 2 * 3_600_000),
        now,
      ],
    );
    return id;
  }

  /** Somebody with this much in their wallet, put there by an entry against equity. */
  async student(balance = 10_000): Promise<Person> {
    const one = await person(this.school);
    if (balance > 0) await this.fill([one.id], balance);
    return one;
  }

  async fill(userIds: readonly string[], balance: number): Promise<void> {
    const now = this.school.clock.now();
    for (const id of userIds) {
      const legs = [
        { code: 'equity:opening', currency: 'USD', amount: String(balance) },
        {
          code: `liability:wallet:${id}`,
          currency: 'USD',
          amount: String(-balance),
          ownerId: id,
          strict: true,
          floor: 0,
        },
      ];
      await this.school.sql(`SELECT ledger_post($1, 'wallet.opened', $2, 'wallet', $3, $4, $4, 'system', $5::jsonb)`, [
        newId('ledgerEntry'),
        `opening:${id}`,
        id,
        now,
        JSON.stringify(legs),
      ]);
    }
  }

  /** The moment that is so far from now. */
  inHours(hours: number): string {
    return new Date(this.school.clock.now().getTime() + hours * 3_600_000).toISOString();
  }

  async wallet(userId: string): Promise<{ balance: number; held: number }> {
    const [row] = await this.school.sql<{ balance: number; held: number }>(
      `SELECT balance::int, held::int FROM ledger_accounts WHERE code = 'liability:wallet:' || $1`,
      [userId],
    );
    return row ?? { balance: 0, held: 0 };
  }

  async taken(sessionId: string): Promise<number> {
    const [row] = await this.school.sql<{ taken: number }>('SELECT taken FROM class_sessions WHERE id = $1', [
      sessionId,
    ]);
    return row!.taken;
  }

  private async teacher(): Promise<string> {
    const id = newId('user');
    await this.school.sql(
      `INSERT INTO users (id, email, name, roles, created_at, updated_at) VALUES ($1, $1 || '@example.com', 'Teacher', '{INSTRUCTOR}', $2, $2)`,
      [id, this.school.clock.now()],
    );
    return id;
  }
}
