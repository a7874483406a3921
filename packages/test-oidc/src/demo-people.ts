import type { Person } from './person.ts'

/** Whom a developer can be without setting anything up. */
export const demoPeople: readonly Person[] = [
  {
    sub: 'google-grace',
    email: 'grace.hopper@example.com',
    email_verified: true,
    name: 'Grace Hopper',
  },
  {
    sub: 'google-alan',
    email: 'alan.turing@example.com',
    email_verified: true,
    name: 'Alan Turing',
  },
  {
    sub: 'google-unverified',
    email: 'somebody@example.com',
    email_verified: false,
    name: 'Somebody whose address Google does not vouch for',
  },
]
