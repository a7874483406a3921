/** Queries of PostgreSQL's catalogue. Each yields rows of the type that its user names. */

const ownSchema = `nspname not like 'pg\\_%' and nspname <> 'information_schema'`

/** Roles of a schema are called `<schema>_<word>`. */
const ofSchema = `r.rolname ~ ('^' || n.nspname || '_[a-z]+$')`

/** Every role that uses a schema; its owner is another matter. */
const serviceRoles = `
  select r.oid, r.rolname, n.nspname as service
  from pg_namespace n join pg_roles r on ${ofSchema} and r.rolname <> n.nspname || '_owner'`

export const services = `select distinct service as name from (${serviceRoles}) s order by 1`

export const roles = `
  select r.rolname as name, r.rolcanlogin as "canLogin", r.rolsuper as superuser,
         r.rolbypassrls as "bypassRls", r.rolcreatedb as "createDb",
         r.rolcreaterole as "createRole", r.rolreplication as replication,
         array(select g.rolname::text from pg_auth_members m join pg_roles g on g.oid = m.roleid
               where m.member = r.oid order by 1) as "memberOf"
  from pg_roles r
  where exists (select from pg_namespace n where ${ofSchema})
  order by 1`

const columnNames = (relation: string, numbers: string): string => `
  array(select coalesce(a.attname::text, '(expression)')
        from unnest(${numbers}) with ordinality k(number, position)
        left join pg_attribute a on a.attrelid = ${relation} and a.attnum = k.number
        order by k.position)`

const hasTenant = (relation: string): string => `
  exists (select from pg_attribute a
          where a.attrelid = ${relation} and a.attname = 'tenant_id' and not a.attisdropped)`

const policies = `
  select coalesce(json_agg(json_build_object(
    'name', p.polname,
    'restrictive', not p.polpermissive,
    'command', case p.polcmd when '*' then 'all' when 'r' then 'select' when 'a' then 'insert'
                             when 'w' then 'update' when 'd' then 'delete' end,
    'forEverybody', p.polroles = '{0}',
    'using', pg_get_expr(p.polqual, p.polrelid),
    'check', pg_get_expr(p.polwithcheck, p.polrelid)) order by p.polname), '[]')
  from pg_policy p where p.polrelid = c.oid`

const uniqueKeys = `
  select coalesce(json_agg(json_build_object('name', i.indexrelid::regclass::text,
    'columns', ${columnNames('i.indrelid', 'i.indkey::smallint[]')})), '[]')
  from pg_index i where i.indrelid = c.oid and i.indisunique and not i.indisprimary`

const foreignKeys = `
  select coalesce(json_agg(json_build_object('name', f.conname,
    'columns', ${columnNames('f.conrelid', 'f.conkey')},
    'targetTenanted', ${hasTenant('f.confrelid')})), '[]')
  from pg_constraint f where f.conrelid = c.oid and f.contype = 'f'`

export const tables = `
  select n.nspname as schema, c.relname as name, pg_get_userbyid(c.relowner) as owner,
         ${hasTenant('c.oid')} as tenanted,
         c.relrowsecurity as "rowSecurity", c.relforcerowsecurity as forced,
         (${policies}) as policies, (${uniqueKeys}) as "uniqueKeys",
         (${foreignKeys}) as "foreignKeys",
         array(select distinct (${columnNames('i.indrelid', 'i.indkey::smallint[]')})[1]
               from pg_index i where i.indrelid = c.oid and i.indpred is null) as "indexedFirst",
         array(select distinct p from (${serviceRoles}) s,
                 unnest(array['TRUNCATE', 'REFERENCES', 'TRIGGER', 'MAINTAIN']) p
               where has_table_privilege(s.oid, c.oid, p)) as "excessPrivileges"
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'f') and ${ownSchema}
  order by 1, 2`

export const views = `
  select n.nspname as schema, c.relname as name, c.relkind = 'm' as materialized,
         coalesce(c.reloptions::text[] && array['security_invoker=true', 'security_invoker=on',
           'security_invoker=1'], false) as "securityInvoker"
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('v', 'm') and ${ownSchema}
  order by 1, 2`

export const functions = `
  select n.nspname as schema, p.proname as name, p.prosecdef as "securityDefiner",
         exists (select from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
                 where a.grantee = 0) as "publicMayExecute"
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace
  where ${ownSchema}
  order by 1, 2`

export const owned = `
  select s.rolname as role, o.object
  from (${serviceRoles}) s
  join (select relowner as owner, oid::regclass::text as object from pg_class
        where relkind in ('r', 'p', 'f', 'v', 'm', 'S')
        union all select nspowner, 'schema ' || nspname from pg_namespace
        union all select proowner, oid::regprocedure::text from pg_proc
        union all select datdba, 'database ' || datname from pg_database
        union all select typowner, oid::regtype::text from pg_type
        where typtype in ('e', 'd', 'r')) o on o.owner = s.oid
  order by 1, 2`

export const schemaPrivileges = `
  select s.rolname as role, n.nspname as schema, p as privilege
  from (${serviceRoles}) s, pg_namespace n, unnest(array['USAGE', 'CREATE']) p
  where ${ownSchema} and has_schema_privilege(s.oid, n.oid, p)
  order by 1, 2, 3`

export const foreignPrivileges = `
  select s.rolname as role, n.nspname || '.' || c.relname as table, p as privilege
  from (${serviceRoles}) s, pg_class c join pg_namespace n on n.oid = c.relnamespace,
       unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE']) p
  where c.relkind in ('r', 'p', 'f', 'v', 'm') and ${ownSchema} and n.nspname <> s.service
    and (has_table_privilege(s.oid, c.oid, p)
         or p <> 'DELETE' and has_any_column_privilege(s.oid, c.oid, p))
  order by 1, 2, 3`

export const publicPrivileges = `
  select format('database %s: %s', d.datname, a.privilege_type) as privilege
  from pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
  where d.datname = current_database() and a.grantee = 0
  union all
  select format('schema %s: %s', n.nspname, a.privilege_type)
  from pg_namespace n, aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) a
  where ${ownSchema} and a.grantee = 0
  union all
  select format('table %s: %s', c.oid::regclass, a.privilege_type)
  from pg_class c join pg_namespace n on n.oid = c.relnamespace, aclexplode(c.relacl) a
  where ${ownSchema} and a.grantee = 0
  order by 1`
