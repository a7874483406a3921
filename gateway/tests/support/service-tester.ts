import type { ServiceRegistry } from '../../src/service-routes/service-registry.ts'
import { changeable } from './changeable.ts'
import {
  createGatewayTester,
  type GatewayTester,
  type GatewayTesterOptions,
} from './gateway-tester.ts'

/** A gateway in front of services, with a subgraph that does nothing. */
export function createServiceTester(
  services: ServiceRegistry | Record<string, unknown>[],
  options: Partial<GatewayTesterOptions<'idle'>> = {},
): Promise<GatewayTester<'idle'>> {
  const registry = Array.isArray(services) ? changeable<unknown>({ services }) : services
  return createGatewayTester({
    definitions: { idle: { sdl: 'type Query { idle: Int @public }', resolvers: {} } },
    ...options,
    services: registry,
  })
}

/** Resolves once the condition holds; the test's own time limit is the only one. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 2))
}
