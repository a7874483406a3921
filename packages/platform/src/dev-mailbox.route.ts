import { escapeHtml, type Mailbox, type StoredMail } from '@logicspike/mail'
import type { FastifyInstance } from 'fastify'

/** The page needs no script, and a mail shown in it gets none. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'"

/** A letter is a document of its own, with a logo at most; only the mailbox shows it in a frame. */
const LETTER_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src https: data:; frame-ancestors 'self'"

/**
 * Development only: `/dev/mail` lists what the platform would have sent, newest first;
 * `/dev/mail/<id>` shows one mail with its headers and both its parts, `/dev/mail.json` the same
 * for scripts (`?to=` narrows it).
 */
export function serveDevMailbox(http: FastifyInstance, mailbox: Mailbox): void {
  http.get<{ Querystring: { to?: string } }>('/dev/mail.json', async (request) => {
    const mails = await mailbox.list()
    const to = request.query.to?.toLowerCase()
    return to ? mails.filter((mail) => mail.to.toLowerCase() === to) : mails
  })
  http.get('/dev/mail', async (_, reply) => {
    const rows = (await mailbox.list()).map(row).join('')
    return html(reply, rows || '<p>No mail yet. Sign up, or invite somebody.</p>')
  })
  http.get<{ Params: { id: string } }>('/dev/mail/:id', async (request, reply) => {
    const mail = await mailbox.read(request.params.id)
    if (!mail) return html(reply.code(404), '<p>No such mail.</p>')
    return html(reply, letter(mail))
  })
  http.get<{ Params: { id: string } }>('/dev/mail/:id/html', async (request, reply) => {
    const mail = await mailbox.read(request.params.id)
    if (!mail) return html(reply.code(404), '<p>No such mail.</p>')
    return reply
      .header('content-security-policy', LETTER_POLICY)
      .type('text/html; charset=utf-8')
      .send(`<base target="_top">${mail.html}`)
  })
}

type Reply = {
  header(name: string, value: string): Reply
  type(type: string): Reply
  send(body: string): unknown
}

function html(reply: Reply, body: string): unknown {
  return reply
    .header('content-security-policy', POLICY)
    .type('text/html; charset=utf-8')
    .send(page(body))
}

function page(body: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Development mailbox</title>
<meta name="viewport" content="width=device-width">
<style>
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem }
  article { border-bottom: 1px solid #ddd; padding: .75rem 0 }
  small { color: #666 }
  iframe { width: 100%; height: 36rem; border: 1px solid #ddd }
  pre { white-space: pre-wrap; background: #f6f6f6; padding: 1rem }
</style>
<h1><a href="/dev/mail">Development mailbox</a></h1>${body}</html>`
}

function row({ id, to, subject, sentAt }: StoredMail): string {
  return `<article><a href="/dev/mail/${id}">${escapeHtml(subject)}</a><br>
<small>to ${escapeHtml(to)} · ${escapeHtml(sentAt)}</small></article>`
}

/** The headers, the HTML part in a frame that runs nothing, as a mail program would, the text part. */
function letter(mail: StoredMail): string {
  const headers = Object.entries(mail.headers ?? {}).map(([name, value]) => `${name}: ${value}`)
  return `<h2>${escapeHtml(mail.subject)}</h2>
<p><small>to ${escapeHtml(mail.to)} · ${escapeHtml(mail.sentAt)}</small></p>
<pre>${escapeHtml(headers.join('\n'))}</pre>
<iframe title="The letter" sandbox="allow-top-navigation-by-user-activation" src="/dev/mail/${mail.id}/html"></iframe>
<h3>Plain text</h3><pre>${escapeHtml(mail.text)}</pre>`
}
