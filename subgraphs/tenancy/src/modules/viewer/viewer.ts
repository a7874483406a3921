import type { IdOf } from '@logicspike/ids'

/** The person behind a token; everything else about the viewer is read when it is asked for. */
export type ViewerFacts = { readonly userId: IdOf<'user'> }
