import { dictionary } from '@zxcvbn-ts/language-common'

/**
 * Commonly used passwords, ranked, from breaches (about 49,000, of which 18,000 are long enough to
 * be one here). They come with the strength estimator, so nothing is asked over the network.
 */
const common: ReadonlySet<string> = new Set(dictionary['passwords-common'])

/** Whether a password is on the list, in any case: nobody is helped by `Password1` over `password1`. */
export function isCommonPassword(password: string): boolean {
  return common.has(password.toLowerCase())
}
