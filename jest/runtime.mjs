import { createRequire, registerHooks } from 'node:module'
import { pathToFileURL } from 'node:url'

/** The query that says which test file a module was loaded for. */
const TEST_FILE = 'test-file'
const globalsUrl = new URL('./globals.mjs', import.meta.url).href
const require = createRequire(import.meta.url)

/*
 * Sources of the platform are loaded anew for each test file, so that no state of theirs goes from
 * one to the next. Packages are loaded once for all files of a process: loading them again for each
 * took more of the time than the tests.
 */
registerHooks({
  resolve(specifier, context, next) {
    const file = context.parentURL && new URL(context.parentURL).searchParams.get(TEST_FILE)
    if (!file) return next(specifier, context)
    if (specifier === '@jest/globals')
      return { url: loadedFor(file, globalsUrl), shortCircuit: true }
    const resolved = next(specifier, context)
    return isOwn(resolved.url) ? { ...resolved, url: loadedFor(file, resolved.url) } : resolved
  },
})

const isOwn = (url) => url.endsWith('.ts') && !url.includes('/node_modules/')
const loadedFor = (file, url) => `${url}?${TEST_FILE}=${file}`

let testFiles = 0

/** What `@jest/globals` exports to the test file that is being loaded. */
export const testFile = { globals: {} }

/**
 * Jest's `runtime`, with Node to load modules: no sandbox, no transforms, no mocks of modules. It
 * has what jest-runner and jest-circus 30 call; all else of Jest's own runtime belongs to the sandbox.
 */
export default class NativeRuntime {
  #environment
  #file = ++testFiles

  constructor(_config, environment) {
    this.#environment = environment
  }

  /** Jest's own parts, which keep the state of one test file in their module and on the global. */
  requireInternalModule(path) {
    delete globalThis[Symbol.for('EVENT_HANDLERS')]
    delete require.cache[path]
    return require(path)
  }

  requireModule(path) {
    return require(path)
  }

  unstable_shouldLoadAsEsm() {
    return true
  }

  unstable_importModule(path) {
    return import(loadedFor(this.#file, pathToFileURL(path).href))
  }

  setGlobalsForRuntime(globals) {
    testFile.globals = { ...globals, jest: this.#environment.jest }
  }

  getSourceMaps() {
    return new Map()
  }

  getAllCoverageInfoCopy() {
    return undefined
  }

  enterTestCode() {}
  leaveTestCode() {}
  teardown() {}
}
