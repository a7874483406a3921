import { preset } from '../jest.preset.mjs'

// Some tests start a process of their own, which takes seconds on a busy machine.
export default preset('gateway', { testTimeout: 60_000 })
