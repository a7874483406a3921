export {
  createPlatform,
  TEST_PUBLIC_URL,
  type TestPlatform,
  type TestPlatformOptions,
} from './create-platform.ts'
export { createServices, type TestServices } from './create-services.ts'
export type { Person } from './people.ts'
export { type Answer, createPlatformHttp, type PlatformHttp } from './platform-http.ts'
export { usePlatform } from './use-platform.ts'
export type { Member, TestWorkspace } from './workspaces.ts'
