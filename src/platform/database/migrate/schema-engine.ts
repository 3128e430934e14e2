import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import {
  bindMigrationAwareSqlAdapterFactory,
  ColumnTypeEnum,
  mockAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
  type SqlResultSet,
} from '@prisma/driver-adapter-utils';
import type { SchemaEngine } from '@prisma/schema-engine-wasm/schema_engine_bg';

export type { SchemaEngine };

/** No table of ours is managed elsewhere. */
export const noFilter = { externalTables: [], externalEnums: [] };

/**
 * Prisma's schema engine as WebAssembly, so that neither a download nor a native binary is needed. The package's own
 * entry point imports the .wasm file as a module, which plain Node does not do; hence the instantiation by hand.
 */
export async function openSchemaEngine(factory: SqlMigrationAwareDriverAdapterFactory): Promise<SchemaEngine> {
  const bindings = await loadBindings();
  const ignoreLogs = () => undefined;
  return bindings.SchemaEngine.new({ datamodels: undefined }, ignoreLogs, bindMigrationAwareSqlAdapterFactory(factory));
}

/** Part of every JavaScript runtime, but of no library that the type checker has here. */
declare const WebAssembly: {
  instantiate(code: Uint8Array, imports: object): Promise<{ instance: { exports: Record<string, unknown> } }>;
};

type Bindings = typeof import('@prisma/schema-engine-wasm/schema_engine_bg');
let loading: Promise<Bindings> | undefined;

function loadBindings(): Promise<Bindings> {
  loading ??= instantiate();
  return loading;
}

async function instantiate(): Promise<Bindings> {
  const bindings = await import('@prisma/schema-engine-wasm/schema_engine_bg');
  // `import.meta.resolve` answers a plain path where Jest runs this as a global setup.
  const module = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg');
  const bytes = await readFile(join(dirname(module), 'schema_engine_bg.wasm'));
  const { instance } = await WebAssembly.instantiate(bytes, { './schema_engine_bg.js': withIdleTimers(bindings) });
  bindings.__wbg_set_wasm(instance.exports);
  (instance.exports.__wbindgen_start as () => void)();
  return bindings;
}

/** The engine arms a timeout of ten seconds for its lock and never clears it: the process would stay that long. */
function withIdleTimers(bindings: Bindings): Record<string, unknown> {
  const setIdleTimeout = (callback: () => void, delay: number) => setTimeout(callback, delay >>> 0).unref();
  const entries = Object.entries(bindings as Record<string, unknown>).map(([name, binding]): [string, unknown] =>
    name.startsWith('__wbg_setTimeout') ? [name, setIdleTimeout] : [name, binding],
  );
  return Object.fromEntries(entries);
}

/** The engine asks for the server's version when it starts; comparing two datamodels needs nothing else of a database. */
export function withoutDatabase(): SqlMigrationAwareDriverAdapterFactory {
  const version: SqlResultSet = {
    columnNames: ['exists', 'version', 'numeric_version'],
    columnTypes: [ColumnTypeEnum.Boolean, ColumnTypeEnum.Text, ColumnTypeEnum.Int32],
    rows: [[true, 'PostgreSQL 18.0', 180000]],
  };
  const connect = async () => ({
    ...mockAdapter('postgres'),
    queryRaw: async () => version,
    dispose: async () => undefined,
  });
  return { provider: 'postgres', adapterName: '@prisma/adapter-pg', connect, connectToShadowDb: connect };
}
