import { describe, expect, test } from '@jest/globals'
import { newId } from '@logicspike/ids'
import type { LoggedEvent } from './logged-event.ts'
import { isVisible } from './visibility.ts'

const userId = newId('user')
const event = (type: string, given: Partial<LoggedEvent> = {}): LoggedEvent => ({
  ...{ position: 1, tenantId: newId('workspace'), seq: 1, id: newId('event'), type, version: 1 },
  ...{ class: 'domain', source: 'tenancy', subject: 'x', actor: null, data: { userId } },
  ...{ correlationId: null, causationId: null, traceparent: null },
  ...{ occurredAt: new Date(), recordedAt: new Date() },
  ...given,
})
const viewer = (...permissions: string[]) => ({ permissions: new Set(permissions), userId })
const stranger = { ...viewer(), userId: newId('user') }

describe('isVisible', () => {
  test('shows what a permission opens to its holders only', () => {
    expect(isVisible(event('member.joined'), viewer('tenancy:members.read'))).toBe(true)
    expect(isVisible(event('member.joined'), viewer('tenancy:roles.read'))).toBe(false)
  })

  test('shows what concerns everybody to everybody', () => {
    expect(isVisible(event('workspace.renamed'), stranger)).toBe(true)
  })

  test('shows what concerns one user to that user only, also once its payload is gone', () => {
    expect(isVisible(event('member.preferences_changed'), viewer())).toBe(true)
    expect(isVisible(event('member.preferences_changed'), stranger)).toBe(false)
    expect(isVisible(event('member.preferences_changed', { data: null }), viewer())).toBe(false)
    const service = { permissions: new Set<string>(), userId: null }
    expect(isVisible(event('member.preferences_changed', { data: {} }), service)).toBe(false)
  })

  test.each(['audit', 'internal'] as const)('shows nobody what is of class %s', (kind) => {
    expect(isVisible(event('workspace.renamed', { class: kind }), viewer())).toBe(false)
  })

  test('shows types of other services to everybody, and types nobody knows to nobody', () => {
    expect(isVisible(event('blog:post.published'), stranger)).toBe(true)
    expect(isVisible(event('toString'), viewer())).toBe(false)
    expect(isVisible(event('unheard.of'), viewer())).toBe(false)
  })
})
