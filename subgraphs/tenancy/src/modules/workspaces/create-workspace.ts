import { advisoryLock, isUniqueViolation } from '@logicspike/database'
import { conflict, ok, type Result, refuse } from '@logicspike/errors'
import { currentWorkspaceId, requireUser } from '@logicspike/subgraph-kit'
import { type InvalidInputError, invalidInput } from '@logicspike/subgraph-server'
import { announce } from '../../announce.ts'
import type { TenancyContext } from '../../context.ts'
import { parseName } from '../../names.ts'
import { addMember } from '../members/add-member.ts'
import { createTemplateRoles } from '../roles/create-template-roles.ts'
import { claimSlug } from './slug.repository.ts'
import { isReservedSlug, normalizeSlug, slugFromName, slugProblem } from './slug-rules.ts'
import { Workspace } from './workspace.entity.ts'
import {
  type SlugTakenError,
  slugTaken,
  type WorkspaceLimitReachedError,
} from './workspace.errors.ts'
import { findWorkspaceByCreationKey } from './workspace.repository.ts'

export const WORKSPACE_NAME_MAX = 80
const IDEMPOTENCY_KEY_MAX = 100

type Input = {
  readonly name: string
  readonly slug?: string | null | undefined
  readonly idempotencyKey?: string | null | undefined
}
type Failure = InvalidInputError | SlugTakenError | WorkspaceLimitReachedError

/**
 * Creates the workspace whose id `tx` is already in (`inWorkspace` with a new id), with its three
 * template roles and the caller as Owner.
 * @throws AppError UNAUTHENTICATED, FORBIDDEN (services own nothing)
 */
export async function createWorkspace(
  tx: TenancyContext,
  input: Input,
): Promise<Result<Workspace, Failure>> {
  const { userId } = requireUser(tx)
  const parsed = parseInput(tx, input)
  if (!parsed.ok) return parsed
  const { name, slug, creationKey } = parsed.value

  // One at a time for each person, so that neither the limit nor a repeated request slips through.
  await advisoryLock(tx.em, 'tenancy.user', userId)
  const before = creationKey && (await findWorkspaceByCreationKey(tx, userId, creationKey))
  if (before) return ok(before)
  if (isReservedSlug(slug) || !(await claimSlug(tx, slug, currentWorkspaceId(tx)))) {
    return refuse(slugTaken())
  }
  const workspace = insertWorkspace(tx, { name, slug, creationKey, createdBy: userId })
  const { owner } = createTemplateRoles(tx)
  await flushNewWorkspace(tx)
  await announce(
    tx,
    'workspace.created',
    { type: 'workspace', id: workspace.id },
    {
      workspaceId: workspace.id,
      name,
      slug,
      ownerId: userId,
    },
  )
  const joined = await addMember(tx, userId, owner)
  return joined.ok ? ok(workspace) : joined
}

type Parsed = { readonly name: string; readonly slug: string; readonly creationKey: string | null }

function parseInput(tx: TenancyContext, input: Input): Result<Parsed, InvalidInputError> {
  const named = parseName(input.name, { max: WORKSPACE_NAME_MAX }, 'name')
  const slug = input.slug ? normalizeSlug(input.slug) : null
  const problem = slug === null ? null : slugProblem(slug)
  const creationKey = input.idempotencyKey ?? null
  const errors = [
    ...(named.ok ? [] : [named.error]),
    ...(problem === null ? [] : [invalidInput(problem, 'slug')]),
    ...(creationKey === null || isUsableKey(creationKey)
      ? []
      : [invalidInput(`A key has 1 to ${IDEMPOTENCY_KEY_MAX} characters.`, 'idempotencyKey')]),
  ]
  if (!named.ok || errors.length > 0) return refuse(...errors)
  const { name } = named
  return ok({ name, slug: slug ?? slugFromName(name, currentWorkspaceId(tx)), creationKey })
}

const isUsableKey = (key: string): boolean =>
  key.length > 0 && key.length <= IDEMPOTENCY_KEY_MAX && !key.includes('\0')

function insertWorkspace(
  tx: TenancyContext,
  facts: Parsed & { readonly createdBy: Workspace['createdBy'] },
): Workspace {
  const now = tx.clock.now()
  const workspace = tx.em.create(Workspace, {
    ...facts,
    id: currentWorkspaceId(tx),
    status: 'active',
    requiresMfa: false,
    purgeAfter: null,
    createdAt: now,
    updatedAt: now,
  })
  tx.em.persist(workspace)
  return workspace
}

async function flushNewWorkspace(tx: TenancyContext): Promise<void> {
  try {
    await tx.em.flush()
  } catch (error) {
    // The caller has left the workspace that the key once made, so it is out of sight.
    if (isUniqueViolation(error, 'workspaces_creation_unique')) {
      throw conflict('the idempotency key belongs to a workspace the caller has left')
    }
    throw error
  }
}
