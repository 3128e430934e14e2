import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AccessTokens } from '../../src/identity/access/access-tokens.js';
import type { PreviewDto } from '../../src/subscriptions/change/change.dto.js';
import type { CreatedSubscriptionDto, SubscriptionDto } from '../../src/subscriptions/subscriptions.dto.js';
import type { Answer } from './app.js';
import type { Refusal } from './giving-back.js';
import { type Person, person } from './people.js';
import { SavedMethods } from './saved-methods.js';
import { expectStatus, openSchool, type School } from './school.js';

/** Thirty days, so that what is left of a month can be worked out by hand. */
const START = '2027-06-01T00:00:00Z';
const DAY_MS = 86_400_000;

const price = (period: string, amount: number, currency = 'USD') => ({ period, currency, amount });
const paid = { description: 'Paid', features: ['community'], trialDays: 14 };

/** Courses of a plan by id, or all. */
export interface Included {
  readonly pro?: 'ALL' | readonly string[];
  readonly enterprise?: 'ALL' | readonly string[];
}

/** 30.00 and 90.00 a month: 1.00 and 3.00 a day. */
export function plansOf({ pro = 'ALL', enterprise = 'ALL' }: Included = {}) {
  return {
    plans: [
      { id: 'FREE', name: 'Free', description: 'Free', features: ['community'], courses: [] },
      {
        ...{ ...paid, id: 'PRO', name: 'Pro', features: ['community', 'live'], courses: pro },
        prices: [price('MONTH', 3000), price('YEAR', 30_000), price('MONTH', 2500, 'EUR')],
      },
      {
        ...{
          ...paid,
          id: 'ENTERPRISE',
          name: 'Enterprise',
          features: ['community', 'live', 'reports'],
          courses: enterprise,
        },
        prices: [price('MONTH', 9000), price('YEAR', 90_000)],
      },
    ],
  };
}

/** Somebody whose access token is renewed as time passes. */
export interface Subscriber extends Person {
  token: string;
  /** A saved card, by our id, and by Stripe's. */
  readonly methodId: string;
  readonly card: string;
}

type Wish = Record<string, unknown>;

/** What tests of subscriptions do and look at: one clock for the application and for Stripe, which begins on 1 June 2027. */
export class SubscriptionDesk {
  private readonly people: { id: string; token: string }[] = [];

  private constructor(readonly school: School) {
    for (const known of [school.admin, school.instructor, school.student]) this.people.push(known);
  }

  /** @param start when it begins, there and here */
  static async open(
    included: Included = {},
    settings: Record<string, string> = {},
    start: string | Date = START,
  ): Promise<SubscriptionDesk> {
    const file = join(tmpdir(), `bursar-plans-${process.pid}-${Date.now()}.json`);
    await writeFile(file, JSON.stringify(plansOf(included)));
    const given = { JWT_EXPIRES_IN: '86400', PLANS_FILE: file, ...settings };
    const school = await openSchool(given, [], { sharesClock: true });
    const desk = new SubscriptionDesk(school);
    await desk.to(start);
    return desk;
  }

  get stripe() {
    return this.school.sandbox.stripe;
  }

  /** Time passes, here and at Stripe, until then; and what happens meanwhile has happened. */
  async to(moment: string | Date): Promise<void> {
    const { clock } = this.school;
    clock.advance((new Date(moment).getTime() - clock.now().getTime()) / 1000);
    await this.school.quiet();
    await Promise.all(this.people.map((one) => this.signIn(one)));
  }

  /** The same, and nothing that happens meanwhile has been heard of here. */
  async unheard(moment: string | Date): Promise<void> {
    const { clock } = this.school;
    clock.advance((new Date(moment).getTime() - clock.now().getTime()) / 1000);
    await Promise.all(this.people.map((one) => this.signIn(one)));
    this.stripe.sweep();
  }

  async days(count: number): Promise<void> {
    await this.to(new Date(this.school.clock.now().getTime() + count * DAY_MS));
  }

  /** With a saved card. */
  async subscriber(card = '4242424242424242'): Promise<Subscriber> {
    const one = await person(this.school);
    const saved = await new SavedMethods(this.school, one).save(card);
    const subscriber = { ...one, methodId: saved.id, card: saved.externalId };
    this.people.push(subscriber);
    return subscriber;
  }

  /** Who has a plan by their saved card. */
  async subscribed(wish: Wish = {}, card?: string): Promise<Subscriber> {
    const one = await this.subscriber(card);
    expectStatus(201, await this.create(one, { methodId: one.methodId, ...wish }));
    await this.school.quiet();
    return one;
  }

  create(who: Person, wish: Wish = {}, headers?: Record<string, string>) {
    const body = { tier: 'PRO', period: 'MONTH', ...wish };
    return this.school.post<CreatedSubscriptionDto & Refusal>('/subscriptions/create', body, who.token, headers);
  }

  preview(who: Person, wish: Wish) {
    return this.school.post<PreviewDto & Refusal>('/subscriptions/preview', wish, who.token);
  }

  update(who: Person, wish: Wish): Promise<Answer<SubscriptionDto & Refusal>> {
    return this.school.request('PUT', '/subscriptions/update', { body: wish, token: who.token });
  }

  cancel(who: Person, wish: Wish = {}) {
    return this.school.post<SubscriptionDto & Refusal>('/subscriptions/cancel', wish, who.token);
  }

  resume(who: Person) {
    return this.school.post<SubscriptionDto & Refusal>('/subscriptions/resume', {}, who.token);
  }

  async current(who: Person): Promise<SubscriptionDto> {
    return expectStatus(200, await this.school.get<SubscriptionDto>('/subscriptions/current', who.token));
  }

  /** What somebody was charged for subscriptions, in order. */
  async charges({ id }: Person): Promise<number[]> {
    const paid = await this.school.sql<{ total: string }>(
      `SELECT p.total FROM payments p JOIN payment_sessions s ON s.id = p.session_id
       WHERE s.item_kind = 'subscription' AND p.user_id = $1 ORDER BY p.completed_at, p.id`,
      [id],
    );
    return paid.map(({ total }) => Number(total));
  }

  /** Which letters somebody was sent about their subscriptions, in order, without receipts. */
  async letters({ id }: Person): Promise<string[]> {
    const sent = await this.school.sql<{ template: string }>(
      `SELECT template FROM emails WHERE recipient_id = $1 AND template <> 'payment-receipt' AND subject IS NOT NULL ORDER BY id`,
      [id],
    );
    return sent.map(({ template }) => template);
  }

  async rows({ id }: Person) {
    return this.school.sql<{ id: string; status: string; external_id: string | null }>(
      'SELECT id, status, external_id FROM subscriptions WHERE user_id = $1 ORDER BY id',
      [id],
    );
  }

  private async signIn(one: { id: string; token: string }): Promise<void> {
    one.token = await this.school.app.get(AccessTokens).sign(one.id);
  }
}
