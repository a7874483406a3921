/** Tenancy binds invitations to addresses, so how one is spelled is decided in one place. */
export { type EmailAddress, normalizeEmail } from '@logicspike/mail'
