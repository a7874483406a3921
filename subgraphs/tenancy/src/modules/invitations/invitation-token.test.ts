import { describe, expect, test } from '@jest/globals'
import { newId } from '@logicspike/ids'
import { newInvitationToken, parseInvitationToken } from './invitation-token.ts'

const workspaceId = newId('workspace')
const secret = 'A'.repeat(43)

describe('the token of an invitation', () => {
  test('leads to its workspace and to the hash that is kept', () => {
    const { token, hash } = newInvitationToken(workspaceId)
    expect(parseInvitationToken(token)).toEqual({ workspaceId, hash })
    expect(parseInvitationToken(` ${token}\n`)).toEqual({ workspaceId, hash })
    expect(token).not.toContain(hash)
  })

  test('is another one each time', () => {
    const tokens = Array.from({ length: 100 }, () => newInvitationToken(workspaceId).token)
    expect(new Set(tokens).size).toBe(100)
  })

  test('of one workspace has another hash in another', () => {
    const elsewhere = parseInvitationToken(`${newId('workspace')}.${secret}`)
    expect(parseInvitationToken(`${workspaceId}.${secret}`)?.hash).not.toBe(elsewhere?.hash)
  })

  test.each([
    ['nothing', ''],
    ['a secret alone', secret],
    ['a workspace alone', workspaceId],
    ['an empty secret', `${workspaceId}.`],
    ['a short secret', `${workspaceId}.${'A'.repeat(42)}`],
    ['a long secret', `${workspaceId}.${'A'.repeat(44)}`],
    ['three parts', `${workspaceId}.${secret}.${secret}`],
    ['the id of something else', `${newId('user')}.${secret}`],
    ['other letters', `${workspaceId}.${'%'.repeat(43)}`],
    ['a megabyte', 'A'.repeat(1_000_000)],
  ])('is refused when it is %s', (_, text) => {
    expect(parseInvitationToken(text)).toBeNull()
  })
})
