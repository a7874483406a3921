import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createFrameBorder } from './frame-border.ts'

/** A frame of a server: text, unmasked. */
function frame(length: number): Buffer {
  const payload = Buffer.alloc(length, 'x')
  if (length < 126) return Buffer.concat([Buffer.from([0x81, length]), payload])
  const header = Buffer.alloc(length < 65_536 ? 4 : 10)
  header[0] = 0x81
  header[1] = length < 65_536 ? 126 : 127
  if (length < 65_536) header.writeUInt16BE(length, 2)
  else header.writeBigUInt64BE(BigInt(length), 2)
  return Buffer.concat([header, payload])
}

const CLOSE = Buffer.from([0x88, 6, 0x11, 0x33, 0x62, 0x79, 0x65, 0x21])

function outputOf(work: (border: ReturnType<typeof createFrameBorder>) => void): Buffer {
  const border = createFrameBorder()
  const parts: Buffer[] = []
  border.stream.on('data', (part: Buffer) => parts.push(part))
  work(border)
  while (border.stream.readableLength > 0) parts.push(border.stream.read() as Buffer)
  return Buffer.concat(parts)
}

describe('the last frame', () => {
  test('follows at once where none is under way, and nothing follows it', () => {
    const output = outputOf(({ stream, close }) => {
      stream.write(frame(3))
      close(4403, 'bye!')
      stream.write(frame(3))
      close(1012, 'again')
    })
    expect(output).toEqual(Buffer.concat([frame(3), CLOSE]))
  })

  test('stands after the frame under way, wherever it was cut and however long it is', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(0, 1, 125, 126, 127, 65_535, 65_536), {
          minLength: 1,
          maxLength: 4,
        }),
        fc.nat(),
        (lengths, at) => {
          const frames = lengths.map(frame)
          const whole = Buffer.concat(frames)
          const cut = at % whole.length
          const output = outputOf(({ stream, close }) => {
            stream.write(whole.subarray(0, cut))
            close(4403, 'bye!')
            stream.write(whole.subarray(cut))
          })
          let border = 0
          for (const { length } of frames) if (border < cut) border += length
          expect(output.equals(Buffer.concat([whole.subarray(0, border), CLOSE]))).toBe(true)
        },
      ),
    )
  })

  test('that is never asked for leaves everything as it is, byte by byte', () => {
    const whole = Buffer.concat([frame(5), frame(200), frame(0)])
    const output = outputOf(({ stream }) => {
      for (const byte of whole) stream.write(Buffer.from([byte]))
    })
    expect(output).toEqual(whole)
  })
})
