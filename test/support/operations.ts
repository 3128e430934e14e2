import type { Answer } from './app.js';
import { featureOperations } from './feature-operations.js';
import type { Lessons, SessionTerms } from './lessons.js';
import type { Person } from './people.js';
import { expectStatus, type School } from './school.js';
import type { SeatDesk } from './seat-desk.js';
import { WaitlistDesk } from './waitlist-desk.js';

/** A session, a seat in it, a payment and a package, all of the student's: what an operation acts on. Empty what there is none of. */
export interface Things {
  readonly student: Person;
  readonly sessionId: string;
  /** The cash desk of the branch. */
  readonly cashboxId: string;
  readonly seatId: string;
  readonly paymentId: string;
  readonly packageId: string;
  readonly studentPackageId: string;
}

export interface Operation {
  readonly terms?: SessionTerms;
  /** What the session has become since the seat was booked. */
  readonly status?: string;
  /** Nobody has booked. */
  readonly empty?: true;
  /** Its seats are all somebody else's, and the student waits for one of them if this says so. */
  readonly full?: 'awaited' | 'unawaited';
  /** There is a payment. */
  readonly pays?: true;
  /** There is a package on sale, or one that was bought. */
  readonly package?: 'offered' | 'bought';
  readonly run: (things: Things, by: Person) => Promise<Answer<unknown>>;
  /** For lists: the ids in the answer, of which one is looked for. */
  readonly lists?: (body: unknown) => unknown;
}

const nothing = { sessionId: '', cashboxId: '', seatId: '', paymentId: '', packageId: '', studentPackageId: '' };
const page = (body: unknown) => (body as { data: unknown }).data;

/** What may be permitted or not, each with how it is done and what it takes. */
export class Operations {
  private readonly waitlists: WaitlistDesk;
  private hour = 200;
  private closings = 0;

  constructor(
    private readonly school: School,
    private readonly lessons: Lessons,
    private readonly desk: SeatDesk,
    private readonly courseId: string,
  ) {
    this.waitlists = new WaitlistDesk(school, lessons, desk);
  }

  /** Of features that need none of the things. */
  private readonly ofFeatures = featureOperations((...call) => this.call(...call));

  readonly all = {
    'view sessions: one': { run: ({ sessionId }, by) => this.call('GET', `/sessions/${sessionId}`, by) },
    'view sessions: the calendar': {
      run: (_, by) => this.calendar(by),
      lists: (body) => (body as { sessions: unknown }).sessions,
    },
    'book sessions': {
      empty: true,
      run: ({ sessionId }, by) => this.call('POST', '/enrollments/book', by, { sessionId }),
    },
    'manage sessions: list': { run: ({ sessionId }, by) => this.listAround(sessionId, by), lists: page },
    'manage sessions: add': {
      run: (_, by) =>
        this.call('POST', '/sessions', by, {
          classId: this.lessons.classId,
          startTime: this.lessons.inHours(this.nextFree()),
        }),
    },
    'manage sessions: edit': {
      run: ({ sessionId }, by) => this.call('PUT', `/sessions/${sessionId}`, by, { capacity: 12 }),
    },
    'manage sessions: delete': {
      empty: true,
      run: ({ sessionId }, by) => this.call('DELETE', `/sessions/${sessionId}`, by),
    },
    'manage sessions: open check-in': this.managing('check-in', 'SCHEDULED'),
    'manage sessions: start': this.managing('start', 'CHECKING_IN'),
    'manage sessions: finish': {
      status: 'CONDUCTING',
      run: ({ sessionId }, by) => this.call('POST', `/sessions/${sessionId}/finish`, by, {}),
    },
    'manage sessions: cancel': this.managing('cancel', 'SCHEDULED'),
    'manage sessions: schedule again': {
      empty: true,
      status: 'CANCELED',
      run: ({ sessionId }, by) =>
        this.call('POST', `/sessions/${sessionId}/schedule`, by, {
          startTime: this.lessons.inHours(90),
          endTime: this.lessons.inHours(91),
        }),
    },
    'manage sessions: set the status': {
      terms: { startsInHours: 0.5 },
      run: ({ sessionId }, by) => this.call('PATCH', `/sessions/${sessionId}/status`, by, { status: 'CHECKING_IN' }),
    },
    'view enrollments: one': { run: ({ seatId }, by) => this.call('GET', `/enrollments/${seatId}`, by) },
    'view enrollments: history': {
      run: ({ sessionId }, by) => this.call('GET', `/enrollments/history?sessionId=${sessionId}`, by),
      lists: page,
    },
    'cancel enrollments: in the window': this.acting('cancel', {}, 'SCHEDULED'),
    'cancel enrollments: after the window': this.acting('cancel', { startsInHours: 1.5 }, 'SCHEDULED'),
    'cancel enrollments: during the session': this.acting('cancel', { startsInHours: 0.5 }, 'CONDUCTING'),
    'cash payments': {
      empty: true,
      run: ({ sessionId, student }, by) =>
        this.call('POST', '/enrollments/register-cash', by, { sessionId, studentId: student.id }),
    },
    'check-in': this.acting('check-in', { policy: 'FLEXIBLE' }, 'CONDUCTING'),
    'no-show': this.acting('no-show', { policy: 'FLEXIBLE' }, 'CONDUCTING'),
    'MANUAL: charge': this.acting('charge', { policy: 'MANUAL' }, 'CONDUCTING'),
    'MANUAL: release': this.acting('release', { policy: 'MANUAL' }, 'CONDUCTING'),
    'MANUAL: the undecided': {
      terms: { policy: 'MANUAL' },
      status: 'FINISHED',
      run: (_, by) => this.call('GET', '/enrollments/undecided?limit=100', by),
      lists: page,
    },
    'package management: list': {
      package: 'offered',
      run: (_, by) => this.call('GET', '/packages?limit=100', by),
      lists: page,
    },
    'package management: one': {
      package: 'offered',
      run: ({ packageId }, by) => this.call('GET', `/packages/${packageId}`, by),
    },
    'package management: create': {
      empty: true,
      run: (_, by) => {
        const { classId } = this.lessons;
        return this.call('POST', '/packages', by, { classId, name: 'Ten', sessionCount: 10, price: 9000 });
      },
    },
    'package management: edit': {
      package: 'offered',
      run: ({ packageId }, by) => this.call('PUT', `/packages/${packageId}`, by, { price: 1 }),
    },
    'package management: delete': {
      package: 'offered',
      run: ({ packageId }, by) => this.call('DELETE', `/packages/${packageId}`, by),
    },
    'package management: refund': {
      package: 'bought',
      run: ({ studentPackageId }, by) =>
        this.call('POST', `/student-packages/${studentPackageId}/refund`, by, { reason: 'asked' }),
    },
    'packages on sale': {
      package: 'offered',
      run: (_, by) => this.call('GET', `/packages/class/${this.lessons.classId}`, by),
      lists: (body) => body,
    },
    'own packages: list': { package: 'bought', run: (_, by) => this.call('GET', '/student-packages', by), lists: page },
    'own packages: summary': { package: 'bought', run: (_, by) => this.call('GET', '/student-packages/summary', by) },
    'own packages: purchase': {
      package: 'offered',
      run: ({ packageId }, by) => this.call('POST', '/student-packages/purchase', by, { packageId }),
    },
    'finance reports': { run: (_, by) => this.call('GET', '/finance/reports/revenue', by) },
    'refunds: any payment': {
      pays: true,
      run: ({ paymentId }, by) => this.call('POST', '/payments/refund', by, { paymentId, reason: 'asked' }),
    },
    'refunds: this payment': {
      pays: true,
      run: ({ paymentId }, by) => this.call('POST', `/finance/payments/${paymentId}/refund`, by, { reason: 'asked' }),
    },
    'waitlist: join': {
      full: 'unawaited',
      run: ({ sessionId }, by) => this.call('POST', `/sessions/${sessionId}/waitlist`, by, {}),
    },
    'waitlist: leave': {
      full: 'awaited',
      run: ({ sessionId }, by) => this.call('DELETE', `/sessions/${sessionId}/waitlist`, by),
    },
    'cash desk: list': { run: (_, by) => this.call('GET', '/finance/cashboxes?limit=100', by), lists: page },
    'cash desk: one': { run: (_, by) => this.call('GET', `/finance/cashboxes/branch/${this.lessons.branchId}`, by) },
    'cash desk: daily summary': {
      run: (_, by) => this.call('GET', `/finance/cashboxes/branch/${this.lessons.branchId}/daily-summary`, by),
    },
    'cash desk: move': {
      run: ({ cashboxId }, by) => {
        const body = { kind: 'FLOAT', amount: 100, currency: 'USD', reason: 'change' };
        return this.call('POST', `/finance/cashboxes/${cashboxId}/movements`, by, body);
      },
    },
    'cash desk: count': {
      run: ({ cashboxId }, by) =>
        this.call('POST', `/finance/cashboxes/${cashboxId}/audit`, by, { currency: 'USD', countedAmount: 0 }),
    },
    'cash desk: close the day': {
      // Closed in another currency each time: in one, a day is closed but once.
      run: ({ cashboxId }, by) => {
        this.closings += 1;
        const currency = ['EUR', 'GBP', 'JPY'][this.closings % 3];
        const body = { currency, countedAmount: 0, closeDay: true };
        return this.call('POST', `/finance/cashboxes/${cashboxId}/audit`, by, body);
      },
    },
    'payments: initiate': { run: (_, by) => this.initiate('/payments/initiate', by) },
    'payments: initiate with the finance': { run: (_, by) => this.initiate('/finance/payments/initiate', by) },
    ...this.ofFeatures,
    'cash reconciliation': { run: (_, by) => this.call('GET', '/finance/reports/cash-reconciliation', by) },
  } satisfies Record<string, Operation>;

  call(method: string, path: string, { token }: Person, body?: object): Promise<Answer<unknown>> {
    return this.school.request<unknown>(method, path, { token, body });
  }

  private initiate(path: string, by: Person): Promise<Answer<unknown>> {
    return this.call('POST', path, by, { courseId: this.courseId, provider: 'stripe' });
  }

  calendar(by: Person): Promise<Answer<unknown>> {
    const day = (hours: number) => this.lessons.inHours(hours).slice(0, 10);
    return this.call('GET', `/sessions/calendar?from=${day(24)}&to=${day(72)}&timeZone=UTC`, by);
  }

  /** A time at which the class's teacher has no session yet. */
  private nextFree(): number {
    this.hour += 2;
    return this.hour;
  }

  private async listAround(sessionId: string, by: Person): Promise<Answer<unknown>> {
    const [row] = await this.school.sql<{ at: Date }>('SELECT start_time AS at FROM class_sessions WHERE id = $1', [
      sessionId,
    ]);
    const to = new Date(row!.at.getTime() + 1).toISOString();
    return this.call('GET', `/sessions?from=${row!.at.toISOString()}&to=${to}`, by);
  }

  async prepare(operation: Operation, student: Person): Promise<Things> {
    if (Object.values<Operation>(this.ofFeatures).includes(operation)) return { ...nothing, student };
    const { terms, status, empty, full, pays } = operation;
    const sessionId = full ? (await this.waitlists.full()).sessionId : await this.lessons.session(terms);
    const seatId = (empty ?? full) ? '' : (await this.desk.booked(sessionId, student)).id;
    if (full === 'awaited') await this.waitlists.joined(sessionId, student);
    if (status)
      await this.school.sql('UPDATE class_sessions SET status = $2::class_session_status WHERE id = $1', [
        sessionId,
        status,
      ]);
    const paymentId = pays ? await this.boughtCourse(student) : '';
    const packageId = operation.package ? await this.offeredPackage() : '';
    const studentPackageId = operation.package === 'bought' ? await this.boughtPackage(packageId, student) : '';
    const cashboxId = this.lessons.branchId.replace('brn_', 'cbx_');
    return { student, sessionId, cashboxId, seatId, paymentId, packageId, studentPackageId };
  }

  private async offeredPackage(): Promise<string> {
    const body = { classId: this.lessons.classId, name: 'Two lessons', sessionCount: 2, price: 1500 };
    return expectStatus(201, await this.school.post<{ id: string }>('/packages', body, this.lessons.staff.token)).id;
  }

  private async boughtPackage(packageId: string, { token }: Person): Promise<string> {
    expectStatus(201, await this.school.post('/student-packages/purchase', { packageId }, token));
    const [bought] = await this.school.sql<{ id: string }>('SELECT id FROM student_packages WHERE package_id = $1', [
      packageId,
    ]);
    return bought!.id;
  }

  private async boughtCourse({ token }: Person): Promise<string> {
    const body = { courseId: this.courseId, provider: 'WALLET' };
    const created = await this.school.post<{ session: { id: string } }>('/payments/sessions', body, token);
    const { session } = expectStatus(201, created);
    const [payment] = await this.school.sql<{ id: string }>('SELECT id FROM payments WHERE session_id = $1', [
      session.id,
    ]);
    return payment!.id;
  }

  private managing(what: 'check-in' | 'start' | 'cancel', status: string): Operation {
    return {
      terms: { startsInHours: 0.5 },
      status,
      run: ({ sessionId }, by) => this.call('POST', `/sessions/${what}`, by, { sessionId }),
    };
  }

  private acting(what: string, terms: SessionTerms, status: string): Operation {
    return {
      terms,
      status,
      run: ({ seatId }, by) => this.call('POST', `/enrollments/${seatId}/${what}`, by, {}),
    };
  }
}
