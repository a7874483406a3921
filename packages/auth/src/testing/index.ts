export {
  type HostileRule,
  type HostileToken,
  type HostileTokenCase,
  hostileTokenCases,
} from './hostile-tokens.ts'
export { type MovableClock, movableClock } from './movable-clock.ts'

export { type Part, type Signer, signers } from './raw-token.ts'
export {
  type Claims,
  type ForgeKey,
  type ForgeKeyName,
  type TokenForge,
  type TokenForgeOptions,
  tokenForge,
} from './token-forge.ts'
