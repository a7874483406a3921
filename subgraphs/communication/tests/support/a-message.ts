import { newId } from '@logicspike/ids'
import type { MessageRecipient, OutgoingMessage } from '../../src/modules/deliveries/channel.ts'

type Changes = Partial<Omit<OutgoingMessage, 'recipient'>> & {
  readonly recipient?: Partial<MessageRecipient>
}

/** A message to a member of a workspace; its words mention a name, a date and the workspace. */
export function aMessage({ recipient, ...changes }: Changes = {}): OutgoingMessage {
  return {
    notificationId: newId('notification'),
    deliveryId: newId('notificationDelivery'),
    type: 'member.joined',
    facts: { memberName: 'Bea' },
    occurredAt: new Date('2026-11-26T04:30:00Z'),
    recipient: {
      userId: newId('user'),
      email: `ann-${newId('user')}@example.com`,
      name: 'Ann',
      locale: 'en',
      timezone: 'Asia/Kolkata',
      ...recipient,
    },
    workspace: {
      id: newId('workspace'),
      name: 'Acme',
      branding: { name: null, logoUrl: null, primaryColor: '#aa3300', accentColor: null },
      timezone: 'UTC',
    },
    category: 'MEMBERS',
    isSecurity: false,
    items: [],
    ...changes,
  }
}
