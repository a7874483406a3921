import { connect } from 'node:net'
import { clusterPortVariable } from './cluster-server.ts'
import { ownServer } from './test-run.ts'

/** The administrator's URL of the PostgreSQL this test run uses. Starts it when it is the first. */
export async function testAdminUrl(environment = process.env): Promise<string> {
  const given = ownServer(environment)
  if (given) return given
  const port = environment[clusterPortVariable]
  if (!port) {
    throw new Error(
      'Database tests need the Jest settings "withDatabase", or TEST_DATABASE_ADMIN_URL.',
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
