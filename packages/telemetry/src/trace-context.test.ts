import { describe, expect, test } from '@jest/globals'
import { readTraceContext, traceHeaders } from './trace-context.ts'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const SPAN = '00f067aa0ba902b7'

describe('readTraceContext', () => {
  test('reads what the specification gives as examples', () => {
    const traceparent = `00-${TRACE}-${SPAN}-01`
    const tracestate = 'rojo=00f067aa0ba902b7, congo=t61rcWkgMzE'
    expect(readTraceContext({ traceparent, tracestate })).toEqual({
      traceId: TRACE,
      spanId: SPAN,
      isSampled: true,
      state: 'rojo=00f067aa0ba902b7,congo=t61rcWkgMzE',
    })
    expect(readTraceContext({ traceparent: `00-${TRACE}-${SPAN}-00` })?.isSampled).toBe(false)
    expect(readTraceContext({ traceparent: `cc-${TRACE}-${SPAN}-01-what-comes` })).not.toBeNull()
  })

  test.each([
    ['nothing', undefined],
    ['a repeated header', [`00-${TRACE}-${SPAN}-01`, `00-${TRACE}-${SPAN}-01`]],
    ['two in one', `00-${TRACE}-${SPAN}-01, 00-${TRACE}-${SPAN}-01`],
    ['capitals', `00-${TRACE.toUpperCase()}-${SPAN}-01`],
    ['no trace', `00-${'0'.repeat(32)}-${SPAN}-01`],
    ['no span', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['the version that is none', `ff-${TRACE}-${SPAN}-01`],
    ['more than version 00 has', `00-${TRACE}-${SPAN}-01-more`],
    ['a line break', `00-${TRACE}-${SPAN}-01\n`],
    ['too little', `00-${TRACE}-01`],
  ])('%s is no context', (_, traceparent) => {
    expect(readTraceContext({ traceparent })).toBeNull()
  })

  test.each([
    ['a member without a value', 'rojo'],
    ['a key with capitals', 'Rojo=1'],
    ['a control character', 'rojo=1\u0007'],
    ['33 members', Array.from({ length: 33 }, (_, at) => `k${at}=1`).join(',')],
    ['more than 512 characters', `rojo=${'1'.repeat(252)},congo=${'1'.repeat(254)},k=1`],
  ])('%s takes the state away and leaves the rest', (_, tracestate) => {
    const context = readTraceContext({ traceparent: `00-${TRACE}-${SPAN}-01`, tracestate })
    expect(context).toMatchObject({ traceId: TRACE, state: null })
  })
})

test('traceHeaders writes what readTraceContext reads', () => {
  const context = { traceId: TRACE, spanId: SPAN, isSampled: true, state: 'rojo=1' }
  expect(readTraceContext({ ...traceHeaders(context) })).toEqual(context)
  expect(traceHeaders({ ...context, state: null })).toEqual({
    traceparent: `00-${TRACE}-${SPAN}-01`,
  })
})
