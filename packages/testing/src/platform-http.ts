export type AnswerError = {
  readonly message: string
  readonly path?: readonly (string | number)[]
  readonly extensions: { readonly code: string } & Readonly<Record<string, unknown>>
}

export type Answer = {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers of many shapes, and assert on each
  readonly data: any
  readonly errors: readonly AnswerError[]
  readonly headers: Headers
}

export type AskOptions = { readonly token?: string; readonly headers?: Record<string, string> }

/** The platform as a client sees it: one origin, spoken to over real HTTP. */
export type PlatformHttp = {
  readonly url: string
  graphql(query: string, variables?: object, options?: AskOptions): Promise<Answer>
  /**
   * Asks and returns `data`.
   * @throws where the answer has errors, or a payload in it has userErrors
   */
  // biome-ignore lint/suspicious/noExplicitAny: as above
  must(query: string, variables?: object, token?: string): Promise<any>
}

export function createPlatformHttp(url: string): PlatformHttp {
  async function graphql(
    query: string,
    variables: object = {},
    { token, headers = {} }: AskOptions = {},
  ): Promise<Answer> {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token && { authorization: `Bearer ${token}` }),
        ...headers,
      },
      body: JSON.stringify({ query, variables }),
    })
    const body = (await response.json()) as Pick<Answer, 'data'> & Partial<Pick<Answer, 'errors'>>
    return {
      status: response.status,
      data: body.data ?? null,
      errors: body.errors ?? [],
      headers: response.headers,
    }
  }

  return {
    url,
    graphql,
    async must(query, variables, token) {
      const answer = await graphql(query, variables, token ? { token } : {})
      const refusals = [...answer.errors, ...userErrors(answer.data)]
      if (refusals.length > 0) {
        throw new Error(`Refused: ${JSON.stringify(refusals)}\nof ${query}`)
      }
      return answer.data
    },
  }
}

function userErrors(data: Record<string, { userErrors?: unknown[] } | null> | null): unknown[] {
  return Object.values(data ?? {}).flatMap((payload) => payload?.userErrors ?? [])
}
