const known = new WeakMap<object, string>()

/** What each post says besides: neither is there anything else to send, nor to be answered. */
const OF_EVERY_POST = 'content-type: application/json\r\naccept: application/json\r\n'

/** Visible characters, spaces and tabs, and what Latin-1 has beyond ASCII (RFC 9110 §5.5). */
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/
const FIELD_NAME = /^[!#$%&'*+\-.^_`|~\w]+$/

/**
 * Headers as the lines of a request. Made once for each object: those of one caller are the same
 * for all fetches of a request.
 * @throws TypeError where a name or value cannot stand in a header, which would begin another one
 */
export function headerLines(headers: Readonly<Record<string, string>>): string {
  const made = known.get(headers)
  if (made !== undefined) return made
  let lines = OF_EVERY_POST
  for (const name in headers) {
    const value = headers[name] as string
    if (!FIELD_NAME.test(name) || !FIELD_VALUE.test(value)) {
      throw new TypeError(`the header ${name} cannot be sent as it is`)
    }
    lines += `${name}: ${value}\r\n`
  }
  known.set(headers, lines)
  return lines
}
