import { expect, test } from '@jest/globals'
import { purgeChallenges } from '../src/modules/second-factors/purge-challenges.job.ts'
import { aSignedInPerson, firstStep } from './support/a-person.ts'
import { aTotp } from './support/a-second-factor.ts'
import { cheapHasher } from './support/cheap-hasher.ts'
import { useIdentityTestApp } from './support/identity-test-app.ts'
import { BEGIN_TOTP } from './support/second-factor-operations.ts'

const app = useIdentityTestApp({ passwords: cheapHasher() })

const count = async (table: string) =>
  (await app().database.asAdmin(`select from identity.${table}`)).length

test('questions that are too old go, with seeds that were never confirmed; others stay', async () => {
  const ann = await aSignedInPerson(app())
  await aTotp(app(), ann)
  await firstStep(app(), ann)
  const ben = await aSignedInPerson(app())
  await app().execute(BEGIN_TOTP, {}, { token: ben.accessToken })
  app().clock.advance(300)
  await firstStep(app(), ann)
  expect([await count('challenges'), await count('totp_factors')]).toEqual([2, 2])

  app().clock.advance(301)
  const { value } = await app().transaction(purgeChallenges)

  expect(value).toEqual({ purged: 2 })
  expect([await count('challenges'), await count('totp_factors')]).toEqual([1, 1])
})
