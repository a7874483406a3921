import type { Person } from './person.ts'

/** The page of the test provider: a button for each person, no password. */
export function loginPage(uid: string, people: readonly Person[]): string {
  const choices = people
    .map(
      ({ sub, name, email }) =>
        `<li><button name="sub" value="${escapeHtml(sub)}">${escapeHtml(name ?? sub)} <small>${escapeHtml(email ?? '')}</small></button></li>`,
    )
    .join('')
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Sign in – development provider</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 24rem; margin: 4rem auto; padding: 0 1rem }
  ul { list-style: none; padding: 0 }
  button { font: inherit; width: 100%; padding: .75rem; margin: .25rem 0; text-align: left; cursor: pointer }
  small { display: block; opacity: .7 }
</style>
<h1>Who are you?</h1>
<p>This stands in for Google on this machine. Choose somebody.</p>
<form method="post" action="/interaction/${escapeHtml(uid)}"><ul>${choices}</ul></form>
</html>
`
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (it) => entities[it] ?? it)
