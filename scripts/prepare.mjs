/**
 * Makes a checkout runnable: packages, Prisma client, build; each only when it is out of date. Nothing but Node's own
 * modules here, and nothing newer than Node 18: it runs before anything is installed.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));
const OLDEST_NODE = [22, 18];
const GENERATED = 'src/platform/database/generated';
const at = (...parts) => join(root, ...parts);

/** `npm ci` unless what is installed is what the lock file names. */
export function install() {
  const stamp = at('node_modules', '.bursar-lock');
  const wanted = hash([readFileSync(at('package-lock.json'))]);
  if (read(stamp) === wanted) {
    return;
  }
  if (!isInstalled()) {
    step('Installing packages');
    // The engine warnings are about the Node that runs npm; ours is among the packages.
    run(...npm('ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'), {
      env: { ...process.env, NODE_ENV: '' },
    });
  }
  writeFileSync(stamp, wanted);
}

/** The npm that started this script, else the one on the path. */
function npm(...args) {
  const script = process.env.npm_execpath;
  return script && /npm-cli\.c?js$/.test(script) ? [process.execPath, [script, ...args]] : ['npm', args];
}

/** A package for another platform is listed in the lock file but rightly absent. */
function isInstalled() {
  const installed = JSON.parse(read(at('node_modules', '.package-lock.json')) ?? '{}').packages;
  if (!installed) {
    return false;
  }
  const { packages } = JSON.parse(readFileSync(at('package-lock.json'), 'utf8'));
  return Object.entries(packages).every(([path, { version, optional, devOptional, peer }]) => {
    const mayBeAbsent = path === '' || optional || devOptional || peer;
    return installed[path] ? installed[path].version === version : mayBeAbsent;
  });
}

export function generate() {
  const schema = files(at('prisma'), (name) => name.endsWith('.prisma'));
  const stamp = at(GENERATED, '.stamp');
  const wanted = hash([...schema.map((file) => readFileSync(file)), read(at('node_modules', '.bursar-lock')) ?? '']);
  if (read(stamp) === wanted) {
    return;
  }
  step('Generating the Prisma client');
  run(pinnedNode(), [at('node_modules', 'prisma', 'build', 'index.js'), 'generate'], {
    env: {
      ...process.env,
      // Generating needs no engine, but downloads one unless some existing program is named in its place.
      PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
      PRISMA_HIDE_UPDATE_MESSAGE: '1',
      CHECKPOINT_DISABLE: '1',
    },
  });
  writeFileSync(stamp, wanted);
}

export function build() {
  const sources = files(at('src')).map((file) => `${file} ${statSync(file).mtimeMs} ${statSync(file).size}`);
  const stamp = at('dist', '.stamp');
  const wanted = hash([
    ...sources,
    readFileSync(at('.swcrc')),
    readFileSync(at('scripts', 'bundle.mjs')),
    read(at('node_modules', '.bursar-lock')) ?? '',
  ]);
  if (read(stamp) === wanted) {
    return;
  }
  step('Building');
  rmSync(at('dist'), { recursive: true, force: true });
  mkdirSync(at('dist'));
  const swc = at('node_modules', '@swc', 'cli', 'bin', 'swc.js');
  run(
    pinnedNode(),
    [swc, 'src', '-d', 'dist', '--strip-leading-paths', '--copy-files', '--ignore', '**/*.test.ts'],
    {},
  );
  run(pinnedNode(), [at('scripts', 'bundle.mjs')], {});
  writeFileSync(stamp, wanted);
}

/** The Node that the lock file pins; the current one where no package of it exists. */
export function pinnedNode() {
  const pinned = at('node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node');
  if (process.platform !== 'win32' && existsSync(pinned)) {
    return pinned;
  }
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
    console.error(
      `Node ${OLDEST_NODE.join('.')} or later is needed; this is ${process.versions.node}, ` +
        `and there is no packaged Node for ${process.platform}-${process.arch}. Install Node 24 and try again.`,
    );
    process.exit(1);
  }
  return process.execPath;
}

function run(command, args, options) {
  const result = attempt(command, args, options);
  if (result.status !== 0) {
    giveUp(result);
  }
}

function attempt(command, args, { env = process.env } = {}) {
  return spawnSync(command, args, { cwd: root, env, encoding: 'utf8', maxBuffer: 1 << 26 });
}

function giveUp({ status, stdout, stderr, error }) {
  console.error([stdout, stderr, error?.message].filter(Boolean).join('\n'));
  process.exit(status ?? 1);
}

function files(directory, wanted = () => true) {
  const entries = readdirSync(directory, { withFileTypes: true });
  return entries
    .flatMap((entry) => {
      const path = join(directory, entry.name);
      return entry.isDirectory() ? files(path, wanted) : wanted(entry.name) ? [path] : [];
    })
    .sort();
}

function hash(parts) {
  const digest = createHash('sha256');
  parts.forEach((part) => digest.update(part).update('\0'));
  return digest.digest('hex');
}

function read(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

function step(what) {
  console.log(`${what} …`);
}

/** `node scripts/prepare.mjs generate|build`: that step and those before it. */
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  install();
  generate();
  if (process.argv[2] === 'build') {
    build();
  }
}
