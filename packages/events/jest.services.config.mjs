import { servicesPreset, withDatabase } from '../../jest.preset.mjs'

export default servicesPreset('events with services', withDatabase)
