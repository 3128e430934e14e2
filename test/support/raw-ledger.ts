import pg from 'pg';

let number = 0;

export type Leg = {
  code: string;
  currency?: string;
  amount: number;
  ownerId?: string;
  strict?: boolean;
  floor?: number;
};

export const sale: Leg[] = [
  { code: 'asset:provider:stripe', amount: 9999 },
  { code: 'liability:earnings-pending:usr_1', amount: -6999, ownerId: 'usr_1' },
  { code: 'revenue:courses', amount: -3000 },
];

/** Entries as the database takes them, with nothing of the application in between. */
export class RawLedger {
  constructor(private readonly app: pg.Client) {}

  post(
    legs: Leg[],
    options: { reference?: string; at?: string; by?: pg.Client; id?: string; kind?: string } = {},
  ): Promise<string> {
    const reference = options.reference ?? `ref-${(number += 1)}`;
    const { at = '2026-11-21T10:00:00Z', by = this.app, id = `ent_${reference}`, kind = 'test' } = options;
    const rows = JSON.stringify(legs.map((leg) => ({ currency: 'USD', ...leg })));
    return by
      .query<{ id: string }>(`SELECT ledger_post($1, $2, $3, 'test', 'obj', $4, now(), 'system', $5::jsonb) AS id`, [
        id,
        kind,
        reference,
        at,
        rows,
      ])
      .then(({ rows: [row] }) => row!.id);
  }
}
