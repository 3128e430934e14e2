import pg from 'pg';
import { JOBS_SCHEMA } from './jobs.js';

const SCHEMAS = ['public', JOBS_SCHEMA];

/** Every query answers with the statements that lead from what the role has to what it should have: usually none. */
export async function applyGrants(owner: pg.Client, role: string): Promise<string[]> {
  const statements: string[] = [];
  for (const deviations of [SCHEMA_DEVIATIONS, RELATION_DEVIATIONS, FUNCTION_DEVIATIONS]) {
    const { rows } = await owner.query<{ statement: string }>(deviations, [role, SCHEMAS]);
    statements.push(...rows.map(({ statement }) => statement));
  }
  if (statements.length > 0) {
    await owner.query(statements.join(';\n'));
    await refuseLooseSchema(owner, role);
  }
  return statements;
}

/**
 * New functions are executable for the application at once and for nobody else, so that replacing one leaves no moment
 * without the right to call it.
 */
export async function setDefaultPrivileges(owner: pg.Client, role: string): Promise<void> {
  const { rows } = await owner.query<{ closed: boolean; granted: boolean }>(
    `SELECT coalesce(bool_or(defaclnamespace = 0 AND NOT EXISTS (SELECT FROM aclexplode(defaclacl) WHERE grantee = 0)),
                     false) AS closed,
            coalesce(bool_or(defaclnamespace = 'public'::regnamespace
                             AND EXISTS (SELECT FROM aclexplode(defaclacl) WHERE grantee = $1::regrole)),
                     false) AS granted
       FROM pg_default_acl WHERE defaclobjtype = 'f' AND defaclrole = current_user::regrole`,
    [pg.escapeIdentifier(role)],
  );
  if (!rows[0]?.closed) {
    await owner.query('ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC');
  }
  if (!rows[0]?.granted) {
    await owner.query(
      `ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT EXECUTE ON FUNCTIONS TO ${pg.escapeIdentifier(role)}`,
    );
  }
}

const SCHEMA_DEVIATIONS = `
  SELECT format('GRANT USAGE ON SCHEMA %I TO %I', nspname, $1::text) AS statement
    FROM pg_namespace WHERE nspname = ANY ($2::text[]) AND NOT has_schema_privilege($1, oid, 'USAGE')
  UNION ALL
  SELECT format('REVOKE CREATE ON SCHEMA %I FROM PUBLIC, %I', nspname, $1::text)
    FROM pg_namespace WHERE nspname = ANY ($2::text[]) AND has_schema_privilege($1, oid, 'CREATE')
  UNION ALL
  SELECT format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), $1::text)
   WHERE NOT has_database_privilege($1, current_database(), 'CONNECT')`;

/**
 * The journal is written by SECURITY DEFINER functions only, so its tables can only be read. So can every view: a simple
 * one is updatable with its owner's rights, which would open the journal from behind.
 */
const RELATION_DEVIATIONS = `
  WITH relation AS (
    SELECT c.oid, format('%I.%I', n.nspname, c.relname) AS name, c.relkind = 'S' AS is_sequence,
           CASE
             WHEN c.relname = '_prisma_migrations' THEN '{}'
             WHEN c.relkind = 'S' AND c.relname LIKE 'ledger\\_%' THEN '{}'
             WHEN c.relkind = 'S' THEN '{USAGE}'
             WHEN c.relkind IN ('v', 'm') OR c.relname LIKE 'ledger\\_%' THEN '{SELECT}'
             ELSE '{SELECT,INSERT,UPDATE,DELETE}'
           END::text[] AS wanted
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = ANY ($2::text[]) AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
       AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.classid = 'pg_class'::regclass AND d.deptype = 'e')
  ), compared AS (
    SELECT *, CASE WHEN is_sequence
      THEN ARRAY (SELECT p FROM unnest('{USAGE,SELECT,UPDATE}'::text[]) p WHERE has_sequence_privilege($1, oid, p))
      ELSE ARRAY (SELECT p FROM unnest('{SELECT,INSERT,UPDATE,DELETE,TRUNCATE,REFERENCES,TRIGGER}'::text[]) p
                   WHERE has_table_privilege($1, oid, p))
      END AS actual
      FROM relation
  )
  SELECT concat_ws('; ',
           format('REVOKE ALL ON %s %s FROM PUBLIC, %I', kind, name, $1::text),
           CASE WHEN wanted <> '{}' THEN format('GRANT %s ON %s %s TO %I', array_to_string(wanted, ', '), kind, name, $1::text) END
         ) AS statement
    FROM compared, LATERAL (SELECT CASE WHEN is_sequence THEN 'SEQUENCE' ELSE 'TABLE' END AS kind) k
   WHERE wanted <> actual
   ORDER BY name`;

/** An extension's functions belong to whoever installed it and stay as they are. */
const FUNCTION_DEVIATIONS = `
  SELECT concat_ws('; ',
           format('REVOKE EXECUTE ON ROUTINE %s FROM PUBLIC', p.oid::regprocedure),
           format('GRANT EXECUTE ON ROUTINE %s TO %I', p.oid::regprocedure, $1::text)
         ) AS statement
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
   WHERE n.nspname = ANY ($2::text[]) AND p.proowner = current_user::regrole
     AND (has_function_privilege('public', p.oid, 'EXECUTE') OR NOT has_function_privilege($1, p.oid, 'EXECUTE'))`;

/** Only a schema's owner can revoke a right on it; for anybody else the server answers with a mere warning. */
async function refuseLooseSchema(owner: pg.Client, role: string): Promise<void> {
  const { rows } = await owner.query<{ statement: string }>(SCHEMA_DEVIATIONS, [role, SCHEMAS]);
  if (rows.length > 0) {
    const statements = rows.map(({ statement }) => `${statement};`).join(' ');
    throw new Error(`The migration role may not set these rights. As a superuser run in this database: ${statements}`);
  }
}
