import {
  parseBrandName,
  parseColor,
  parseDateFormat,
  parseLocale,
  parseLogoUrl,
  parseTimezone,
  parseWeekStart,
} from './setting-values.ts'

type Definition = {
  /** What holds where nobody has said anything. */
  readonly unset: string | null
  /** The spelling that is kept, or null. */
  readonly parse: (text: string) => string | null
  /** What is wrong with a value that cannot be kept; shown to people. */
  readonly refusal: string
  /** Whether members may have a value of their own. */
  readonly personal: boolean
}

/** Every setting there is. What is not in this table cannot be stored. */
export const settingDefinitions = {
  brandName: {
    unset: null,
    parse: parseBrandName,
    refusal: 'A name has 1 to 80 visible characters.',
    personal: false,
  },
  logoUrl: {
    unset: null,
    parse: parseLogoUrl,
    refusal: 'A logo is an https address at a public host, without user, password or port.',
    personal: false,
  },
  primaryColor: {
    unset: null,
    parse: parseColor,
    refusal: 'A colour is written like #1a2b3c.',
    personal: false,
  },
  accentColor: {
    unset: null,
    parse: parseColor,
    refusal: 'A colour is written like #1a2b3c.',
    personal: false,
  },
  timezone: {
    unset: 'UTC',
    parse: parseTimezone,
    refusal: 'A time zone is a name of the IANA database, such as Asia/Kolkata.',
    personal: true,
  },
  locale: {
    unset: 'en',
    parse: parseLocale,
    refusal: 'A language is a BCP 47 tag that is known here, such as en-IN.',
    personal: true,
  },
  weekStart: {
    unset: 'MONDAY',
    parse: parseWeekStart,
    refusal: 'A week begins on MONDAY, SATURDAY or SUNDAY.',
    personal: true,
  },
  dateFormat: {
    unset: 'YYYY-MM-DD',
    parse: parseDateFormat,
    refusal:
      'A date is written YYYY-MM-DD, DD/MM/YYYY, MM/DD/YYYY, DD.MM.YYYY, DD-MM-YYYY or D MMM YYYY.',
    personal: true,
  },
} as const satisfies Record<string, Definition>

export type SettingName = keyof typeof settingDefinitions

export type PersonalSettingName = {
  [Name in SettingName]: (typeof settingDefinitions)[Name]['personal'] extends true ? Name : never
}[SettingName]

export const settingNames = Object.keys(settingDefinitions) as readonly SettingName[]

export const isPersonal = (name: SettingName): name is PersonalSettingName =>
  settingDefinitions[name].personal

export const personalSettingNames: readonly PersonalSettingName[] = settingNames.filter(isPersonal)
