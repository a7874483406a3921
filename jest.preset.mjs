/**
 * The one Jest configuration: every workspace's `jest.config.mjs` is `export default preset('<name>')`.
 * Sources are ESM TypeScript; swc only strips types, so what is tested is what Node runs.
 */
export const preset = (displayName, overrides = {}) => ({
  displayName,
  testEnvironment: 'node',
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  // Costs nothing until a test asks for a database.
  globalSetup: `${import.meta.dirname}/packages/database/src/testing/global-setup.ts`,
  globalTeardown: `${import.meta.dirname}/packages/database/src/testing/global-teardown.ts`,
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2024' },
        module: { type: 'es6' },
      },
    ],
  },
  ...overrides,
})

/** For workspaces whose tests use `@logicspike/database/testing`: one PostgreSQL per run, on demand. */
export const withDatabase = {
  globalSetup: '@logicspike/database/testing/global-setup',
  globalTeardown: '@logicspike/database/testing/global-teardown',
  testTimeout: 30_000,
}
