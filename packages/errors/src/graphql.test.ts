import { describe, expect, test } from '@jest/globals'
import { GraphQLError } from 'graphql'
import { notFound, rateLimited } from './app-error.ts'
import { formatGraphQLError, toGraphQLError } from './graphql.ts'

const format = (thrown: unknown, formatted = new GraphQLError(String(thrown)).toJSON()) =>
  formatGraphQLError(formatted, thrown, { requestId: 'req_1' })

describe('formatGraphQLError', () => {
  test('an AppError keeps its code, message and public extensions', () => {
    const error = toGraphQLError(rateLimited(7))
    expect(format(error, error.toJSON())).toEqual({
      message: 'Too many tries. Try again in 7 seconds.',
      extensions: { code: 'RATE_LIMITED', retryAfterSeconds: 7, requestId: 'req_1' },
    })
  })

  test('the internal detail of an AppError stays inside', () => {
    const error = notFound('invoice', 'belongs to wks_other')
    expect(JSON.stringify(format(error))).not.toContain('wks_other')
  })

  test('anything unknown is masked and reported', () => {
    const reports: unknown[] = []
    const thrown = new Error('connect ECONNREFUSED 10.0.0.3:5432')
    const answer = formatGraphQLError(new GraphQLError(thrown.message).toJSON(), thrown, {
      report: (report) => reports.push(report),
    })
    expect(answer).toEqual({
      message: 'Something went wrong on our side.',
      extensions: { code: 'INTERNAL' },
    })
    expect(reports).toEqual([{ code: 'INTERNAL', detail: thrown.message, cause: thrown }])
  })

  test('a code outside the closed set becomes INTERNAL', () => {
    const error = new GraphQLError('x', { extensions: { code: 'SECRET_CODE', url: 'http://a' } })
    expect(format(error, error.toJSON()).extensions).toEqual({
      code: 'INTERNAL',
      requestId: 'req_1',
    })
  })

  test('a validation error keeps its message', () => {
    const error = new GraphQLError('Cannot query field "x".', {
      extensions: { code: 'GRAPHQL_VALIDATION_FAILED', stacktrace: ['secret'] },
    })
    expect(format(error, error.toJSON())).toEqual({
      message: 'Cannot query field "x".',
      extensions: { code: 'GRAPHQL_VALIDATION_FAILED', requestId: 'req_1' },
    })
  })
})
