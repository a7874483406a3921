import { type Noun, prefixes } from '@logicspike/ids'
import { z } from 'zod'

/** An id of a noun as it stands in event data: its shape is part of the published schema. */
export const idOf = (noun: Noun) => z.string().regex(new RegExp(`^${prefixes[noun]}_[0-9a-z]{26}$`))
