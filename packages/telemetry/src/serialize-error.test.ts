import { describe, expect, test } from '@jest/globals'
import { createLogger } from './logger.ts'
import { serializeError } from './serialize-error.ts'

function aDatabaseError(): Error {
  const server = Object.assign(
    new Error('duplicate key value violates unique constraint "users_email"'),
    {
      code: '23505',
      constraint: 'users_email',
      detail: 'Key (email)=(ann@example.com) already exists.',
    },
  )
  const statement = "insert into users (email) values ('ann@example.com')"
  return Object.assign(new Error(`${statement} - ${server.message}`, { cause: server }), server)
}

describe('serializeError', () => {
  test('an error of the database is told without rows or values', () => {
    const lines: string[] = []
    const log = createLogger({ name: 'test' }, { write: (line: string) => lines.push(line) })
    log.error({ err: aDatabaseError() }, 'failed')
    expect(lines.join('')).not.toContain('ann@example.com')
    expect(JSON.parse(lines.join('')).err).toMatchObject({
      code: '23505',
      constraint: 'users_email',
      message: 'duplicate key value violates unique constraint "users_email"',
      cause: { code: '23505' },
    })
  })

  test('a value that the server repeats is left out', () => {
    const error = Object.assign(
      new Error('select 1 - invalid input syntax for type uuid: "secret"'),
      {
        code: '22P02',
      },
    )
    expect(serializeError(error).message).toBe('invalid input syntax for type uuid')
  })

  test('another error keeps message, code and where it was thrown, and nothing else it carries', () => {
    const error = Object.assign(new Error('connect failed'), {
      code: 'ECONNREFUSED',
      body: 'secret',
    })
    const told = serializeError(error)
    expect(told).toMatchObject({ type: 'Error', message: 'connect failed', code: 'ECONNREFUSED' })
    expect(told.stack).toContain('serialize-error.test')
    expect(JSON.stringify(told)).not.toContain('secret')
  })

  test('what is no error is not looked into', () => {
    expect(serializeError({ password: 'hunter2' })).toEqual({
      type: 'object',
      message: 'not an Error',
    })
  })
})
