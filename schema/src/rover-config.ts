import { readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { parse } from 'yaml'

/** One subgraph as rover.yaml lists it. */
export type SubgraphEntry = {
  readonly name: string
  readonly routingUrl: string
  /** Where rover looks for the merged SDL, relative to rover.yaml. */
  readonly schemaFile: string
}

/** The part of rover.yaml that composition needs. */
export type RoverConfig = {
  readonly federationVersion: string
  readonly subgraphs: readonly SubgraphEntry[]
}

/**
 * Reads the file that `rover supergraph compose --config` takes, so that both tools compose the same graph.
 * Subgraphs come sorted by name. Throws an error that names the first missing setting.
 */
export const readRoverConfig = (path: string): RoverConfig =>
  parseRoverConfig(readFileSync(path, 'utf8'))

/** The pure half of `readRoverConfig`. */
export const parseRoverConfig = (text: string): RoverConfig => {
  const config = mapping(parse(text), 'the file')
  const subgraphs = mapping(config.subgraphs, 'subgraphs')
  return {
    federationVersion: string(config.federation_version, 'federation_version').replace('=', ''),
    subgraphs: Object.keys(subgraphs)
      .sort()
      .map((name) => parseSubgraph(name, subgraphs[name])),
  }
}

const parseSubgraph = (name: string, value: unknown): SubgraphEntry => {
  const entry = mapping(value, `subgraphs.${name}`)
  const schema = mapping(entry.schema, `subgraphs.${name}.schema`)
  return {
    name,
    routingUrl: string(entry.routing_url, `subgraphs.${name}.routing_url`),
    schemaFile: posix.normalize(string(schema.file, `subgraphs.${name}.schema.file`)),
  }
}

const mapping = (value: unknown, where: string): Record<string, unknown> => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error(`rover.yaml: ${where} must be a mapping`)
  }
  return Object.fromEntries(Object.entries(value))
}

const string = (value: unknown, where: string): string => {
  if (typeof value !== 'string' || value === '') {
    throw new Error(`rover.yaml: ${where} must be a non-empty string`)
  }
  return value
}
