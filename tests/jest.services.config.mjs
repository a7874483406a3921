import { servicesPreset, withDatabase } from '../jest.preset.mjs'

export default servicesPreset('tests with services', withDatabase)
