import { defineServices, type ServicesOptions } from './service-definitions.ts'
import { type ServiceProcess, startServiceProcess } from './service-process.ts'

const names = ['gateway', 'tenancy', 'identity'] as const
type Name = (typeof names)[number]

export type Services = Readonly<Record<Name, ServiceProcess>> & {
  /** Ends a service where it still runs, starts it anew, and resolves once it is ready. */
  restart(name: Name): Promise<void>
  /** From the edge inwards, so that no request meets a service that is gone. */
  stop(): Promise<void>
}

/** Starts every service as a process of its own and resolves once all are ready. */
export async function startServices(options: ServicesOptions): Promise<Services> {
  const definitions = defineServices(options)
  const running: Record<Name, ServiceProcess> = {
    identity: startServiceProcess(definitions.identity),
    tenancy: startServiceProcess(definitions.tenancy),
    gateway: startServiceProcess(definitions.gateway),
  }
  const stop = async () => {
    for (const name of names) await running[name].stop()
  }
  try {
    await Promise.all(names.map((name) => running[name].ready()))
  } catch (error) {
    await stop()
    throw error
  }
  return {
    get gateway() {
      return running.gateway
    },
    get tenancy() {
      return running.tenancy
    },
    get identity() {
      return running.identity
    },
    async restart(name) {
      await running[name].stop()
      running[name] = startServiceProcess(definitions[name])
      await running[name].ready()
    },
    stop,
  }
}
