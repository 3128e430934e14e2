import type pg from 'pg';

/** Adds what the server knows about the place and the cause, so that the message alone is enough to find the mistake. */
export function locate(error: pg.DatabaseError, sql: string, file = ''): pg.DatabaseError {
  const line = error.position === undefined ? undefined : sql.slice(0, Number(error.position)).split('\n').length;
  const place = [file, line === undefined ? '' : `line ${line}`].filter(Boolean).join(', ');
  const more = [error.detail, error.hint, error.where].filter(Boolean).join('; ');
  error.message = `${place && `${place}: `}${error.message}${more && ` (${more})`}`;
  return error;
}
