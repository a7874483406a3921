// Apollo's gateway reports usage to its maker unless told not to; test runs are nobody's business.
process.env.APOLLO_TELEMETRY_DISABLED ??= '1'

/**
 * The one Jest configuration: every workspace's `jest.config.mjs` is `export default preset('<name>')`.
 * Node itself loads the sources (`jest/runtime.mjs`), so what is tested is what Node runs.
 */
export const preset = (displayName, overrides = {}) => ({
  displayName,
  runtime: `${import.meta.dirname}/jest/runtime.mjs`,
  testEnvironment: `${import.meta.dirname}/jest/environment.mjs`,
  injectGlobals: false,
  testMatch: ['**/*.test.ts'],
  // What hangs is to fail; what is merely slow, on a machine with much else to do, is not.
  testTimeout: 120_000,
  // Suites that need more than npm: `test:services` (a broker, a cache) and `test:browser` run them.
  testPathIgnorePatterns: ['/node_modules/', '\\.(services|browser)\\.test\\.ts$'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {},
  ...overrides,
})

/** The suites that need a broker or a cache, `*.services.test.ts`: for `jest.services.config.mjs`. */
export const servicesPreset = (displayName, overrides = {}) =>
  preset(displayName, {
    testMatch: ['**/*.services.test.ts'],
    testPathIgnorePatterns: ['/node_modules/'],
    ...overrides,
  })

/** For workspaces whose tests use `@logicspike/database/testing`: one PostgreSQL per run, on demand. */
export const withDatabase = {
  globalSetup: `${import.meta.dirname}/packages/database/src/testing/global-setup.ts`,
  globalTeardown: `${import.meta.dirname}/packages/database/src/testing/global-teardown.ts`,
}
