import { afterAll, beforeAll } from '@jest/globals'
import { createPlatform, type TestPlatform, type TestPlatformOptions } from './create-platform.ts'

/** A platform for a whole test file: made before its first test, closed after its last. */
export function usePlatform(options: TestPlatformOptions = {}): () => TestPlatform {
  let platform: TestPlatform | undefined
  beforeAll(async () => {
    platform = await createPlatform(options)
  })
  afterAll(async () => {
    await platform?.close()
  })
  return () => {
    if (!platform) throw new Error('The platform exists from beforeAll to afterAll only.')
    return platform
  }
}
