/**
 * Puts each program of the build and all that it imports into a few files beside it, `dist/bin`: a start reads these instead of some three
 * thousand. What is loaded by its place (templates, SQL) stays where it is, and is found from there.
 */
import { readFile } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const dist = fileURLToPath(new URL('../dist', import.meta.url));
const out = resolve(dist, 'bin');

const programs = {
  main: 'main.js',
  'create-admin': 'commands/create-admin.js',
  check: 'commands/check-invariants.js',
};

/** Packages with machine code, threads or files of their own; and what others ask for in vain, as it is not installed. */
const external = [
  ...['argon2', 'pino', 'thread-stream', '@prisma/client', '@prisma/client/*', 'class-transformer', 'class-validator'],
  ...['pg-native', '@nestjs/microservices', '@nestjs/microservices/*', '@nestjs/websockets', '@nestjs/websockets/*'],
  ...['@fastify/*', 'class-transformer/*', 'ts-morph'],
];

/** A module goes on knowing its own place, told from that of the file that it ends up in. */
const places = {
  name: 'places',
  setup({ onLoad }) {
    onLoad({ filter: /\.js$/ }, async ({ path }) => {
      if (!path.startsWith(dist)) return undefined;
      const contents = (await readFile(path, 'utf8'))
        .replaceAll('import.meta.dirname', `fileURLToPathOf(${JSON.stringify(relative(out, dirname(path)))})`)
        .replaceAll('import.meta.url', `new URL(${JSON.stringify(relative(out, path))}, import.meta.url).href`);
      return { contents, loader: 'js' };
    });
  },
};

/** What CommonJS takes for granted, for packages that are. */
const banner = `import { createRequire as requireFrom } from 'node:module';
import { fileURLToPath as pathOf } from 'node:url';
const require = requireFrom(import.meta.url);
const __filename = import.meta.filename;
const __dirname = import.meta.dirname;
const fileURLToPathOf = (place) => pathOf(new URL(place, import.meta.url));`;

await build({
  entryPoints: Object.fromEntries(Object.entries(programs).map(([name, file]) => [name, resolve(dist, file)])),
  outdir: out,
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node22',
  // OpenAPI and logs call classes by their names.
  keepNames: true,
  sourcemap: 'linked',
  sourcesContent: false,
  external,
  plugins: [places],
  banner: { js: banner },
  logLevel: 'warning',
});
