import type { JsonObject } from './json.ts'

const BEGINNING = '{"data":'
const END = '}'

/**
 * A response's data as JSON text, where the code around expects a value. It is put into the answer
 * as it stands; whoever wants the value gets it by parsing.
 */
export class WrittenData {
  /** The whole response, where there is nothing in it but the data: `{"data":…}` in UTF-8. */
  readonly body: Buffer
  /** What the text was written from; it may hold more than was asked for. */
  readonly source: JsonObject

  constructor(body: Buffer, source: JsonObject) {
    this.body = body
    this.source = source
  }

  get text(): string {
    return this.body.toString('utf8', BEGINNING.length, this.body.length - END.length)
  }

  toJSON(): unknown {
    return JSON.parse(this.text)
  }
}

/** A GraphQL response as text. `data` is the last member, as it is what may be long. */
export function stringifyResponse(response: { readonly data?: unknown }): string {
  const { data, ...rest } = response
  if (!(data instanceof WrittenData)) return JSON.stringify(response)
  const head = JSON.stringify(rest)
  return head === '{}' ? data.body.toString('utf8') : `${head.slice(0, -1)},"data":${data.text}}`
}
