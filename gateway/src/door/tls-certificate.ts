import { X509Certificate } from 'node:crypto'
import { unwatchFile, watchFile } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { Server } from 'node:net'
import { createSecureContext, type SecureContextOptions, Server as TlsServer } from 'node:tls'
import type { Logger } from '@logicspike/telemetry'

/** In PEM: the certificate with those between it and its root, and its key, which is a secret. */
export type Certificate = { readonly cert: string; readonly key: string }

/** Where the certificate of this server comes from, and news of it. */
export type CertificateSource = {
  /** @throws Error where there is none to be had, or its key is another's */
  read(): Promise<Certificate>
  /** Calls back with every certificate that differs from the last. Returns how to stop. */
  watch(onChange: (certificate: Certificate) => void): () => void
}

/** What clients may agree on with the server; of both versions, Node's own choice of ciphers. */
export const secureContextOf = (certificate: Certificate): SecureContextOptions => ({
  ...certificate,
  minVersion: 'TLSv1.2',
})

/**
 * The two files of a certificate. They are looked at every few seconds, for the reasons that
 * `supergraphFile` gives; a pair that does not fit, such as half of a renewal, is reported and the
 * one before stays.
 */
export function certificateFiles(options: {
  certFile: string
  keyFile: string
  log: Logger
  intervalMs?: number
}): CertificateSource {
  const { certFile, keyFile, log, intervalMs = 5_000 } = options
  let last: Certificate | null = null

  async function read(): Promise<Certificate> {
    const [cert, key] = await Promise.all([readFile(certFile, 'utf8'), readFile(keyFile, 'utf8')])
    if (cert === last?.cert && key === last.key) return last
    createSecureContext({ cert, key })
    last = { cert, key }
    log.info({ validTo: new X509Certificate(cert).validTo }, 'TLS certificate loaded')
    return last
  }

  async function check(onChange: (certificate: Certificate) => void): Promise<void> {
    const before = last
    try {
      const now = await read()
      if (now !== before) onChange(now)
    } catch (error) {
      log.error(
        { err: error, certFile, keyFile },
        'the TLS certificate cannot be used; the last one stays',
      )
    }
  }

  return {
    read,
    watch(onChange) {
      const look = () => void check(onChange)
      for (const file of [certFile, keyFile]) {
        watchFile(file, { interval: intervalMs, persistent: false }, look)
      }
      return () => {
        for (const file of [certFile, keyFile]) unwatchFile(file, look)
      }
    },
  }
}

/** Shows new connections every new certificate; those that are open stay. Returns how to stop. */
export function followCertificate(server: Server, source: CertificateSource): () => void {
  return source.watch((certificate) => {
    if (server instanceof TlsServer) server.setSecureContext(secureContextOf(certificate))
  })
}
