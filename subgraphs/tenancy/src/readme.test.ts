import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { catalogue } from '@logicspike/events'
import { drawWorkspaceStates } from './modules/workspaces/workspace-states.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

describe('the README', () => {
  test('draws the states as the table has them', () => {
    expect(readme).toContain(`\`\`\`mermaid\n${drawWorkspaceStates()}\n\`\`\``)
  })

  test('names every event about workspaces, members and roles', () => {
    const types = Object.keys(catalogue).filter((type) => /^(workspace|member|role)\./.test(type))
    for (const type of types) {
      const [noun = '', verb = ''] = type.split('.')
      expect(readme).toMatch(new RegExp(`\`${noun}\\.|\`\\.${verb}\``))
      expect(readme).toContain(`.${verb}\``)
    }
  })
})
