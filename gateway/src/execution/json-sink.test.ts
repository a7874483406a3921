import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createJsonSink, encoded } from './json-sink.ts'

/** Characters of one, two, three and four bytes, and halves of pairs; short and long texts. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 90 }),
  fc.constantFrom('', 'a'.repeat(40), 'a'.repeat(41), 'ü'.repeat(40), '日'.repeat(500), '\ud800'),
  fc.constant('é€'.repeat(30_000)),
)
const plainText = fc.oneof(
  fc.stringMatching(/^[a-zA-Z0-9 _:/.-]{0,90}$/),
  fc.constantFrom('x'.repeat(1_000), 'x'.repeat(300_000)),
)

const step = fc.oneof(
  fc.record({ kind: fc.constant('text' as const), value: anyText }),
  fc.record({ kind: fc.constant('token' as const), value: plainText }),
  fc.record({ kind: fc.constant('plain' as const), value: plainText }),
  fc.record({ kind: fc.constant('repeat' as const), from: fc.nat(), to: fc.nat() }),
)

test('what is taken is what was written, however much that is', () => {
  const sink = createJsonSink()
  fc.assert(
    fc.property(fc.array(step, { maxLength: 8 }), (steps) => {
      let expected = Buffer.alloc(0)
      const add = (...parts: Uint8Array[]) => {
        expected = Buffer.concat([expected, ...parts])
      }
      sink.begin()
      for (const step of steps) {
        if (step.kind === 'text') {
          sink.text(step.value)
          add(Buffer.from(step.value))
        } else if (step.kind === 'token') {
          sink.token(encoded(step.value))
          add(Buffer.from(step.value))
        } else if (step.kind === 'plain') {
          sink.plainString(step.value)
          add(Buffer.from(`"${step.value}"`))
        } else {
          const places = [step.from, step.to].map((place) => place % (expected.length + 1))
          const [start = 0, end = 0] = places.sort((one, other) => one - other)
          sink.repeat(start, end)
          add(expected.subarray(start, end))
        }
        expect(sink.position).toBe(expected.length)
      }
      expect(sink.take().equals(expected)).toBe(true)
    }),
    { numRuns: 60 },
  )
})

test.each([0, 1, 5, 11, 12])('a text is whole with %d bytes of memory left for it', (left) => {
  const sink = createJsonSink()
  const before = 'x'.repeat(256 * 1024 - 2 - left)
  sink.begin()
  sink.plainString(before)
  sink.text('日本語!🎈')
  expect(sink.take().toString()).toBe(`"${before}"日本語!🎈`)
})

describe('what was taken', () => {
  test('stays as it is while others are written', () => {
    const sink = createJsonSink()
    const texts = ['a', 'ü'.repeat(1_000), 'b'.repeat(700_000), 'c', 'd'.repeat(200_000)]
    const taken = texts.map((text) => {
      sink.begin()
      sink.text(text)
      return sink.take()
    })
    expect(taken.map(String)).toEqual(texts)
  })

  test('does not hold on to the memory of a large one: that is let go of', () => {
    const sink = createJsonSink()
    sink.begin()
    sink.plainString('x'.repeat(4_500_000))
    expect(sink.take()).toHaveLength(4_500_002)
    sink.begin()
    sink.plainString('small')
    expect(sink.take().toString()).toBe('"small"')
    // It grows again, from where it began.
    sink.begin()
    sink.plainString('y'.repeat(300_000))
    sink.repeat(0, sink.position)
    expect(sink.take().toString()).toBe(`"${'y'.repeat(300_000)}"`.repeat(2))
  })
})
