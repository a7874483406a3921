/** What programs other than Jest use, such as benchmarks: nothing here needs a test runner. */
export { createPlatform } from './create-platform.ts'
export { createServices } from './create-services.ts'
export { createPlatformHttp } from './platform-http.ts'
