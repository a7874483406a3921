export {
  type Id,
  type IdFactory,
  type IdOf,
  idCreatedAt,
  idOfName,
  isId,
  newId,
  parseId,
} from './ids.ts'
export { type Noun, type PrefixOf, prefixes } from './prefixes.ts'
