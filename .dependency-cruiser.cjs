const { Visitor } = require('@swc/core/Visitor.js')

// swc parses `using` declarations but its visitor doesn't know them yet and throws.
const { visitStatement } = Visitor.prototype
Visitor.prototype.visitStatement = function (statement) {
  if (statement.type !== 'UsingDeclaration') return visitStatement.call(this, statement)
  statement.decls = this.visitVariableDeclarators(statement.decls)
  return statement
}

const workspace = '(packages/[^/]+|subgraphs/[^/]+|gateway|schema|tests)'
// The standalone runner and the test kit wire services together, so they alone may import them.
const compositionRoots = '^packages/(platform|testing)/'

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment:
        'Modules that need one another at run time are one module, or lack a third. ' +
        'Types may refer to each other, as a context and what it holds do.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'packages-stand-below',
      comment: 'Shared packages know nothing of the services built on them.',
      severity: 'error',
      from: { path: '^packages/', pathNot: compositionRoots },
      to: { path: ['^(subgraphs|gateway|schema|tests)/', compositionRoots] },
    },
    {
      name: 'subgraphs-stand-alone',
      comment: 'A subgraph talks to others through @logicspike/internal-api and events only.',
      severity: 'error',
      from: { path: '^subgraphs/([^/]+)/' },
      to: {
        path: ['^subgraphs/', '^gateway/', '^tests/', compositionRoots],
        pathNot: '^subgraphs/$1/',
      },
    },
    {
      name: 'gateway-knows-no-subgraph',
      comment: 'The gateway learns what exists from the composed supergraph.',
      severity: 'error',
      from: { path: '^gateway/' },
      to: { path: ['^subgraphs/', '^tests/', compositionRoots] },
    },
    {
      name: 'schema-reads-text-only',
      comment: 'Composition reads SDL files; of our code it needs the permission registry.',
      severity: 'error',
      from: { path: '^schema/' },
      to: { path: `^${workspace}/`, pathNot: '^(schema|packages/auth)/' },
    },
    {
      name: 'workspaces-by-name',
      comment:
        'Another workspace is imported by its name, so that `exports` decides what is public.',
      severity: 'error',
      from: { path: `^${workspace}/` },
      to: { path: `^${workspace}/`, pathNot: '^$1/', dependencyTypes: ['local'] },
    },
    {
      name: 'no-tests-in-sources',
      comment: 'What runs in production depends on no test and no test helper.',
      severity: 'error',
      from: {
        path: '/src/',
        pathNot: ['\\.test\\.ts$', '/testing/', '^packages/testing/', '^tests/'],
      },
      to: {
        path: [
          '\\.test\\.ts$',
          '^(packages|subgraphs)/[^/]+/tests/',
          '^(gateway|schema)/tests/',
          '/src/testing/',
        ],
      },
    },
    {
      name: 'no-dev-dependencies-in-sources',
      comment: 'A library that sources need at run time is a dependency, not a devDependency.',
      severity: 'error',
      from: {
        path: '^(packages|subgraphs|gateway|schema)/.*src/',
        pathNot: ['\\.test\\.ts$', '/testing/'],
      },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'dependencies-are-declared',
      comment: 'A library from the package.json of somebody else vanishes when they drop it.',
      severity: 'error',
      from: { pathNot: ['\\.test\\.ts$', '/tests/', '^tests/', '/testing/'] },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'no-unresolvable',
      comment: 'An import that leads nowhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '/tests/fixtures/|/__generated__/' },
    // TypeScript 7 has no JavaScript API to parse with.
    parser: 'swc',
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types', 'typings'],
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.json'],
    },
  },
}
