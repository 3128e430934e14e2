import type {
  DiscrepancyDto,
  ReconciliationDto,
  ReconciliationRunDto,
} from '../../src/finance/reconciliation/reconciliation.dto.js';
import type { Answer } from './app.js';
import type { Refusal } from './giving-back.js';
import { expectStatus, type School } from './school.js';

type Provider = 'STRIPE' | 'MPESA' | 'PAYMOB';

const DAY_MS = 86_400_000;
/** Longer than either side of a matter may lag behind the other. */
const LATER_MS = 7 * 3_600_000;

/** What tests of reconciliation do and look at. */
export class ReconciliationDesk {
  readonly begin: Date;

  constructor(
    private readonly school: School,
    readonly provider: Provider = 'STRIPE',
  ) {
    this.begin = new Date(school.clock.now().getTime() - 2 * DAY_MS);
  }

  ask(body: object): Promise<Answer<ReconciliationRunDto & Refusal>> {
    return this.school.post('/finance/reconciliation/run', body, this.school.admin.token);
  }

  /** All that has been, once its time is over. */
  run(): Promise<ReconciliationRunDto> {
    const { clock } = this.school;
    return clock.at(new Date(clock.now().getTime() + LATER_MS), () => this.again());
  }

  async again(): Promise<ReconciliationRunDto> {
    const span = { from: this.begin, until: this.school.clock.now() };
    return expectStatus(200, await this.ask({ provider: this.provider, ...span }));
  }

  /** Gives a statement as a file; of all that has been, once its time is over, unless told otherwise. */
  async offer(
    file: string | Uint8Array,
    { token = this.school.admin.token, span = true, laterSeconds = LATER_MS / 1000 } = {},
  ) {
    const { clock } = this.school;
    const now = clock.now().getTime();
    return clock.at(new Date(now + laterSeconds * 1000), async () => {
      const times = { from: this.begin.toISOString(), until: clock.now().toISOString() };
      const query = new URLSearchParams({ provider: this.provider, ...(span && times) });
      const answer = await fetch(`${this.school.url}/api/finance/reconciliation/statements?${query.toString()}`, {
        method: 'POST',
        headers: { 'content-type': 'text/csv', authorization: `Bearer ${token}` },
        body: Buffer.from(file),
      });
      return {
        status: answer.status,
        headers: answer.headers,
        body: (await answer.json()) as ReconciliationRunDto & Refusal,
      };
    });
  }

  async import(file: string | Uint8Array): Promise<ReconciliationRunDto> {
    return expectStatus(200, await this.offer(file));
  }

  async list(query = ''): Promise<ReconciliationDto> {
    return expectStatus(
      200,
      await this.school.get<ReconciliationDto>(
        `/finance/reconciliation?limit=100&provider=${this.provider}${query}`,
        this.school.admin.token,
      ),
    );
  }

  async open(): Promise<DiscrepancyDto[]> {
    return (await this.list('&status=OPEN')).data;
  }

  /** What is open, in brief: kind, matter, and by currency what the statement says and what the books say. */
  async found(): Promise<string[]> {
    const open = await this.open();
    return open
      .map(({ kind, matter, sums }) =>
        [kind, matter, ...sums.map(({ currency, stated, booked }) => `${currency} ${stated}/${booked}`)].join(' '),
      )
      .toSorted();
  }

  async only(): Promise<DiscrepancyDto> {
    const open = await this.open();
    if (open.length !== 1) throw new Error(`not one discrepancy: ${JSON.stringify(open)}`);
    return open[0]!;
  }

  resolve(
    id: string,
    action: string,
    { token = this.school.admin.token, reason = 'looked at with the provider' } = {},
  ): Promise<Answer<DiscrepancyDto & Refusal>> {
    return this.school.post(`/finance/reconciliation/${id}/resolve`, { action, reason }, token);
  }

  async resolved(action?: string): Promise<DiscrepancyDto> {
    const { id, proposedAction } = await this.only();
    return expectStatus(200, await this.resolve(id, action ?? proposedAction));
  }

  /** Of each currency how far the sides are apart, and why. */
  async totals(): Promise<Record<string, { difference: number; open: number; underWay: number }>> {
    const { totals } = await this.list();
    return Object.fromEntries(
      totals.map(({ currency, difference, open, underWay }) => [currency, { difference, open, underWay }]),
    );
  }

  /** Of currencies in which there is something, what the statement says that the provider owes us. */
  async stated(): Promise<Record<string, number>> {
    const { totals } = await this.list();
    return Object.fromEntries(totals.map(({ currency, stated }) => [currency, stated]));
  }
}

export const agreed = { difference: 0, open: 0, underWay: 0 };
