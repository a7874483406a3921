/** A JWKS of a few RSA keys takes some kilobytes; anything near this is no JWKS. */
const MAX_BODY_LENGTH = 64 * 1024

/**
 * Fetches a JWKS document over HTTP for createKeySource.
 * @param url fixed by configuration; redirects are refused, so the answer comes from there
 * @param timeoutMs for the whole exchange, body included
 * @returns a function that rejects for another status than 200, a redirect, a body over 64 KiB, or
 * a body that is not JSON
 */
export function httpJwksFetcher(url: string | URL, timeoutMs = 5_000): () => Promise<unknown> {
  return async () => {
    const response = await fetch(url, {
      redirect: 'error',
      headers: { accept: 'application/jwk-set+json, application/json' },
      signal: AbortSignal.timeout(timeoutMs),
    })
    if (response.status !== 200) {
      await response.body?.cancel()
      throw new Error(`the JWKS address answered ${response.status}`)
    }
    return JSON.parse(await readLimited(response))
  }
}

async function readLimited(response: Response): Promise<string> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of response.body ?? []) {
    length += part.length
    if (length > MAX_BODY_LENGTH) throw new Error('the JWKS answer is too long')
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}
