import {
  defineServices,
  type PlatformServiceName,
  type ServicesOptions,
} from './service-definitions.ts'
import {
  type ServiceDefinition,
  type ServiceProcess,
  startServiceProcess,
} from './service-process.ts'

export type Services = {
  /** The process that runs as this service now. */
  process(name: PlatformServiceName): ServiceProcess
  /** Ends a service where it still runs, starts it anew, and resolves once it is ready. */
  restart(name: PlatformServiceName, signal?: NodeJS.Signals): Promise<void>
  /** Starts one more process of a service, on a port of its own, and resolves once it is ready. */
  startAnother(name: PlatformServiceName, port: number): Promise<ServiceProcess>
  /** From the edge inwards, so that no request meets a service that is gone. */
  stop(): Promise<void>
}

/** Starts every service as a process of its own and resolves once all are ready. */
export async function startServices(options: ServicesOptions): Promise<Services> {
  const definitions = defineServices(options)
  const names = Object.keys(definitions) as PlatformServiceName[]
  const running = new Map(names.map((name) => [name, startServiceProcess(definitions[name])]))
  const process = (name: PlatformServiceName): ServiceProcess => {
    const found = running.get(name)
    if (!found) throw new Error(`There is no service ${name}.`)
    return found
  }
  const more: ServiceProcess[] = []
  const stop = async () => {
    await Promise.all(more.map((it) => it.stop()))
    for (const name of names.toReversed()) await process(name).stop()
  }
  try {
    await Promise.all(names.map((name) => process(name).ready()))
  } catch (error) {
    await stop()
    throw error
  }
  return {
    process,
    async restart(name, signal) {
      await process(name).stop(signal)
      running.set(name, startServiceProcess(definitions[name]))
      await process(name).ready()
    },
    async startAnother(name, port) {
      const another = startServiceProcess(onPort(definitions[name], port))
      more.push(another)
      await another.ready()
      return another
    },
    stop,
  }
}

const onPort = (definition: ServiceDefinition, port: number): ServiceDefinition => ({
  ...definition,
  url: `http://127.0.0.1:${port}`,
  environment: { ...definition.environment, PORT: String(port) },
})
