import type pg from 'pg';

export async function tableExists(owner: pg.Client, name: string): Promise<boolean> {
  const { rows } = await owner.query<{ present: boolean }>('SELECT to_regclass($1) IS NOT NULL AS present', [name]);
  return rows[0]?.present === true;
}
