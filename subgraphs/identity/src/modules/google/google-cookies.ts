/** Names the trip to Google that this browser is on. */
export const TRIP_COOKIE = '__Host-ls_google'

/** Names the second step that a sign-in by Google waits for. */
export const SECOND_STEP_COOKIE = '__Host-ls_second_step'

/** Both end with what they name: ten minutes. */
const MAX_AGE_SECONDS = 600

/** Lax: the browser comes back from another site, and Strict would leave the cookie behind. */
export const tripCookie = (value: string): string =>
  `${TRIP_COOKIE}=${value}; Max-Age=${MAX_AGE_SECONDS}; Path=/; Secure; HttpOnly; SameSite=Lax`

export const forgottenTripCookie = (): string =>
  `${TRIP_COOKIE}=; Max-Age=0; Path=/; Secure; HttpOnly; SameSite=Lax`

export const secondStepCookie = (value: string): string =>
  `${SECOND_STEP_COOKIE}=${value}; Max-Age=${MAX_AGE_SECONDS}; Path=/; Secure; HttpOnly; SameSite=Strict`

export const forgottenSecondStepCookie = (): string =>
  `${SECOND_STEP_COOKIE}=; Max-Age=0; Path=/; Secure; HttpOnly; SameSite=Strict`
