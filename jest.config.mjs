/** One real PostgreSQL for the run (test/support/global-setup.ts), one database cloned from a migrated template per file. */
export default {
  runner: '<rootDir>/test/support/runner/runner.mjs',
  roots: ['<rootDir>/src', '<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  // Node reads TypeScript by itself: test/support/runner/typescript.mjs.
  transform: {},
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  reporters: ['default', '<rootDir>/test/support/count-reporter.mjs'],
  testTimeout: 30_000,
  // One more than the cores of a small machine: tests wait as much as they work.
  maxWorkers: 3,
};
