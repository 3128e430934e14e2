import type { Provider } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { Clock } from '../../src/platform/clock/index.js';
import { readSettings, Settings } from '../../src/platform/config/index.js';
import { PlatformModule } from '../../src/platform/platform.module.js';
import { testSettings } from './app.js';
import { TestClock } from './clock.js';
import { createTestDatabase, type TestDatabase } from './database.js';

/** The platform with a test's own providers and no feature, on a database of its own. Sweeps run only when they are told to. */
export interface TestPlatform {
  readonly module: TestingModule;
  readonly database: TestDatabase;
  readonly clock: TestClock;
  close(): Promise<void>;
}

export async function startTestPlatform(
  providers: Provider[] = [],
  settings: Record<string, string> = {},
): Promise<TestPlatform> {
  const database = await createTestDatabase();
  const clock = new TestClock();
  const module = await Test.createTestingModule({ imports: [PlatformModule], providers })
    .overrideProvider(Settings)
    .useValue(readSettings({ ...testSettings(database), ROLE: 'api', ...settings }))
    .overrideProvider(Clock)
    .useValue(clock)
    .compile();
  module.useLogger(false);
  await module.init();
  return {
    module,
    database,
    clock,
    close: async () => {
      await module.close();
      await database.drop();
    },
  };
}
