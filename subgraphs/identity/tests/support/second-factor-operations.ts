import { tokenFields } from './session-operations.ts'

const plainErrors = `userErrors { __typename ... on UserError { message path } }`

const factors = `isActive totp { id confirmedAt } recoveryCodesLeft
  passkeys { id name isSynced createdAt lastUsedAt }`

export const SIGN_IN = `mutation ($input: SignInInput!) { signIn(input: $input) {
  tokens { ${tokenFields} }
  secondFactor { token methods passkeyRequest expiresAt }
  ${plainErrors}
} }`

export const COMPLETE_SIGN_IN = `mutation ($input: CompleteSignInInput!) { completeSignIn(input: $input) {
  tokens { ${tokenFields} }
  userErrors { __typename ... on UserError { message path } ... on WrongCodeError { triesLeft } }
} }`

export const BEGIN_PASSKEY_SIGN_IN = `mutation ($input: BeginPasskeySignInInput!) {
  beginPasskeySignIn(input: $input) { challenge { token passkeyRequest expiresAt } ${plainErrors} }
}`

export const SIGN_IN_WITH_PASSKEY = `mutation ($input: SignInWithPasskeyInput!) {
  signInWithPasskey(input: $input) { tokens { ${tokenFields} } ${plainErrors} }
}`

export const BEGIN_STEP_UP = `mutation { beginStepUp {
  challenge { token methods passkeyRequest expiresAt } ${plainErrors}
} }`

export const STEP_UP = `mutation ($input: StepUpInput!) { stepUp(input: $input) {
  tokens { ${tokenFields} }
  userErrors { __typename ... on UserError { message path } ... on WrongCodeError { triesLeft } }
} }`

export const BEGIN_TOTP = `mutation { beginTotpEnrollment { enrollment { secret uri expiresAt }
  userErrors { __typename ... on UserError { message path } ... on ReauthenticationRequiredError { maxAgeSeconds } }
} }`

export const CONFIRM_TOTP = `mutation ($input: ConfirmTotpEnrollmentInput!) {
  confirmTotpEnrollment(input: $input) { totp { id confirmedAt } recoveryCodes
    userErrors { __typename ... on UserError { message path } ... on WrongCodeError { triesLeft } } }
}`

export const REMOVE_TOTP = `mutation { removeTotp { secondFactors { ${factors} } ${plainErrors} } }`

export const REGENERATE_CODES = `mutation { regenerateRecoveryCodes { recoveryCodes ${plainErrors} } }`

export const BEGIN_PASSKEY = `mutation { beginPasskeyRegistration {
  registration { token options expiresAt }
  userErrors { __typename ... on UserError { message path } ... on TooManyPasskeysError { limit } }
} }`

export const CONFIRM_PASSKEY = `mutation ($input: ConfirmPasskeyRegistrationInput!) {
  confirmPasskeyRegistration(input: $input) {
    passkey { id name isSynced createdAt lastUsedAt } recoveryCodes ${plainErrors} }
}`

export const RENAME_PASSKEY = `mutation ($input: RenamePasskeyInput!) {
  renamePasskey(input: $input) { passkey { id name } ${plainErrors} }
}`

export const REMOVE_PASSKEY = `mutation ($input: RemovePasskeyInput!) {
  removePasskey(input: $input) { secondFactors { ${factors} } ${plainErrors} }
}`

/** What a user has, as the entity resolver of the graph answers. */
export const SECOND_FACTORS = `query ($users: [_Any!]!) {
  _entities(representations: $users) { ... on User { id secondFactors { ${factors} } } }
}`
