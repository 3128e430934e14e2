import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from '@jest/globals';
import Stripe from 'stripe';
import { idOf } from '../../src/payments/stripe/stripe-money.js';
import { Circuits } from '../../src/payments/resilience/circuits.js';
import { PATIENCE, type Patience } from '../../src/payments/resilience/patience.js';
import type { CreatedSessionDto } from '../../src/payments/checkout/sessions.dto.js';
import { Desk } from './giving-back.js';
import { type Person, person } from './people.js';
import { expectOneMind } from './one-mind.js';
import { openSchool, type School } from './school.js';

/** Short, so that tests are; the circuit still opens after five failures in a row. */
const patience: Patience = { tryMs: 300, callMs: 400, pauseMs: 5, failures: 5, restMs: 60 };
const PRICE = 10_000;
/** Seconds that go by, turn by turn, until all is done: in the end, sessions that nobody paid are over. */
const turns = [10, 20, 40, 80, 160, 320, 640, 1900, 1900, 1900, 3600];
/** After so many answers that were none, a buyer begins anew. */
const PATIENCE_OF_BUYERS = 3;

/** Where a sale ends that went back whole. */
const over = { payment: 'REFUNDED', place: 'CANCELLED', paid: 'REFUNDED', open: false };

interface Purchase {
  courseId: string;
  paymentId: string;
  sessionId: string;
  stripeId: string;
}

/**
 * What people do at a school while its provider or the webhooks are in trouble, and what must be true afterwards. They ask again when they
 * are not answered, as people do; one story after another on the same courses, for each gives back what it has bought.
 */
export class MischiefStory {
  private number = 0;
  private customer = '';
  private readonly api: Stripe;

  private constructor(
    readonly school: School,
    private readonly desk: Desk,
    private readonly buyer: Person,
    private readonly courses: string[],
  ) {
    const { port } = school.sandbox;
    this.api = new Stripe('sk_test_of_the_tests', { host: '127.0.0.1', port, protocol: 'http', telemetry: false });
  }

  static async open(): Promise<MischiefStory> {
    // Nothing but the test acts; tokens outlive the hours by which the clock is moved.
    const school = await openSchool({ ROLE: 'api', JWT_EXPIRES_IN: '86400' }, [[PATIENCE, patience]]);
    // Stripe's clock goes with ours.
    const { account } = school.sandbox.stripe;
    account.time = () => school.clock.now();
    account.now = () => Math.floor(school.clock.now().getTime() / 1000);
    const courses: string[] = [];
    for (let course = 0; course < 4; course += 1) courses.push((await school.course({ price: PRICE })).id);
    return new MischiefStory(school, new Desk(school), await person(school), courses);
  }

  get stripe() {
    return this.school.sandbox.stripe;
  }

  /** One purchase refunded in two parts, one disputed and lost, one given up. `calm` ends the trouble before all is to be in order. */
  async tell(calm: () => void): Promise<void> {
    const [forRefunds, forDispute, forNothing] = this.courses as [string, string, string];
    await this.anew();
    const refunded = await this.buy(forRefunds);
    await this.giveBack(refunded, 3000);
    await this.giveBack(refunded, 7000);
    const disputed = await this.buy(forDispute);
    await this.lose(disputed);
    const cancelled = await this.begin(forNothing);
    await this.giveUp(cancelled);
    calm();
    await this.allIsDone();
    await expectOneMind(this.school);
    await this.wasRefunded(refunded);
    await this.wasLost(disputed);
    expect(await this.standing(cancelled)).toMatchObject({ payment: 'CANCELLED', place: null });
    expect(this.charged(cancelled)).toEqual([]);
    expect(await this.desk.entries(cancelled)).toEqual([]);
  }

  /** Purchases in good times; then Stripe is gone while they are given back and disputed, and comes again. */
  async tellOfOutage(begins: () => void, ends: () => void): Promise<void> {
    const [forRefunds, forDispute] = this.courses as [string, string];
    await this.anew();
    const refunded = await this.buy(forRefunds);
    const disputed = await this.buy(forDispute);
    begins();
    await this.giveBack(refunded, 3000);
    await this.giveBack(refunded, 7000);
    await this.lose(disputed);
    expect(await this.desk.refunds(refunded)).toEqual([
      ['PENDING', 3000],
      ['PENDING', 7000],
    ]);
    ends();
    await this.allIsDone();
    await expectOneMind(this.school);
    await this.wasRefunded(refunded);
    await this.wasLost(disputed);
  }

  /** What of it needs no webhook at all. */
  async tellInSilence(calm: () => void): Promise<void> {
    const [forRefunds, , forNothing] = this.courses as [string, string, string];
    await this.anew();
    const refunded = await this.buy(forRefunds);
    await this.giveBack(refunded, 3000);
    await this.giveBack(refunded, 7000);
    await this.giveUp(await this.begin(forNothing));
    const forgotten = await this.begin(forNothing);
    await this.allIsDone();
    calm();
    await expectOneMind(this.school);
    await this.wasRefunded(refunded);
    expect(await this.standing(forgotten)).toMatchObject({ payment: 'CANCELLED', place: null });
  }

  /** A purchase with a card that is kept at Stripe: the call that begins it is the one that charges. */
  async tellOfSavedCard(calm: () => void): Promise<void> {
    const course = this.courses[3]!;
    await this.saveCard();
    const bought = await this.begin(course, '/payments/process');
    await this.until(async () => (await this.statusOf(bought)) === 'COMPLETED');
    await this.giveBack(bought, 3000);
    await this.giveBack(bought, 7000);
    calm();
    await this.allIsDone();
    await expectOneMind(this.school);
    await this.wasRefunded(bought);
    const { charges } = this.stripe.account.store;
    expect(charges.filter(({ customer }) => customer === this.customer)).toHaveLength(1);
  }

  private async wasRefunded(purchase: Purchase): Promise<void> {
    expect(await this.standing(purchase)).toMatchObject({ ...over, refunded: PRICE, disputed: 0 });
    expect(this.charged(purchase)).toEqual([PRICE]);
    expect(await this.desk.refunds(purchase)).toEqual([
      ['SUCCEEDED', 3000],
      ['SUCCEEDED', 7000],
    ]);
    expect((await this.desk.entries(purchase)).toSorted()).toEqual([
      ...['course.sold', 'provider.settled', 'refund.asked', 'refund.asked', 'refund.done', 'refund.done'],
    ]);
  }

  private async wasLost(purchase: Purchase): Promise<void> {
    expect(await this.standing(purchase)).toMatchObject({ ...over, refunded: 0, disputed: PRICE });
    expect(this.charged(purchase)).toEqual([PRICE]);
    expect((await this.desk.entries(purchase)).toSorted()).toEqual([
      ...['course.sold', 'dispute.lost', 'dispute.withdrawn', 'provider.settled', 'provider.settled'],
    ]);
  }

  /** A new customer at Stripe each time, for that is a call too. */
  private async anew(): Promise<void> {
    await this.school.sql('DELETE FROM provider_customers WHERE user_id = $1', [this.buyer.id]);
  }

  private async saveCard(): Promise<void> {
    await this.anew();
    const { id: userId, email } = this.buyer;
    const { id } = await this.api.customers.create({ email });
    this.customer = id;
    const { id: externalId } = await this.api.paymentMethods.attach('pm_card_visa', { customer: id });
    const now = this.school.clock.now();
    await this.school.sql('INSERT INTO provider_customers VALUES ($1, $2, $3, $4)', [userId, 'STRIPE', id, now]);
    await this.school.sql('DELETE FROM payment_methods WHERE user_id = $1', [userId]);
    await this.school.sql(
      `INSERT INTO payment_methods (id, user_id, provider, external_id, type, brand, last4, is_default, created_at)
       VALUES ($1, $2, 'STRIPE', $3, 'card', 'visa', '4242', true, $4)`,
      [`pmt_${externalId}`, userId, externalId, now],
    );
  }

  /** The buyer asks until there is somewhere to pay, under the same key for a while. */
  private async begin(courseId: string, path = '/payments/sessions'): Promise<Purchase> {
    for (let turn = 0; turn < 10 * PATIENCE_OF_BUYERS; turn += 1) {
      if (turn % PATIENCE_OF_BUYERS === 0) this.number += 1;
      const headers = { 'idempotency-key': `story-${this.number}` };
      const answer = await this.school.post<CreatedSessionDto>(path, { courseId }, this.buyer.token, headers);
      // 409: the charge that was begun is not known to have failed yet.
      expect([201, 409, 502]).toContain(answer.status);
      if (answer.status === 201 && answer.body.session.providerReference) {
        const { id, paymentId, providerReference } = answer.body.session;
        return { courseId, sessionId: id, paymentId, stripeId: providerReference };
      }
      await this.later(7);
    }
    throw new Error('the buyer has given up');
  }

  private async buy(courseId: string): Promise<Purchase> {
    const purchase = await this.begin(courseId);
    this.stripe.pay(purchase.stripeId);
    const page = await this.school.get(`/payments/sessions/stripe/${purchase.stripeId}`, this.buyer.token);
    expect(page.status).toBe(200);
    await this.until(async () => (await this.statusOf(purchase)) === 'COMPLETED');
    return purchase;
  }

  private async giveBack(purchase: Purchase, amount: number): Promise<void> {
    const answer = await this.desk.refund(purchase, { amount });
    expect(answer.status).toBe(200);
    expect(['PENDING', 'SUCCEEDED']).toContain(answer.body.status);
    await this.later(0);
  }

  private async lose(purchase: Purchase): Promise<void> {
    const { id } = this.stripe.dispute(this.intentOf(purchase));
    await this.later(0);
    this.stripe.loseDispute(id);
    await this.later(0);
  }

  private async giveUp({ sessionId }: Purchase): Promise<void> {
    await this.until(async () => {
      const path = `/payments/sessions/${sessionId}/cancel`;
      const { status, body } = await this.school.post(path, {}, this.buyer.token);
      if (status === 502) return false;
      // Ended at Stripe unheard, and told by a webhook before the buyer has asked again.
      if (status !== 200) expect(body.detail).toBe('Invalid status transition: EXPIRED → CANCELED');
      return true;
    });
  }

  /** Time goes by, webhooks come, sweeps do their work. */
  private async later(seconds: number): Promise<void> {
    if (!this.school.app.get(Circuits).of('STRIPE').closed) await sleep(patience.restMs + 10);
    this.school.clock.advance(seconds);
    await this.school.quiet();
  }

  private async until(done: () => Promise<boolean>): Promise<void> {
    for (const seconds of [0, ...turns]) {
      if (await done()) return;
      await this.later(seconds);
    }
    throw new Error('it never came to that');
  }

  /** Whatever was lost on the way is sent again, as Stripe does, and nothing waits any more. */
  private async allIsDone(): Promise<void> {
    for (const seconds of turns) {
      await this.redeliver();
      await this.later(seconds);
      if ((await this.waiting()) === 0) return;
    }
    throw new Error('something is waiting still');
  }

  private async redeliver(): Promise<void> {
    const { deliveries, events } = this.stripe.account.store;
    for (const type of new Set(deliveries.all().map(({ event }) => events.get(event).type)))
      await this.stripe.deliverNow(type);
  }

  private async waiting(): Promise<number> {
    const [row] = await this.school.sql<{ count: number }>(
      `SELECT (SELECT count(*) FROM provider_events WHERE status = 'RECEIVED') + (SELECT count(*) FROM refunds WHERE status = 'PENDING')
         + (SELECT count(*) FROM payments WHERE movements_check_at IS NOT NULL OR next_check_at IS NOT NULL)
         + (SELECT count(*) FROM outbox_messages WHERE status = 'PENDING') AS count`,
    );
    return Number(row!.count) + this.stripe.account.store.deliveries.all().length;
  }

  private async statusOf({ paymentId }: Purchase): Promise<string> {
    const [row] = await this.school.sql<{ status: string }>('SELECT status FROM payments WHERE id = $1', [paymentId]);
    return row!.status;
  }

  private standing(purchase: Purchase) {
    return this.desk.standing({ ...purchase, buyer: this.buyer });
  }

  private intentOf({ stripeId }: Purchase): string {
    return idOf(this.stripe.session(stripeId).payment_intent)!;
  }

  /** What was taken for a purchase, by whatever intent that carries its id. */
  private charged({ paymentId }: Purchase): number[] {
    const { charges, paymentIntents } = this.stripe.account.store;
    return charges
      .filter(
        ({ status, payment_intent: intent }) =>
          status === 'succeeded' && paymentIntents.get(idOf(intent)!).metadata.paymentId === paymentId,
      )
      .map(({ amount }) => amount);
  }
}
