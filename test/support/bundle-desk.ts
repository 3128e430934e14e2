import type { CourseDto } from '../../src/courses/catalogue/courses.dto.js';
import type { BundleDto } from '../../src/enrollments/bundles/bundles.dto.js';
import type { CreatedSessionDto } from '../../src/payments/index.js';
import type { Answer } from './app.js';
import { Desk, type Sale } from './giving-back.js';
import { type Person, person } from './people.js';
import { expectStatus, publishedCourse, type School } from './school.js';

export interface Problem {
  code: string;
  detail: string;
  errors?: { pointer: string }[];
}

interface Place {
  status: string;
  type: string;
  source: string;
  paid: string;
  amount: number;
  amountPaid: number;
  discount: number;
  open: boolean;
  own: boolean;
}

/** What tests of bundles do and look at. */
export class BundleDesk extends Desk {
  constructor(private readonly at: School) {
    super(at);
  }

  course(price: number, instructor = this.at.instructor, changes: Record<string, unknown> = {}): Promise<CourseDto> {
    return publishedCourse(this.at, instructor, { price, ...changes });
  }

  async bundle(courses: readonly CourseDto[], changes: Record<string, unknown> = {}): Promise<BundleDto> {
    const courseIds = courses.map(({ id }) => id);
    const body = { title: 'All of it', courseIds, price: 8000, currency: 'USD', ...changes };
    return expectStatus(201, await this.at.post<BundleDto>('/bundles', body, this.at.admin.token));
  }

  /** A purchase of a bundle, a course or what else the body names, as far as the provider's page. */
  async order(body: Record<string, unknown>, buyer?: Person): Promise<Sale> {
    const who = buyer ?? (await person(this.at));
    const { session } = expectStatus(201, await this.ask({ country: 'US', ...body }, who));
    const { id: sessionId, paymentId, providerReference } = session;
    return { buyer: who, courseId: '', sessionId, paymentId, stripeId: providerReference ?? '', intent: '' };
  }

  ask(body: Record<string, unknown>, buyer: Person): Promise<Answer<CreatedSessionDto & Problem>> {
    return this.at.post('/payments/sessions', body, buyer.token);
  }

  async bought(body: Record<string, unknown>, buyer?: Person): Promise<Sale> {
    const sale = await this.order(body, buyer);
    this.pay(sale);
    await this.quiet();
    return sale;
  }

  /** All that is left of a payment goes back, or so much, and has come. */
  async giveBack(sale: Sale, terms: { amount?: number } = {}): Promise<void> {
    expectStatus(200, await this.refund(sale, terms));
    await this.quiet();
  }

  /** Of the session that a purchase is: status, why it failed, list price. */
  async session({ sessionId }: Sale): Promise<{ status: string; reason: string | null; amount: number }> {
    const [row] = await this.at.sql<{ status: string; reason: string | null; amount: number }>(
      'SELECT status, failure_reason AS reason, amount::int FROM payment_sessions WHERE id = $1',
      [sessionId],
    );
    return row!;
  }

  /** The buyer's places in these courses, in order; null for none. `own` is one that this purchase gave. */
  async places({ buyer, sessionId }: Sale, courses: readonly CourseDto[]): Promise<(Place | null)[]> {
    const rows = await this.at.sql<Place & { courseId: string }>(
      `SELECT course_id AS "courseId", status, type, source, payment_status AS paid, amount::int, amount_paid::int AS "amountPaid",
         discount_applied::int AS discount, coalesce(payment_session_id = $2, false) AS own, EXISTS (SELECT FROM access_grants g
           WHERE g.source_id = e.id AND g.revoked_at IS NULL) AS open
       FROM enrollments e WHERE user_id = $1`,
      [buyer.id, sessionId],
    );
    return courses.map(({ id }) => {
      const found = rows.find(({ courseId }) => courseId === id);
      if (!found) return null;
      const { courseId: _, ...place } = found;
      return place;
    });
  }

  /** The same in brief: status, whether it is open, and whether this purchase gave it. */
  async held(sale: Sale, courses: readonly CourseDto[]): Promise<string[]> {
    const places = await this.places(sale, courses);
    return places.map((place) => {
      if (!place) return 'none';
      return [place.status, place.open ? 'open' : 'closed', place.own ? 'own' : 'of another'].join(' ');
    });
  }
}
