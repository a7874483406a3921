/** Follows redirects by hand and keeps cookies, as far as one login at one provider needs. */
export type ScriptedBrowser = {
  /** Sends a request and follows redirects as long as they stay at the provider. */
  visit(url: string, form?: Readonly<Record<string, string>>): Promise<Visit>
}

export type Visit = {
  /** Where the last redirect led: elsewhere, or the page that was shown. */
  readonly url: string
  readonly status: number
  /** Of the page that was shown; empty where the redirect led elsewhere. */
  readonly body: string
}

const MAX_REDIRECTS = 10

export function createScriptedBrowser(origin: string): ScriptedBrowser {
  const jar = new Map<string, string>()

  async function send(url: string, form?: Readonly<Record<string, string>>): Promise<Response> {
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    })
    for (const cookie of response.headers.getSetCookie()) {
      const [name = '', value = ''] = (cookie.split(';')[0] ?? '').split('=')
      if (value === '') jar.delete(name)
      else jar.set(name, value)
    }
    return response
  }

  return {
    async visit(url, form) {
      let at = url
      let response = await send(at, form)
      for (let hops = 0; hops < MAX_REDIRECTS; hops += 1) {
        const location = response.headers.get('location')
        if (location === null)
          return { url: at, status: response.status, body: await response.text() }
        await response.body?.cancel()
        at = new URL(location, at).href
        if (new URL(at).origin !== origin) return { url: at, status: response.status, body: '' }
        response = await send(at)
      }
      throw new Error(`Redirected more than ${MAX_REDIRECTS} times, last to ${at}`)
    },
  }
}
