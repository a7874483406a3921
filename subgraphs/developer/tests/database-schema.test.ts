import { test } from '@jest/globals'
import { assertMigrationsMatchEntities } from '@logicspike/database/testing'
import developerDatabase from '../mikro-orm.config.ts'

test('migrations give what the entities say, and can be reverted and run again', () =>
  assertMigrationsMatchEntities(developerDatabase))
