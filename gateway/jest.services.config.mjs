import { servicesPreset, withDatabase } from '../jest.preset.mjs'

export default servicesPreset('gateway with services', withDatabase)
