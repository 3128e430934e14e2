import { AccessTokens } from '../../src/identity/access/access-tokens.js';
import { CashDesk } from './cash-desk.js';
import { winOnAppeal } from './dispute-desk.js';
import { Desk, type Sale, SLOW_REFUNDS } from './giving-back.js';
import { Lessons } from './lessons.js';
import { type Moments, momentsOf } from './moments.js';
import { type Bought, PackageDesk } from './package-desk.js';
import { type Person, person } from './people.js';
import { expectStatus, publishedCourse, type School } from './school.js';
import { SeatDesk } from './seat-desk.js';
import { completeSomebody } from './complete-somebody.js';

export interface Story {
  readonly moments: Moments;
  readonly people: { readonly staff: Person; readonly other: Person };
  readonly places: { readonly here: Lessons; readonly there: Lessons; readonly studio: Lessons };
  readonly courses: { readonly first: string; readonly second: string; readonly euro: string };
}

const CARD = { country: 'DE' };
const WALLET = { country: 'GB', provider: 'WALLET' } as const;

/** A school's year in a few strokes: everything that money can do, at moments that each report must put on the right side. */
export class ReportsStory {
  private readonly desk: Desk;
  private readonly packages: PackageDesk;
  private everybody: Person[] = [];
  private buyers: Person[] = [];

  private constructor(
    private readonly school: School,
    private readonly story: Story,
    private readonly seats: SeatDesk,
  ) {
    this.desk = new Desk(school);
    this.packages = new PackageDesk(school, story.places.studio);
  }

  static async tell(school: School): Promise<Story> {
    const moments = momentsOf(school.clock.now().getUTCFullYear() + 1);
    // The provider's clock goes with ours, or it would not take the ends that sessions are given.
    const { account } = school.sandbox.stripe;
    Object.assign(account, { now: () => Math.floor(school.clock.now().getTime() / 1000) });
    const other = await person(school, 'INSTRUCTOR');
    const [first, second, euro] = await Promise.all([
      school.course(),
      publishedCourse(school, other, { price: 5001 }),
      school.course({ currency: 'EUR', price: 7777 }),
    ]);
    const [here, there, studio] = [await Lessons.open(school), await Lessons.open(school), await Lessons.open(school)];
    const story = {
      moments,
      people: { staff: here.staff, other },
      places: { here, there, studio },
      courses: { first: first.id, second: second.id, euro: euro.id },
    };
    await new ReportsStory(school, story, new SeatDesk(school, here)).tell();
    return story;
  }

  private async tell(): Promise<void> {
    const { moments, courses } = this.story;
    await this.coupon('TENTH', 10);
    await this.coupon('GIFT', 100);
    this.everybody = await this.seats.people(30, 20_000);
    this.buyers = [...this.everybody];
    await this.packages.move('FR');
    const refunded = await this.at(moments.lastOfJanuary, () => this.sellOfEachKind());
    await this.at(moments.firstOfFebruary, async () => {
      await this.desk.refunded(refunded.card, { amount: 3333 });
      await this.desk.refunded(refunded.wallet);
      await this.desk.buy({ ...CARD, buyer: this.buyer(), courseId: courses.euro });
    });
    const { packages } = refunded;
    const held = await this.at(moments.beforeTheClocks, () => this.fillSessions());
    const used = await this.at(moments.beforeTheClocks, () => this.useCredits(packages));
    await this.at(moments.sundayNight, async () => {
      await this.endSessions(held);
      expectStatus(200, await this.seats.move(used.sessionId, 'finish', this.story.places.studio.staff));
    });
    const ends = await this.at(moments.mondayMorning, () => this.beginTrouble(held.regretted));
    const appealed = await this.at(moments.mondayMorning, () => this.takePackagesBack(packages, used.regretted));
    await this.at(moments.lastOfMarch, () => this.endTrouble(ends));
    await this.at(moments.lastOfMarch, async () => {
      // The session that was never held gave its credit back to a package whose money was lost, and now the money comes back.
      winOnAppeal(this.school, appealed);
      // No credit is left for the money of a refund that fails.
      this.school.sandbox.stripe.failRefund(used.pending, 'declined');
    });
    await this.at(moments.lastOfYear, async () => {
      await this.desk.buy({ ...CARD, buyer: this.buyer(), courseId: courses.second });
      await this.desk.begin({ buyer: this.buyer(), courseId: courses.first, couponCode: 'TENTH' });
    });
    await completeSomebody(this.school);
  }

  private async sellOfEachKind(): Promise<Sold> {
    const { first, second } = this.story.courses;
    const card = await this.desk.buy({ ...CARD, buyer: this.buyer(), courseId: first });
    const wallet = await this.desk.buy({ ...WALLET, buyer: this.buyer(), courseId: second });
    await this.desk.buy({ ...CARD, buyer: this.buyer(), courseId: first, couponCode: 'TENTH' });
    await this.desk.buy({ ...WALLET, buyer: this.buyer(), courseId: second, couponCode: 'TENTH' });
    // Paid by nothing: no entry.
    await this.desk.buy({ ...WALLET, buyer: this.buyer(), courseId: first, couponCode: 'GIFT' });
    await this.desk.topUp(5000, 'USD', this.buyer());
    // Paid twice over: the second cannot be given, and its money goes back.
    const twice = this.buyer();
    const [one, two] = [
      await this.desk.begin({ buyer: twice, courseId: first }),
      await this.desk.begin({ buyer: twice, courseId: first, couponCode: 'TENTH' }),
    ];
    this.desk.pay(one);
    await this.desk.quiet();
    this.desk.pay(two);
    const given = await this.desk.begin({ buyer: this.buyer(), courseId: first, couponCode: 'TENTH' });
    expectStatus(200, await this.school.post(`/payments/sessions/${given.sessionId}/cancel`, {}, given.buyer.token));
    // Never paid: it has expired by the next moment.
    await this.desk.begin({ buyer: this.buyer(), courseId: second });
    const packages = {
      whole: await this.packages.buy({ price: 10_000 }, { who: this.buyer() }),
      disputed: await this.packages.buyByCard({}, undefined, this.buyer()),
      closed: await this.packages.buy({}, { who: this.buyer() }),
      last: await this.packages.buyByCard({ sessionCount: 1 }, SLOW_REFUNDS, this.buyer()),
    };
    return { card, wallet, packages };
  }

  private async fillSessions(): Promise<Held> {
    const { here, there } = this.story.places;
    const held = await here.session({ startsInHours: 0.5 });
    const [comes, misses, regretted] = [
      await this.seats.booked(held, this.buyer()),
      await this.seats.booked(held, this.buyer()),
      await this.seats.booked(held, this.buyer()),
    ];
    const cash = expectStatus(201, await this.seats.cash(held, this.buyer()));
    const flexible = await there.session({
      startsInHours: 0.5,
      policy: 'FLEXIBLE',
      noShowFee: 250,
      price: 999,
      tax: 159,
    });
    const fined = await this.seats.booked(flexible, this.buyer());
    const dropped = await there.session();
    await this.seats.booked(dropped, this.buyer());
    for (let paid = 0; paid < 2; paid += 1)
      expectStatus(201, await this.seats.cash(dropped, this.buyer(), there.staff));
    await this.seats.moved(held, 'check-in');
    await this.school.quiet();
    for (const seat of [comes, cash]) expectStatus(200, await this.seats.act(seat, 'check-in', here.staff));
    await this.seats.moved(held, 'start');
    for (const move of ['check-in', 'start'] as const)
      expectStatus(200, await this.seats.move(flexible, move, there.staff));
    return { held, flexible, dropped, misses: [misses, fined], regretted };
  }

  private async endSessions({ held, flexible, dropped }: Held): Promise<void> {
    await this.seats.moved(held, 'finish');
    expectStatus(200, await this.seats.move(flexible, 'finish', this.story.places.there.staff));
    expectStatus(200, await this.seats.move(dropped, 'cancel', this.story.places.there.staff));
  }

  /** A no-show is let off after all, a refund is on its way, and three buyers' banks take an interest. */
  private async beginTrouble(regretted: { id: string }): Promise<Trouble> {
    const { first, second } = this.story.courses;
    const { here, there } = this.story.places;
    await this.count(here, 1000);
    await this.count(there, 2000);
    expectStatus(200, await this.seats.act(regretted, 'cancel', this.school.admin));
    const { stripe } = this.school.sandbox;
    const slow = await this.desk.buy({ ...CARD, buyer: this.buyer(), courseId: first, card: SLOW_REFUNDS });
    const pending = expectStatus(200, await this.desk.refund(slow, { amount: 1234 })).providerRefundId!;
    const disputed = await this.desk.buy({ ...CARD, buyer: this.buyer(), courseId: second });
    const lost = stripe.dispute(disputed.intent, { inquiry: true }).id;
    await this.desk.quiet();
    await this.desk.refunded(disputed, { amount: 4000 });
    stripe.escalateInquiry(lost);
    await this.desk.quiet();
    const appealing = await this.desk.buy({ buyer: this.buyer(), courseId: second });
    return { pending, lost, appealed: await this.loseDispute(appealing) };
  }

  private async endTrouble({ pending, lost, appealed }: Trouble): Promise<void> {
    const { here, there } = this.story.places;
    // Something is missing, and not any more once it is booked: no perfect day all the same.
    for (const counted of [990, 990]) await this.count(here, counted);
    await this.count(there, 2000);
    const { stripe } = this.school.sandbox;
    stripe.failRefund(pending, 'declined');
    stripe.loseDispute(lost);
    winOnAppeal(this.school, appealed);
  }

  /** Credits for a session that is held, for one that is given up in time, and for one that never takes place. */
  private async useCredits({ whole, disputed, closed, last }: Packages): Promise<Used> {
    const { studio } = this.story.places;
    const pending = expectStatus(200, await this.desk.refund(last, { amount: 1000 })).providerRefundId!;
    const sessionId = await studio.session({ startsInHours: 0.5 });
    const [regretted, ...others] = [
      await this.seats.booked(sessionId, whole.buyer),
      await this.seats.booked(sessionId, disputed.buyer),
      await this.seats.booked(sessionId, last.buyer),
      await this.seats.booked(sessionId, closed.buyer),
    ];
    const later = await studio.session();
    expectStatus(200, await this.seats.act(await this.seats.booked(later, whole.buyer), 'cancel', whole.buyer));
    await this.seats.booked(later, disputed.buyer);
    expectStatus(200, await this.seats.move(sessionId, 'check-in', studio.staff));
    for (const seat of others.slice(0, 2)) expectStatus(200, await this.seats.act(seat, 'check-in', studio.staff));
    expectStatus(200, await this.seats.move(sessionId, 'start', studio.staff));
    return { sessionId, regretted, pending };
  }

  private async takePackagesBack({ disputed, closed }: Packages, regretted: { id: string }): Promise<string> {
    expectStatus(200, await this.seats.act(regretted, 'cancel', this.school.admin));
    expectStatus(200, await this.packages.refund(closed));
    return this.loseDispute(disputed);
  }

  private async loseDispute({ intent }: Sale): Promise<string> {
    const { stripe } = this.school.sandbox;
    const { id } = stripe.dispute(intent);
    await this.desk.quiet();
    stripe.loseDispute(id);
    return id;
  }

  private async count({ branchId, staff }: Lessons, countedAmount: number): Promise<void> {
    await new CashDesk(this.school, branchId, () => staff).counted(countedAmount);
  }

  /** Moves the clock there, where nobody's sign-in has lasted, and waits until all that was done there is through. */
  private async at<T>(moment: Date, work: () => Promise<T>): Promise<T> {
    const { school, story } = this;
    school.clock.advance((moment.getTime() - school.clock.now().getTime()) / 1000);
    const tokens = school.app.get(AccessTokens);
    const { here, there, studio } = story.places;
    for (const one of [
      school.admin,
      school.instructor,
      school.student,
      here.staff,
      there.staff,
      studio.staff,
      story.people.other,
      ...this.everybody,
    ])
      Object.assign(one, { token: await tokens.sign(one.id) });
    const done = await work();
    await this.desk.quiet();
    return done;
  }

  private buyer(): Person {
    const buyer = this.buyers.shift();
    if (!buyer) throw new Error('the story has run out of buyers');
    return buyer;
  }

  private async coupon(code: string, discountValue: number): Promise<void> {
    const body = { code, name: code, discountType: 'PERCENTAGE', discountValue };
    expectStatus(201, await this.school.post('/coupons', body, this.school.admin.token));
  }
}

interface Held {
  held: string;
  flexible: string;
  dropped: string;
  misses: { id: string }[];
  regretted: { id: string };
}

interface Trouble {
  pending: string;
  lost: string;
  appealed: string;
}

interface Packages {
  whole: Bought;
  disputed: Bought;
  closed: Bought;
  last: Bought;
}

interface Sold {
  card: Sale;
  wallet: Sale;
  packages: Packages;
}

interface Used {
  sessionId: string;
  regretted: { id: string };
  pending: string;
}
