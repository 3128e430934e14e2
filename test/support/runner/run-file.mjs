import { pathToFileURL } from 'node:url';
import { createEmptyTestResult } from '@jest/test-result';
import { getState, resetState, run } from 'jest-circus';
import { formatResultsErrors } from 'jest-message-util';
import * as globals from './jest-globals.mjs';

let files = 0;

// For tests that do not import them.
Object.assign(globalThis, globals);

// What nobody waits for fails the test that is running, and not the process.
for (const event of ['uncaughtException', 'unhandledRejection'])
  process.on(event, (error) => getState().unhandledErrors.push(error));

/** Runs the tests of one file, in this process. */
export async function runFile({ path, testTimeout, testNamePattern }) {
  resetState();
  delete globalThis[Symbol.for('TEST_TIMEOUT_SYMBOL')];
  Object.assign(getState(), {
    testTimeout,
    testNamePattern: testNamePattern ? new RegExp(testNamePattern, 'i') : null,
  });
  const start = Date.now();
  // A file is run anew each time; what it imports is loaded once.
  await import(`${pathToFileURL(path).href}?${(files += 1)}`);
  const { testResults, unhandledErrors } = await run();
  return toTestResult(path, start, testResults.map(toAssertion), unhandledErrors);
}

function toAssertion({ testPath, duration, errors, status }) {
  const [title, ...ancestors] = testPath.slice(1).toReversed();
  return {
    ancestorTitles: ancestors.toReversed(),
    title,
    fullName: testPath.slice(1).join(' '),
    duration,
    failureMessages: errors,
    failureDetails: [],
    numPassingAsserts: 0,
    status: status === 'done' ? (errors.length > 0 ? 'failed' : 'passed') : 'pending',
  };
}

function toTestResult(path, start, assertions, unhandledErrors) {
  const end = Date.now();
  const of = (status) => assertions.filter((one) => one.status === status).length;
  const result = {
    ...createEmptyTestResult(),
    testFilePath: path,
    testResults: assertions,
    numPassingTests: of('passed'),
    numFailingTests: of('failed'),
    numPendingTests: of('pending'),
    perfStats: { start, end, runtime: end - start, slow: end - start > 5000, loadTestEnvironmentStart: start },
    failureMessage: formatResultsErrors(
      assertions,
      { rootDir: process.cwd(), testMatch: [] },
      { noStackTrace: false },
      path,
    ),
  };
  if (unhandledErrors.length === 0) return result;
  const message = `${result.failureMessage ?? ''}  ● Outside of any test\n\n${unhandledErrors.join('\n')}\n`;
  return { ...result, testExecError: { message, stack: message }, failureMessage: message };
}
