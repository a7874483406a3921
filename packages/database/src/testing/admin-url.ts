import { connect } from 'node:net'
import { clusterPortVariable } from './cluster-server.ts'

/** A server of your own to test against, as a superuser's URL; else one is started. */
const ownServer = 'TEST_DATABASE_ADMIN_URL'

/** The administrator's URL of the PostgreSQL this test run uses. Starts it when it is the first. */
export async function testAdminUrl(environment = process.env): Promise<string> {
  const given = environment[ownServer]
  if (given) return given
  const port = environment[clusterPortVariable]
  if (!port) {
    throw new Error(
      `Database tests need "globalSetup" of @logicspike/database/testing, or ${ownServer}.`,
    )
  }
  const answer = await readAll(Number(port))
  if (answer.startsWith('!')) throw new Error(answer.slice(1))
  return answer
}

async function readAll(port: number): Promise<string> {
  const socket = connect(port, '127.0.0.1').setEncoding('utf8')
  let text = ''
  for await (const chunk of socket) text += chunk
  return text
}
