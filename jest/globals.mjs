import { testFile } from './runtime.mjs'

/** `@jest/globals` as one test file sees it. */
export const { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest, test } =
  testFile.globals
