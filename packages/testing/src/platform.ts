/** What programs other than Jest use, such as benchmarks: nothing here needs a test runner. */
export { createPlatform } from './create-platform.ts'
export { createServices } from './create-services.ts'
export type { Person } from './people.ts'
export { createPlatformHttp } from './platform-http.ts'
export type { TestWorkspace } from './workspaces.ts'
