import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'jest-worker';

const beside = (file) => new URL(file, import.meta.url);

/** A file that begins so shares its process with no other: it tests what a library keeps for the life of one. */
const ALONE = '// @own-process';

/**
 * Jest's tests run by Node itself, in a few processes that load each module once, instead of once for every file in a context of its own:
 * loading was half the time of a run. Jest still finds the files and reports, and its own engine (jest-circus) runs what is in them.
 */
export default class NativeRunner {
  #config;

  constructor(config) {
    this.#config = config;
  }

  async runTests(tests, watcher, onStart, onResult, onFailure) {
    const lanes = Math.min(this.#config.maxWorkers, tests.length);
    const shared = startWorker(lanes);
    const waiting = [...tests];
    const lane = async () => {
      for (let test = waiting.shift(); test && !watcher.isInterrupted(); test = waiting.shift()) {
        await onStart(test);
        await this.#run(test, shared).then(
          (result) => onResult(test, result),
          (error) => onFailure(test, error),
        );
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane));
    await shared.end();
  }

  async #run({ path, context }, shared) {
    const file = { path, testTimeout: context.config.testTimeout, testNamePattern: this.#config.testNamePattern };
    if (!readFileSync(path, 'utf8').startsWith(ALONE)) return shared.runFile(file);
    const own = startWorker(1);
    try {
      return await own.runFile(file);
    } finally {
      await own.end();
    }
  }
}

function startWorker(numWorkers) {
  return new Worker(fileURLToPath(beside('run-file.mjs')), {
    exposedMethods: ['runFile'],
    numWorkers,
    maxRetries: 0,
    forkOptions: { stdio: 'inherit', execArgv: ['--import', beside('typescript.mjs').href] },
  });
}
