import type { BenchOptions, Figures } from './bench.js';
import { School, type Shape } from './booking-school.js';
import { mean, median, percentiles, rateOf, rounded, sum, together } from './support/figures.js';
import { type Load, load, type Outcome, type Post } from './support/load.js';
import { pgbench } from './support/pgbench.js';
import type { Server } from './support/server.js';
import { inWorld, type World } from './support/world.js';

const CLIENTS = 32;
const YARDSTICK_CLIENTS = 16;
/** Who comes at once keeps a connection each, as browsers behind a load balancer do not. */
const CONNECTIONS = 256;
const OPEN_SHARE = 0.8;

interface Lengths {
  readonly rounds: number;
  /** Bookings of a round over HTTP. */
  readonly bookings: number;
  readonly yardstickSeconds: number;
  readonly openSeconds: number;
}

/** With what the server's process worked for it. */
interface Measured extends Outcome {
  readonly cpuSeconds: number;
}

const quickly: Lengths = { rounds: 1, bookings: 1000, yardstickSeconds: 1.5, openSeconds: 4 };
const fully: Lengths = { rounds: 3, bookings: 4000, yardstickSeconds: 4, openSeconds: 10 };

/** Seats booked from full wallets over HTTP, one request each: everything durable, load, server and database on this machine. */
export function bookings({ quick }: BenchOptions): Promise<Record<string, Figures>> {
  return inWorld(async (world) =>
    new Bookings(world, await School.open(world), await world.serve()).measure(quick ? quickly : fully),
  );
}

class Bookings {
  private readonly world: World;
  private readonly school: School;
  private readonly server: Server;
  private booked = 0;

  constructor(world: World, school: School, server: Server) {
    this.world = world;
    this.school = school;
    this.server = server;
  }

  async measure(lengths: Lengths): Promise<Record<string, Figures>> {
    // Warms code and caches; not counted.
    await this.closed(this.school.requests('spread', lengths.bookings));
    const hot = await this.besideYardstick('hot', lengths);
    const spread = await this.besideYardstick('spread', lengths);
    const rush = await this.rush(lengths.rounds);
    const open = await this.open(Number(spread['bookings/s']) * OPEN_SHARE, lengths.openSeconds);
    return {
      'one hot session': hot,
      'over 100 sessions': spread,
      [`over 100 sessions, open, ${OPEN_SHARE * 100} % of that`]: open,
      '1,000 at once, 500 seats': rush,
    };
  }

  /** Rounds over HTTP, each between two of pgbench: a ratio of figures that were measured next to each other. */
  private async besideYardstick(shape: Shape, { rounds, bookings, yardstickSeconds }: Lengths): Promise<Figures> {
    const outcomes: Measured[] = [];
    const yardsticks = [await this.yardstick(shape, yardstickSeconds)];
    for (let round = 0; round < rounds; round += 1) {
      outcomes.push(await this.closed(this.school.requests(shape, bookings)));
      yardsticks.push(await this.yardstick(shape, yardstickSeconds));
    }
    const ratios = outcomes.map((outcome, round) => rateOf(outcome) / mean(yardsticks.slice(round, round + 2)));
    return {
      ...this.figures(outcomes),
      'pgbench/s': rounded(mean(yardsticks)),
      ratio: rounded(median(ratios), 3),
      'ratio from': rounded(Math.min(...ratios), 3),
      'ratio to': rounded(Math.max(...ratios), 3),
    };
  }

  private async yardstick(shape: Shape, seconds: number): Promise<number> {
    const script = this.school.script(shape);
    const rate = await pgbench(this.world.appUrl, { script, clients: YARDSTICK_CLIENTS, seconds });
    await this.school.check(this.booked);
    return rate ?? NaN;
  }

  private closed(requests: Post[]): Promise<Measured> {
    return this.send(requests, { clients: CLIENTS });
  }

  private async open(perSecond: number, seconds: number): Promise<Figures> {
    const requests = this.school.requests('spread', Math.round(perSecond * seconds));
    return this.figures([await this.send(requests, { connections: CONNECTIONS, perSecond })]);
  }

  private async rush(rounds: number): Promise<Figures> {
    const outcomes: Measured[] = [];
    for (let round = 0; round < rounds; round += 1)
      outcomes.push(await this.send(this.school.rush(), { connections: CONNECTIONS }));
    return this.figures(outcomes);
  }

  private async send(requests: Post[], pace: Load['pace']): Promise<Measured> {
    const before = this.server.cpuSeconds();
    const outcome = await load({ url: `${this.server.url}/enrollments/book`, requests, pace });
    const cpuSeconds = this.server.cpuSeconds() - before;
    this.booked += outcome.statuses['201'] ?? 0;
    await this.school.check(this.booked);
    return { ...outcome, cpuSeconds };
  }

  private figures(outcomes: readonly Measured[]): Figures {
    const { seconds, latencies, statuses } = together(outcomes);
    const count = (wanted: RegExp) =>
      sum(Object.keys(statuses).map((status) => (wanted.test(status) ? statuses[status]! : 0)));
    const booked = count(/^201$/);
    return {
      'bookings/s': rounded(booked / seconds),
      ...percentiles(latencies),
      booked,
      refused: count(/^4/),
      errors: count(/^(?![24])/),
      'server CPU ms': rounded((1000 * sum(outcomes.map(({ cpuSeconds }) => cpuSeconds))) / latencies.length, 2),
      'peak RSS MB': this.server.peakMegabytes(),
    };
  }
}
