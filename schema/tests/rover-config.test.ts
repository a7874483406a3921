import composition from '@apollo/composition/package.json' with { type: 'json' }
import { describe, expect, test } from '@jest/globals'
import { projectPaths } from '../src/project-paths.ts'
import { parseRoverConfig, readRoverConfig } from '../src/rover-config.ts'

describe('rover.yaml', () => {
  test('names the version of the composer that is installed, so that rover composes alike', () => {
    const { federationVersion } = readRoverConfig(projectPaths().roverConfig)
    expect(federationVersion).toBe(composition.version)
  })

  test('gives subgraphs by name, with paths as the repository writes them', () => {
    const config = parseRoverConfig(`
federation_version: =2.14.4
subgraphs:
  b: { routing_url: http://b, schema: { file: ./schema/subgraphs/b.graphql } }
  a: { routing_url: http://a, schema: { file: schema/subgraphs/a.graphql } }`)
    expect(config.subgraphs).toEqual([
      { name: 'a', routingUrl: 'http://a', schemaFile: 'schema/subgraphs/a.graphql' },
      { name: 'b', routingUrl: 'http://b', schemaFile: 'schema/subgraphs/b.graphql' },
    ])
  })

  test.each([
    ['[]', 'rover.yaml: the file must be a mapping'],
    ['federation_version: =2.14.4', 'rover.yaml: subgraphs must be a mapping'],
    ['subgraphs: {}', 'rover.yaml: federation_version must be a non-empty string'],
    [
      'federation_version: "2"\nsubgraphs: { a: { schema: { file: a } } }',
      'rover.yaml: subgraphs.a.routing_url must be a non-empty string',
    ],
  ])('is refused with the name of what is missing: %s', (text, message) => {
    expect(() => parseRoverConfig(text)).toThrow(message)
  })
})
