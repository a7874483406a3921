import { ModernFakeTimers } from '@jest/fake-timers'
import { ModuleMocker } from 'jest-mock'

/** Jest's `testEnvironment` without a sandbox: tests see the process as it is. */
export default class NativeEnvironment {
  global = globalThis
  moduleMocker = new ModuleMocker(globalThis)
  fakeTimers = null
  fakeTimersModern
  #before = { console: globalThis.console, exit: process.exit, env: { ...process.env } }

  constructor({ projectConfig }) {
    this.fakeTimersModern = new ModernFakeTimers({ config: projectConfig, global: globalThis })
  }

  /** Of the object `jest` what concerns no modules. */
  get jest() {
    const { moduleMocker: mocks, fakeTimersModern: timers } = this
    return {
      fn: mocks.fn.bind(mocks),
      spyOn: mocks.spyOn.bind(mocks),
      restoreAllMocks: () => mocks.restoreAllMocks(),
      useFakeTimers: (options) => timers.useFakeTimers(options),
      useRealTimers: () => timers.useRealTimers(),
      advanceTimersByTimeAsync: (milliseconds) => timers.advanceTimersByTimeAsync(milliseconds),
      getTimerCount: () => timers.getTimerCount(),
    }
  }

  exportConditions() {
    return ['node', 'node-addons']
  }

  getVmContext() {
    return null
  }

  async setup() {}

  /** What a test file changed of the process, the next finds as it was. */
  async teardown() {
    this.fakeTimersModern.dispose()
    this.moduleMocker.restoreAllMocks()
    globalThis.console = this.#before.console
    process.exit = this.#before.exit
    for (const name of Object.keys(process.env)) {
      if (!(name in this.#before.env)) delete process.env[name]
    }
    Object.assign(process.env, this.#before.env)
  }
}
