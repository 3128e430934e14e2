import pg from 'pg';

/** Another database of the same server may be creating the role at this moment: roles belong to the server. */
const ALREADY_THERE = ['42710', '23505'];

interface Login {
  role: string;
  password: string;
}

export function loginOf(url: string): Login {
  const { username, password } = new URL(url);
  if (username === '') {
    throw new Error('The database URL of the application names no user');
  }
  return { role: decodeURIComponent(username), password: decodeURIComponent(password) };
}

/** Returns what it created. A role that exists keeps its password: rotating it is the operator's business. */
export async function ensureApplicationRole(owner: pg.Client, { role, password }: Login): Promise<string[]> {
  const { rows } = await owner.query<{ exists: boolean; may_create: boolean; owner: string }>(
    `SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1) AS exists,
            rolcreaterole OR rolsuper AS may_create, rolname AS owner
       FROM pg_roles WHERE rolname = current_user`,
    [role],
  );
  if (rows[0]?.exists) {
    return [];
  }
  const name = pg.escapeIdentifier(role);
  if (!rows[0]?.may_create) {
    throw new Error(
      `The application's role ${name} does not exist, and ${rows[0]?.owner} may not create roles. ` +
        `As a superuser run: CREATE ROLE ${name} LOGIN PASSWORD '<the password of DATABASE_URL>';`,
    );
  }
  const secret = password === '' ? '' : ` PASSWORD ${pg.escapeLiteral(password)}`;
  try {
    await owner.query(`CREATE ROLE ${name} LOGIN${secret}`);
  } catch (error) {
    if (error instanceof pg.DatabaseError && ALREADY_THERE.includes(error.code ?? '')) {
      return [];
    }
    throw error;
  }
  return [`role ${role}`];
}

/** Why the grants cannot hold the application's role back, if so. */
export async function unrestricted(owner: pg.Client, role: string): Promise<string | undefined> {
  const { rows } = await owner.query<{ same: boolean; superuser: boolean; member: boolean }>(
    `SELECT rolname = current_user AS same, rolsuper AS superuser, pg_has_role(rolname, current_user, 'MEMBER') AS member
       FROM pg_roles WHERE rolname = $1`,
    [role],
  );
  const { same, superuser, member } = rows[0] ?? {};
  const reason = same
    ? 'also owns the schema'
    : superuser
      ? 'is a superuser'
      : member
        ? "is a member of the owner's role"
        : undefined;
  return reason && `The application's role ${role} ${reason}: the database cannot protect the journal from it`;
}
