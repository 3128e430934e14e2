import { execFileSync, spawnSync } from 'node:child_process';

const NAME = 'postgres';

export interface SystemUser {
  uid: number;
  gid: number;
}

/** Whom PostgreSQL runs as: it refuses to be root, so root lends it an account; anybody else runs it as himself. */
export function systemUser(): SystemUser | undefined {
  if (process.getuid?.() !== 0) {
    return undefined;
  }
  return lookUp() ?? create();
}

function lookUp(): SystemUser | undefined {
  const [uid, gid] = [id('-u'), id('-g')];
  return uid === undefined || gid === undefined ? undefined : { uid, gid };
}

function id(flag: '-u' | '-g'): number | undefined {
  const { status, stdout } = spawnSync('id', [flag, NAME], { encoding: 'utf8' });
  return status === 0 ? Number(stdout) : undefined;
}

function create(): SystemUser {
  try {
    execFileSync('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/bin/false', NAME]);
  } catch (cause) {
    throw new Error(`PostgreSQL cannot run as root and the user "${NAME}" cannot be created: start as another user`, {
      cause,
    });
  }
  const created = lookUp();
  if (created === undefined) {
    throw new Error(`The user "${NAME}" was created but cannot be found`);
  }
  console.log(`Created the system user "${NAME}": PostgreSQL cannot run as root.`);
  return created;
}

export function mayExecute(user: SystemUser | undefined, file: string): boolean {
  return passes(user, 'test -f "$0" && test -x "$0"', file);
}

/** Whether every folder on the way down can be entered. */
export function mayEnter(user: SystemUser | undefined, directory: string): boolean {
  return passes(user, 'test -d "$0" && test -x "$0"', directory);
}

function passes(user: SystemUser | undefined, test: string, path: string): boolean {
  return spawnSync('/bin/sh', ['-c', test, path], { ...user, cwd: '/', stdio: 'ignore' }).status === 0;
}
