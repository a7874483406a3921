import type { JsonObject } from './json.ts'

/**
 * A response's data as JSON text, where the code around expects a value. It is put into the answer
 * as it stands; whoever wants the value gets it by parsing.
 */
export class WrittenData {
  readonly text: string
  /** What the text was written from; it may hold more than was asked for. */
  readonly source: JsonObject

  #body: Buffer | null = null

  constructor(text: string, source: JsonObject) {
    this.text = text
    this.source = source
  }

  /** The whole response, where there is nothing in it but the data. UTF-8. */
  get body(): Buffer {
    this.#body ??= Buffer.from(`{"data":${this.text}}`)
    return this.#body
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
  return head === '{}' ? `{"data":${data.text}}` : `${head.slice(0, -1)},"data":${data.text}}`
}
