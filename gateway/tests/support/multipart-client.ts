import type { GraphQLAnswer } from './gateway-tester.ts'

/** A part of an answer, as it came. */
export type Part = GraphQLAnswer & {
  readonly hasNext?: boolean
  readonly incremental?: readonly (GraphQLAnswer & {
    readonly label?: string
    readonly path: (string | number)[]
  })[]
}

export const DEFER_ACCEPT = 'multipart/mixed;deferSpec=20220824,application/json'

const HEAD = '\r\ncontent-type: application/json; charset=utf-8\r\n\r\n'

/**
 * Reads an answer part by part, and strictly: what is not exactly as it should be is an error.
 * @throws Error where the body is no multipart body of this form, or ends before its end
 */
export async function* readParts({ body }: Response): AsyncGenerator<Part> {
  if (!body) throw new Error('an answer without a body')
  const pieces = piecesOf(body)
  const { value: preamble } = await pieces.next()
  if (preamble !== '') throw new Error(`something before the first part: ${preamble}`)
  let isClosed = false
  for await (const piece of pieces) {
    isClosed = piece === '--\r\n'
    if (!isClosed) yield partOf(piece)
  }
  if (!isClosed) throw new Error('the answer ended without its last boundary')
}

export async function allParts(response: Response): Promise<Part[]> {
  const parts: Part[] = []
  for await (const part of readParts(response)) parts.push(part)
  return parts
}

const BOUNDARY = '\r\n---'

/** What stands between boundaries, each as soon as the line of the one after it is complete. */
async function* piecesOf(body: NonNullable<Response['body']>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true })
    for (;;) {
      const end = text.indexOf(BOUNDARY)
      if (end < 0 || !text.includes('\r\n', end + BOUNDARY.length)) break
      yield text.slice(0, end)
      text = text.slice(end + BOUNDARY.length)
    }
  }
  yield text
}

function partOf(text: string): Part {
  if (!text.startsWith(HEAD)) throw new Error(`a part with other headers: ${text}`)
  return JSON.parse(text.slice(HEAD.length))
}
