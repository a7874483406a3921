import type { HostileTokenCase } from './hostile-tokens.ts'

/**
 * Scopes that a lenient reader takes for `blog:posts.write` or for more. A token that carries one
 * was not written by this platform, so all of it is refused, and not the one permission only.
 */
const lookAlikes: Readonly<Record<string, unknown>> = {
  'a wildcard for everything': '*',
  'a wildcard for a service': 'blog:*',
  'a wildcard for an action': 'blog:posts.*',
  'a wildcard for a resource': 'blog:*.write',
  'a space after a permission': 'blog:posts.write ',
  'a space before a permission': ' blog:posts.write',
  'two spaces between permissions': 'blog:posts.read  blog:posts.write',
  'a tab between permissions': 'blog:posts.read\tblog:posts.write',
  'a line break between permissions': 'blog:posts.read\nblog:posts.write',
  'a comma between permissions': 'blog:posts.read,blog:posts.write',
  'a permission in upper case': 'BLOG:POSTS.WRITE',
  'one letter in upper case': 'blog:posts.Write',
  'a Cyrillic letter': 'bl\u043eg:posts.write',
  'a full-width colon': 'blog\uff1aposts.write',
  'a letter with a combining mark': 'blog:poste\u0301.write',
  'a zero-width space': 'blog:posts.\u200bwrite',
  'a no-break space': 'blog:posts.read\u00a0blog:posts.write',
  'a NUL': 'blog:posts.write\u0000',
  'a prefix that ends at the resource': 'blog:posts',
  'a prefix that ends at the dot': 'blog:posts.',
  'a service alone': 'blog',
  'a permission without its service': ':posts.write',
  'one level too many': 'blog:posts.write.all',
  'a path': 'blog:posts.write/../delete',
  'a permission given twice': 'blog:posts.write blog:posts.write',
  'permissions out of order': 'blog:posts.write blog:posts.read',
  'permissions as a list': ['blog:posts.write'],
  'permissions as an object': { 'blog:posts.write': true },
  'a null scope': null,
  'no scope': undefined,
  'a permission of 1,000 characters': `blog:posts.${'w'.repeat(1000)}`,
}

const hostileServices: Readonly<Record<string, unknown>> = {
  'a wildcard among services': ['*'],
  'a service in upper case': ['Blog'],
  'services as text': 'blog',
  'no services': undefined,
}

/** Group J13: permissions and services that only look like some. */
export const scopeAttacks: readonly HostileTokenCase[] = [
  ...Object.entries(lookAlikes).map(
    ([name, scope]) =>
      ({
        rule: 'J13 look-alike permission' as const,
        name,
        make: (forge) => forge.sign(forge.claims({ scope })),
      }) satisfies HostileTokenCase,
  ),
  ...Object.entries(hostileServices).map(
    ([name, services]) =>
      ({
        rule: 'J13 look-alike permission' as const,
        name,
        make: (forge) => forge.sign(forge.claims({ services })),
      }) satisfies HostileTokenCase,
  ),
]
