import boundaries from 'eslint-plugin-boundaries';
import tseslint from 'typescript-eslint';

/**
 * Who may import whom, from the ground up: a feature may import any on a lower line, never one on its own line or above, and only
 * through its index.ts. The sandbox stands apart.
 */
const floors = [
  ['platform'],
  ['identity'],
  ['ledger'],
  ['coupons'],
  ['payments'],
  ['courses', 'classes'],
  ['packages', 'enrollments'],
  ['seats', 'subscriptions', 'licensing', 'tokens'],
  ['finance'],
  ['notifications'],
];
const below = (floor) =>
  floors
    .slice(0, floor)
    .flat()
    .filter((feature) => feature !== 'platform');

const arrow = (from, to) => ({ from: { element: from }, allow: { to: { element: to } } });
const features = floors.flat().filter((feature) => feature !== 'platform');
const arrows = floors.flatMap((names, floor) =>
  names.flatMap((name) => [
    arrow({ type: 'feature', captured: { feature: name } }, { type: 'feature', captured: { feature: name } }),
    ...below(floor).map((lower) =>
      arrow(
        { type: 'feature', captured: { feature: name } },
        { type: 'feature', captured: { feature: lower }, fileInternalPath: 'index.ts' },
      ),
    ),
  ]),
);

export default tseslint.config(
  { ignores: ['dist', '.data', 'coverage', 'src/platform/database/generated', 'node_modules'] },
  {
    files: ['src/**/*.ts', 'test/**/*.ts', 'bench/**/*.ts'],
    extends: [...tseslint.configs.recommendedTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/no-inferrable-types': 'off',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/no-extraneous-class': 'off',
      // An empty string is often as good as nothing, and an interface may be async where one of its classes need not be.
      '@typescript-eslint/prefer-nullish-coalescing': ['error', { ignorePrimitives: true }],
      '@typescript-eslint/require-await': 'off',
      'max-lines': ['error', 300],
      'no-console': 'error',
    },
  },
  {
    files: [
      'test/**/*.ts',
      'src/**/*.test.ts',
      'bench/**/*.ts',
      'src/embedded/**/*.ts',
      'src/main.ts',
      'src/**/cli.ts',
      'src/commands/**/*.ts',
    ],
    rules: {
      'no-console': 'off',
      '@typescript-eslint/explicit-module-boundary-types': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    files: ['src/**/*.ts'],
    // A stand-in's objects are as long as the provider's own.
    ignores: ['src/**/*.test.ts', 'src/sandbox/**'],
    rules: { 'max-lines-per-function': ['error', 50] },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/**/*.test.ts'],
    plugins: { boundaries },
    settings: {
      'import/resolver': { typescript: { project: './tsconfig.json' } },
      'boundaries/include': ['src/**/*.ts'],
      'boundaries/elements': [
        { type: 'platform', pattern: 'src/platform' },
        { type: 'sandbox', pattern: 'src/sandbox' },
        { type: 'embedded', pattern: 'src/(embedded|commands)' },
        { type: 'feature', pattern: `src/(${features.join('|')})`, capture: ['feature'] },
        { type: 'composition', pattern: 'src' },
      ],
    },
    rules: {
      'boundaries/no-unknown-files': 'error',
      'boundaries/dependencies': [
        'error',
        {
          default: 'disallow',
          policies: [
            arrow({ type: 'platform' }, { type: 'platform' }),
            arrow({ type: 'sandbox' }, { type: 'sandbox' }),
            arrow({ type: 'feature' }, { type: 'platform', fileInternalPath: '*/index.ts' }),
            ...arrows,
            arrow(
              { type: ['composition', 'embedded'] },
              { type: ['platform', 'composition', 'embedded', 'feature', 'sandbox'] },
            ),
          ],
        },
      ],
    },
  },
);
