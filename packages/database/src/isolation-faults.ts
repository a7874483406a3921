import type {
  FunctionFacts,
  IsolationFacts,
  PolicyFacts,
  RoleFacts,
  TableFacts,
  ViewFacts,
} from './catalogue.ts'

/** A fault that is meant to be, word for word, and why it is none. */
export type AcceptedFault = { readonly fault: string; readonly because: string }

/**
 * Every way in which one tenant, or one service, might reach what belongs to another. Empty is
 * good. An accepted fault that no longer exists is a fault as well, so that the list stays true.
 */
export function isolationFaults(
  facts: IsolationFacts,
  accepted: readonly AcceptedFault[] = [],
): string[] {
  const found = [
    ...facts.roles.flatMap(roleFaults),
    ...facts.tables.flatMap((table) => [...ownerFaults(table, facts), ...tableFaults(table)]),
    ...facts.views.flatMap(viewFaults),
    ...facts.functions.flatMap(functionFaults),
    ...facts.owned.map(({ role, object }) => `${role} owns ${object}`),
    ...facts.publicPrivileges.map((privilege) => `everybody has ${privilege}`),
    ...schemaFaults(facts),
    ...facts.foreignPrivileges.map(
      ({ role, table, privilege }) => `${role} may ${privilege} ${table}`,
    ),
  ]
  const known = new Set(accepted.map(({ fault }) => fault))
  const outdated = accepted.filter(({ fault }) => !found.includes(fault))
  return [
    ...found.filter((fault) => !known.has(fault)),
    ...outdated.map(({ fault }) => `accepted, but not there: ${fault}`),
  ]
}

function roleFaults(role: RoleFacts): string[] {
  const excess = {
    'is a superuser': role.superuser,
    'bypasses row-level security': role.bypassRls,
    'may create databases': role.createDb,
    'may create roles': role.createRole,
    'may replicate': role.replication,
    [`may act as ${role.memberOf.join(', ')}`]: role.memberOf.length > 0,
  }
  return Object.entries(excess).flatMap(([words, holds]) =>
    holds ? [`${role.name} ${words}`] : [],
  )
}

/** Whoever owns a table can switch its row-level security off. */
function ownerFaults(table: TableFacts, { services }: IsolationFacts): string[] {
  if (!services.includes(table.schema) || table.owner === `${table.schema}_owner`) return []
  return [`${nameOf(table)} belongs to ${table.owner}`]
}

const commands = ['select', 'insert', 'update', 'delete'] as const
type Command = (typeof commands)[number]

function tableFaults(table: TableFacts): string[] {
  const name = nameOf(table)
  const excess = table.excessPrivileges.map((it) => `the service may ${it} ${name}`)
  if (!table.tenanted) return excess
  return [
    ...excess,
    ...(table.rowSecurity ? [] : [`${name} has row-level security off`]),
    ...(table.forced ? [] : [`${name} does not force row-level security on its owner`]),
    ...commands.flatMap((command) => guardFaults(table, command)),
    ...(table.indexedFirst.includes('tenant_id') ? [] : [`${name} has no index on tenant_id`]),
    ...keyFaults(table),
  ]
}

/** Restrictive and for everybody, or another policy could widen what it narrows. */
function guardFaults(table: TableFacts, command: Command): string[] {
  const guarded = table.policies.some((policy) => guards(policy, command))
  return guarded ? [] : [`${nameOf(table)} has no restrictive tenant guard for ${command}`]
}

function guards(policy: PolicyFacts, command: Command): boolean {
  if (!policy.restrictive || !policy.forEverybody) return false
  if (policy.command !== 'all' && policy.command !== command) return false
  const hides = namesTenant(policy.using)
  // PostgreSQL applies `using` to new rows where no `check` is given.
  const keeps = namesTenant(policy.check ?? policy.using)
  return { select: hides, delete: hides, insert: keeps, update: hides && keeps }[command]
}

/** `nullif` as well: without it the empty value of a used connection is compared with rows. */
const namesTenant = (condition: string | null): boolean =>
  condition?.includes('tenant_id') === true &&
  /nullif\(current_setting\('app\.tenant_id'/i.test(condition)

/** Keys see every tenant's rows, so a clash or a match tells of rows that must not exist. */
function keyFaults(table: TableFacts): string[] {
  const unique = table.uniqueKeys.filter(({ columns }) => !columns.includes('tenant_id'))
  const foreign = table.foreignKeys.filter(
    ({ columns, targetTenanted }) => targetTenanted && !columns.includes('tenant_id'),
  )
  return [
    ...unique.map((key) => `${nameOf(table)}: unique key ${key.name} spans tenants`),
    ...foreign.map((key) => `${nameOf(table)}: foreign key ${key.name} may leave the tenant`),
  ]
}

function viewFaults(view: ViewFacts): string[] {
  if (view.materialized) return [`${nameOf(view)} copies rows past row-level security`]
  return view.securityInvoker ? [] : [`${nameOf(view)} reads with its owner's rights`]
}

function functionFaults(it: FunctionFacts): string[] {
  return [
    ...(it.securityDefiner ? [`${nameOf(it)}() runs with its owner's rights`] : []),
    ...(it.publicMayExecute ? [`everybody may run ${nameOf(it)}()`] : []),
  ]
}

/** A role uses its own schema, and creates nothing anywhere. */
const schemaFaults = ({ schemaPrivileges }: IsolationFacts): string[] =>
  schemaPrivileges
    .filter(({ role, schema, privilege }) => privilege === 'CREATE' || schemaOf(role) !== schema)
    .map(({ role, schema, privilege }) => `${role} has ${privilege} on schema ${schema}`)

const schemaOf = (role: string): string => role.slice(0, role.lastIndexOf('_'))

const nameOf = (it: { schema: string; name: string }): string => `${it.schema}.${it.name}`
