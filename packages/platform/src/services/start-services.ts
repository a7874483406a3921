import { defineServices, type ServicesOptions } from './service-definitions.ts'
import { type ServiceProcess, startServiceProcess } from './service-process.ts'

export type Services = {
  readonly gateway: ServiceProcess
  readonly identity: ServiceProcess
  readonly tenancy: ServiceProcess
  /** From the edge inwards, so that no request meets a service that is gone. */
  stop(): Promise<void>
}

/** Starts every service as a process of its own and resolves once all are ready. */
export async function startServices(options: ServicesOptions): Promise<Services> {
  const definitions = defineServices(options)
  const identity = startServiceProcess(definitions.identity)
  const tenancy = startServiceProcess(definitions.tenancy)
  const gateway = startServiceProcess(definitions.gateway)
  const all = [gateway, tenancy, identity]
  const stop = async () => {
    for (const service of all) await service.stop()
  }
  try {
    await Promise.all(all.map((service) => service.ready()))
  } catch (error) {
    await stop()
    throw error
  }
  return { gateway, identity, tenancy, stop }
}
