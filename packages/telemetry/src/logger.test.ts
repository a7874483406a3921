import { describe, expect, test } from '@jest/globals'
import { createLogger } from './logger.ts'
import { acceptRequestId } from './request-id.ts'

function logged(fields: object): string {
  const lines: string[] = []
  const log = createLogger({ name: 'test' }, { write: (line: string) => lines.push(line) })
  log.info(fields, 'a line')
  return lines.join('')
}

describe('createLogger', () => {
  test.each([
    [{ password: 'hunter2' }],
    [{ input: { newPassword: 'hunter2' } }],
    [{ headers: { authorization: 'hunter2' } }],
    [{ headers: { 'x-gateway-key': 'hunter2' } }],
    [{ request: { headers: { cookie: 'hunter2', 'set-cookie': 'hunter2' } } }],
    [{ 'x-api-key': 'hunter2' }],
  ])('never writes a secret: %j', (fields) => {
    const line = logged(fields)
    expect(line).toContain('[redacted]')
    expect(line).not.toContain('hunter2')
  })

  test('writes the rest as it is', () => {
    expect(JSON.parse(logged({ operation: 'Viewer' }))).toMatchObject({
      name: 'test',
      operation: 'Viewer',
      msg: 'a line',
    })
  })
})

describe('acceptRequestId', () => {
  test('keeps a well-formed id', () => {
    expect(acceptRequestId('trace-12345678')).toBe('trace-12345678')
  })

  test.each([['short'], ['with space 123'], ['new\nline-123'], [`${'x'.repeat(65)}`], [undefined]])(
    'mints one in place of %j',
    (offered) => {
      expect(acceptRequestId(offered)).toMatch(/^req_/)
    },
  )
})
