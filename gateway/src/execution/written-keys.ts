import type { ObjectKeys } from './fetch-document.ts'
import type { WrittenKeys } from './merge-data.ts'

/** Where in the answer a fetch writes. */
export type Writes = {
  /** Response keys down to the objects it is about; lists do not count. */
  readonly root: readonly string[]
  /** The objects it brings along, below those. */
  readonly objects: ObjectKeys
}

export type Copies = {
  /** What others may write into: copied where an answer is used by several requests. */
  readonly written: WrittenKeys
  /**
   * What others bring along as well: copied for every place of one request at which the answer
   * stands. All else may stand in many places as the same object, since whatever is added to it
   * later is found by that object and would be equal in each.
   */
  readonly contested: WrittenKeys
}

/** For every fetch of a plan, which parts of its answer may not be used as they are. */
export function findCopies(fetches: readonly Writes[]): Copies[] {
  const trees = fetches.map(absolute)
  return fetches.map((fetch, index) => {
    const others = trees.filter((_, at) => at !== index).map((tree) => descend(tree, fetch.root))
    return {
      written: common(fetch.objects, others, false),
      contested: common(fetch.objects, others, true),
    }
  })
}

/**
 * Of fetches made in one request. What each brings to its places is written into there by others, not
 * the same by all.
 */
export function joinCopies(all: readonly Copies[]): Copies {
  const [first, ...others] = all
  if (first && others.length === 0) return first
  const written = all.map((copies) => copies.written).reduce(union)
  return { written, contested: written }
}

function union(one: WrittenKeys, other: WrittenKeys): WrittenKeys {
  const keys = new Map(one)
  for (const [key, below] of other) {
    const known = keys.get(key)
    keys.set(key, known ? union(known, below) : below)
  }
  return keys
}

type Tree = { readonly brought: boolean; readonly below: ReadonlyMap<string, Tree> }

const NOTHING: Tree = { brought: false, below: new Map() }

function absolute({ root, objects }: Writes): Tree {
  return root.reduceRight<Tree>(
    (tree, key) => ({ brought: false, below: new Map([[key, tree]]) }),
    { brought: false, below: treeOf(objects) },
  )
}

function treeOf(objects: ObjectKeys): ReadonlyMap<string, Tree> {
  return new Map([...objects].map(([key, below]) => [key, { brought: true, below: treeOf(below) }]))
}

function descend(tree: Tree, path: readonly string[]): Tree {
  return path.reduce((at, key) => at.below.get(key) ?? NOTHING, tree)
}

function common(objects: ObjectKeys, others: readonly Tree[], broughtOnly: boolean): WrittenKeys {
  const keys = new Map<string, WrittenKeys>()
  for (const [key, inner] of objects) {
    const theirs = others.map(({ below }) => below.get(key)).filter((tree) => tree !== undefined)
    if (theirs.length === 0) continue
    const below = common(inner, theirs, broughtOnly)
    const counts = !broughtOnly || below.size > 0 || theirs.some(({ brought }) => brought)
    if (counts) keys.set(key, below)
  }
  return keys
}
