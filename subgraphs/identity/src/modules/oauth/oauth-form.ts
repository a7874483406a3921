import { ok, type Result, refuse } from '@logicspike/errors'
import { type OauthRefusal, oauthRefusal } from './oauth-refusal.ts'

export type OauthForm = ReadonlyMap<string, string>

/**
 * Parameters of a form-encoded body (RFC 6749 §3.2, appendix B). A parameter without a value counts
 * as left out; one given twice is refused, since two readers could take a different one.
 */
export function parseOauthForm(body: unknown): Result<OauthForm, OauthRefusal> {
  if (typeof body !== 'string') {
    return refuse(
      oauthRefusal('invalid_request', 'The body must be application/x-www-form-urlencoded.'),
    )
  }
  const form = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(body)) {
    if (form.has(name)) {
      return refuse(oauthRefusal('invalid_request', 'A parameter is given more than once.'))
    }
    form.set(name, value)
  }
  return ok(new Map([...form].filter(([, value]) => value !== '')))
}

/** A parameter that must be there. */
export function requireParameter(form: OauthForm, name: string): Result<string, OauthRefusal> {
  const value = form.get(name)
  return value === undefined
    ? refuse(oauthRefusal('invalid_request', `The parameter ${name} is missing.`))
    : ok(value)
}
