import { preset, withDatabase } from '../jest.preset.mjs'

export default preset('gateway', withDatabase)
