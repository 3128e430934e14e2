import { beforeAll, describe, expect, it } from '@jest/globals';
import { ESLint } from 'eslint';

let eslint: ESLint;
beforeAll(() => {
  // What imports what is told without types, which take half a minute to find out.
  eslint = new ESLint({
    ruleFilter: ({ ruleId }) => ruleId.startsWith('boundaries/'),
    overrideConfig: { languageOptions: { parserOptions: { projectService: false, project: null } } },
  });
});

/** What the build says of an import written in a file. */
async function complaints(file: string, from: string): Promise<number> {
  const [result] = await eslint.lintText(`import '${from}';\n`, { filePath: file });
  return result!.messages.filter((message) => message.ruleId === 'boundaries/dependencies').length;
}

describe('the call graph', () => {
  it.each([
    ['src/ledger/ledger.module.ts', '../payments/index.js', 'upwards'],
    ['src/payments/payments.module.ts', '../courses/index.js', 'upwards, one line'],
    ['src/platform/ids/ids.ts', '../../identity/index.js', 'from the platform into a feature'],
    ['src/payments/payments.module.ts', '../ledger/post-entry.js', "past a feature's public face"],
    ['src/ledger/ledger.module.ts', '../platform/money/money.js', "past the platform's public faces"],
    ['src/payments/payments.module.ts', '../sandbox/index.js', 'into the sandbox'],
    ['src/sandbox/index.ts', '../platform/money/index.js', 'out of the sandbox'],
  ])('forbids %s to import %s (%s)', async (file, from) => {
    expect(await complaints(file, from)).toBe(1);
  });

  it.each([
    ['src/payments/payments.module.ts', '../ledger/index.js'],
    ['src/enrollments/enrollments.module.ts', '../courses/index.js'],
    ['src/ledger/ledger.module.ts', '../platform/money/index.js'],
    ['src/payments/attempts/post-sale.ts', '../payments.events.js'],
  ])('lets %s import %s', async (file, from) => {
    expect(await complaints(file, from)).toBe(0);
  });
});
