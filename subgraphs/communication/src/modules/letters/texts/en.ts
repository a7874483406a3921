import type { LetterTexts } from './letter-texts.ts'

export const en: LetterTexts = {
  language: 'en',
  greeting: { named: 'Hi {reader},', unnamed: 'Hi,' },
  somebody: 'Somebody',
  platform: 'LogicSpike',
  actions: {
    home: 'Open the console',
    security: 'Check your security settings',
    members: 'See the members',
    plan: 'See plans',
    slack: 'Check the connection',
    preferences: 'Notification settings',
  },
  footer: {
    why: 'You get this mail because of your notification settings in {workspace}.',
    whySecurity: 'Mails about the security of your account are always sent.',
    unsubscribe: 'Unsubscribe from mails like this',
  },
  digest: {
    title: { one: '{count} update from {workspace}', other: '{count} updates from {workspace}' },
    intro: 'Here is what happened since the last summary.',
  },
  unsubscribePage: {
    title: 'Unsubscribe',
    question: 'No longer get mails about {category} in {workspace}?',
    questionOfAccount: 'No longer get mails about {category}?',
    button: 'Unsubscribe',
    done: 'Done. You will get no more of these mails. You can turn them on again in your notification settings.',
    invalid:
      'This link is not valid, or incomplete. You can change what you get in your notification settings.',
    mandatory:
      'These mails cannot be switched off, or an administrator has decided that they are sent.',
    categories: {
      ACCOUNT: 'your account',
      SECURITY: 'security',
      MEMBERS: 'members',
      WORKSPACE: 'the workspace',
      BILLING: 'plans and payments',
      DEVELOPER: 'development',
    },
  },
  letters: {
    'user.created': {
      title: 'Welcome to LogicSpike',
      paragraphs: [
        'Good to have you here. Your account is ready.',
        'Create a workspace, or ask a colleague to invite you to theirs.',
      ],
    },
    'user.reactivated': {
      title: 'Welcome back',
      paragraphs: ['Your account is active again, and everything is where you left it.'],
    },
    'session.started': {
      title: 'New sign-in to your account',
      paragraphs: [
        'Somebody signed in to your account on {when}.',
        'If that was you, there is nothing to do. If not, change your password and end the session.',
      ],
    },
    'session.revoked': {
      title: 'We ended a session of yours to be safe',
      paragraphs: [
        'On {when} somebody used an old copy of a session of yours, so we ended it.',
        'Sign in again. If you do not know how that could happen, change your password.',
      ],
    },
    'user.password_changed': {
      change: {
        title: 'Your password was changed',
        paragraphs: [
          'The password of your account was changed on {when}. Other devices were signed out.',
          'If that was not you, reset your password at once.',
        ],
      },
      reset: {
        title: 'Your password was reset',
        paragraphs: [
          'The password of your account was reset by mail on {when}. All devices were signed out.',
          'If that was not you, secure your mailbox and reset your password again.',
        ],
      },
    },
    'user.email_changed': {
      title: 'Your e-mail address was changed',
      paragraphs: [
        'Your account has had another e-mail address since {when}.',
        'If that was not you, change your password at once.',
      ],
    },
    'user.second_factor_added': {
      totp: {
        title: 'An authenticator app was added',
        paragraphs: [
          'An authenticator app can confirm your sign-ins since {when}.',
          'If you did not set it up, remove it and change your password.',
        ],
      },
      passkey: {
        title: 'A passkey was added',
        paragraphs: [
          'You can sign in with a new passkey since {when}.',
          'If you did not set it up, remove it and change your password.',
        ],
      },
      'recovery-codes': {
        title: 'New recovery codes were made',
        paragraphs: [
          'Your account got new recovery codes on {when}. Earlier ones no longer work.',
          'If you did not make them, change your password and make new ones.',
        ],
      },
    },
    'user.second_factor_removed': {
      totp: {
        title: 'The authenticator app was removed',
        paragraphs: [
          'The authenticator app of your account was removed on {when}.',
          'If that was not you, change your password and set it up again.',
        ],
      },
      passkey: {
        title: 'A passkey was removed',
        paragraphs: [
          'A passkey of your account was removed on {when}.',
          'If that was not you, change your password and set it up again.',
        ],
      },
      'recovery-codes': {
        title: 'Your recovery codes were removed',
        paragraphs: [
          'The recovery codes of your account no longer work since {when}.',
          'If that was not you, change your password and make new ones.',
        ],
      },
    },
    'user.identity_linked': {
      title: 'Another way to sign in was linked',
      paragraphs: [
        'You can sign in with an external account that was linked to yours on {when}.',
        'If that was not you, unlink it and change your password.',
      ],
    },
    'user.identity_unlinked': {
      title: 'A way to sign in was unlinked',
      paragraphs: [
        'An external account was unlinked from yours on {when} and can no longer sign in.',
        'If that was not you, change your password.',
      ],
    },
    'workspace.security_policy_changed': {
      true: {
        title: '{workspace} now asks for a second factor',
        paragraphs: ['Since {when} only members with a second factor can enter {workspace}.'],
      },
      false: {
        title: '{workspace} no longer asks for a second factor',
        paragraphs: [
          'Since {when} members can enter {workspace} without a second factor.',
          'If you did not expect that, talk to the other administrators.',
        ],
      },
    },
    'member.joined': {
      title: '{memberName} joined {workspace}',
      paragraphs: ['{memberName} accepted the invitation and is now a member of {workspace}.'],
    },
    'member.removed': {
      removal: {
        title: '{memberName} was removed from {workspace}',
        paragraphs: ['{memberName} is no longer a member of {workspace}.'],
      },
      leaving: {
        title: '{memberName} left {workspace}',
        paragraphs: ['{memberName} left and is no longer a member of {workspace}.'],
      },
      'account-closed': {
        title: '{memberName} closed their account',
        paragraphs: ['{memberName} closed their account and is no longer a member of {workspace}.'],
      },
    },
    'member.you_were_removed': {
      title: 'You are no longer a member of {workspace}',
      paragraphs: [
        'An administrator ended your membership of {workspace} on {when}.',
        'If you think that is a mistake, please ask an administrator there.',
      ],
    },
    'member.role_changed': {
      title: 'You have a new role in {workspace}',
      paragraphs: [
        'Your role in {workspace} was changed, so you may be able to do other things there.',
      ],
    },
    'workspace.created': {
      title: '{workspace} is ready',
      paragraphs: ['Your workspace {workspace} was created. Invite the people you work with.'],
    },
    'workspace.renamed': {
      title: 'The workspace is now called {name}',
      paragraphs: ['Its name or address was changed on {when}. Old links may have to be renewed.'],
    },
    'workspace.suspended': {
      title: '{workspace} was suspended',
      paragraphs: [
        'Nobody can enter {workspace} for now. Nothing was deleted.',
        'As soon as it is resumed we will tell you.',
      ],
    },
    'workspace.resumed': {
      title: '{workspace} is open again',
      paragraphs: ['The suspension is over, and you can go on where you stopped.'],
    },
    'workspace.deleted': {
      title: '{workspace} was deleted',
      paragraphs: [
        '{workspace} is closed. Until {purgeAfter} an owner can restore it.',
        'After that all of its data is erased for good.',
      ],
    },
    'workspace.restored': {
      title: '{workspace} was restored',
      paragraphs: ['The deletion was called off, and you can go on where you stopped.'],
    },
    'workspace.ownership_transferred': {
      title: '{toName} is now the owner of {workspace}',
      paragraphs: ['{fromName} handed {workspace} over on {when}. The new owner: {toName}.'],
    },
    'plan_subscription.trial_started': {
      title: 'Your trial has started',
      paragraphs: [
        '{workspace} can try everything until {trialEndsAt}, free of charge.',
        'Nothing is billed by itself when the trial ends.',
      ],
    },
    'plan_subscription.trial_expired': {
      title: 'Your trial has ended',
      paragraphs: [
        'The trial of {workspace} is over. Your data is still there.',
        'Choose a plan to go on.',
      ],
    },
    'slack_connection.broken': {
      title: 'Slack no longer takes our messages',
      paragraphs: [
        'Slack refused a message of {workspace} on {when} for good, so we stopped sending.',
        'Connect Slack again to get messages there.',
      ],
    },
  },
}
