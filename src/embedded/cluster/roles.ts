import pg from 'pg';

interface RolePasswords {
  ownerPassword: string;
  appPassword: string;
}

/** The two roles of production. The owner may create databases and roles, as the migration step and the tests need. */
export async function createRolesAndDatabase(
  superuserUrl: string,
  database: string,
  { ownerPassword, appPassword }: RolePasswords,
): Promise<void> {
  const maintenance = new URL(superuserUrl);
  maintenance.pathname = '/postgres';
  const superuser = new pg.Client({ connectionString: maintenance.href });
  await superuser.connect();
  try {
    await ensureRole(superuser, 'bursar_owner', ownerPassword, 'CREATEDB CREATEROLE');
    await ensureRole(superuser, 'bursar_app', appPassword, '');
    const { rowCount } = await superuser.query('SELECT FROM pg_database WHERE datname = $1', [database]);
    if (rowCount === 0) {
      await superuser.query(`CREATE DATABASE ${pg.escapeIdentifier(database)} OWNER bursar_owner`);
    }
  } finally {
    await superuser.end();
  }
}

/** One that exists keeps its password: the server may be somebody's own, with these roles in use. */
async function ensureRole(superuser: pg.Client, role: string, password: string, rights: string): Promise<void> {
  const { rowCount } = await superuser.query('SELECT FROM pg_roles WHERE rolname = $1', [role]);
  if (rowCount === 0) {
    await superuser.query(`CREATE ROLE ${role} LOGIN ${rights} PASSWORD ${pg.escapeLiteral(password)}`);
  }
}
