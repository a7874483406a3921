import { lookup as systemLookup } from 'node:dns/promises'
import { isIP, type LookupFunction } from 'node:net'
import { buildConnector } from 'undici'
import type { AddressRule } from './address-rule.ts'
import { OutboundFailed, OutboundRefused } from './outbound-errors.ts'

/** All addresses of a name; rejects where there are none. */
export type ResolveHost = (host: string) => Promise<readonly string[]>

export const resolveWithSystem: ResolveHost = async (host) => {
  const found = await systemLookup(host, { all: true, order: 'verbatim' })
  return found.map(({ address }) => address)
}

/**
 * Opens connections to addresses that may be dialled, and no others. A name is resolved once, as
 * part of connecting; what is checked is what is dialled, so that a name which changes its mind
 * between the two (DNS rebinding) gains nothing. TLS still checks the name.
 */
export function createCheckedConnector(
  mayDial: AddressRule,
  resolve: ResolveHost,
  timeoutMs: number,
): buildConnector.connector {
  const connect = buildConnector({
    timeout: timeoutMs,
    allowH2: false,
    lookup: createCheckedLookup(mayDial, resolve),
  })
  return (options, callback) => {
    connect(options, (...outcome) => {
      const [failure, socket] = outcome
      if (failure) return callback(failure, null)
      const dialled = socket.remoteAddress ?? ''
      if (mayDial(dialled)) return callback(null, socket)
      // Cannot happen by what is above; should a library ever go round the lookup, it ends here.
      socket.destroy()
      callback(new OutboundRefused('ADDRESS', dialled), null)
    })
  }
}

function createCheckedLookup(mayDial: AddressRule, resolve: ResolveHost): LookupFunction {
  return (host, options, callback) => {
    allowedAddresses(host, mayDial, resolve).then(
      (addresses) => {
        const [first] = addresses
        if (options.all) callback(null, addresses)
        else callback(null, first.address, first.family)
      },
      (error: NodeJS.ErrnoException) => callback(error, ''),
    )
  }
}

type Found = { readonly address: string; readonly family: number }

async function allowedAddresses(
  host: string,
  mayDial: AddressRule,
  resolve: ResolveHost,
): Promise<[Found, ...Found[]]> {
  const all = await resolve(host).catch((cause: unknown) => {
    throw new OutboundFailed('NO_SUCH_HOST', cause)
  })
  const [first, ...rest] = all
    .filter(mayDial)
    .map((address) => ({ address, family: isIP(address) }))
  if (!first) throw new OutboundRefused('ADDRESS', `${host} leads to ${all.join(', ')}`)
  return [first, ...rest]
}
