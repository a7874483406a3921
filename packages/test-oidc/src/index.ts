export type { Person } from './person.ts'
export { startTestGoogle, type TestGoogle, type TestGoogleOptions } from './test-google.ts'
