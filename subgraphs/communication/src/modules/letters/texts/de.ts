import type { LetterTexts } from './letter-texts.ts'

export const de: LetterTexts = {
  language: 'de',
  greeting: { named: 'Hallo {reader},', unnamed: 'Hallo,' },
  somebody: 'Ein Mitglied',
  platform: 'LogicSpike',
  actions: {
    home: 'Konsole öffnen',
    security: 'Sicherheitseinstellungen prüfen',
    members: 'Mitglieder ansehen',
    plan: 'Tarife ansehen',
    slack: 'Verbindung prüfen',
    preferences: 'Benachrichtigungen einstellen',
  },
  footer: {
    why: 'Du bekommst diese Mail wegen deiner Benachrichtigungseinstellungen in {workspace}.',
    whySecurity: 'Mails zur Sicherheit deines Kontos werden immer verschickt.',
    unsubscribe: 'Solche Mails abbestellen',
  },
  digest: {
    title: {
      one: '{count} Neuigkeit aus {workspace}',
      other: '{count} Neuigkeiten aus {workspace}',
    },
    intro: 'Das ist seit der letzten Zusammenfassung passiert.',
  },
  unsubscribePage: {
    title: 'Abbestellen',
    question: 'Keine Mails zum Thema {category} aus {workspace} mehr erhalten?',
    questionOfAccount: 'Keine Mails zum Thema {category} mehr erhalten?',
    button: 'Abbestellen',
    done: 'Erledigt. Du bekommst keine solchen Mails mehr. In deinen Benachrichtigungseinstellungen kannst du sie wieder einschalten.',
    invalid:
      'Dieser Link ist ungültig oder unvollständig. Was du bekommst, kannst du in deinen Benachrichtigungseinstellungen ändern.',
    mandatory:
      'Diese Mails lassen sich nicht abbestellen, oder die Administration hat festgelegt, dass sie verschickt werden.',
    categories: {
      ACCOUNT: 'Konto',
      SECURITY: 'Sicherheit',
      MEMBERS: 'Mitglieder',
      WORKSPACE: 'Workspace',
      BILLING: 'Tarife und Zahlungen',
      DEVELOPER: 'Entwicklung',
    },
  },
  letters: {
    'user.created': {
      title: 'Willkommen bei LogicSpike',
      paragraphs: [
        'Schön, dass du da bist. Dein Konto ist bereit.',
        'Lege einen Workspace an oder lass dich in einen bestehenden einladen.',
      ],
    },
    'user.reactivated': {
      title: 'Willkommen zurück',
      paragraphs: ['Dein Konto ist wieder aktiv, und alles ist noch an seinem Platz.'],
    },
    'session.started': {
      title: 'Neue Anmeldung bei deinem Konto',
      paragraphs: [
        'Am {when} hat sich jemand bei deinem Konto angemeldet.',
        'Wenn du das warst, ist nichts zu tun. Wenn nicht, ändere dein Passwort und beende die Sitzung.',
      ],
    },
    'session.revoked': {
      title: 'Wir haben zur Sicherheit eine Sitzung beendet',
      paragraphs: [
        'Am {when} hat jemand eine alte Kopie deiner Sitzung benutzt, deshalb haben wir sie beendet.',
        'Melde dich neu an. Wenn du dir das nicht erklären kannst, ändere dein Passwort.',
      ],
    },
    'user.password_changed': {
      change: {
        title: 'Dein Passwort wurde geändert',
        paragraphs: [
          'Das Passwort deines Kontos wurde am {when} geändert. Andere Geräte wurden abgemeldet.',
          'Wenn du das nicht warst, setze dein Passwort sofort zurück.',
        ],
      },
      reset: {
        title: 'Dein Passwort wurde zurückgesetzt',
        paragraphs: [
          'Das Passwort deines Kontos wurde am {when} per Mail zurückgesetzt. Alle Geräte wurden abgemeldet.',
          'Wenn du das nicht warst, sichere dein Postfach und setze das Passwort erneut zurück.',
        ],
      },
    },
    'user.email_changed': {
      title: 'Deine E-Mail-Adresse wurde geändert',
      paragraphs: [
        'Zu deinem Konto gehört seit dem {when} eine andere E-Mail-Adresse.',
        'Wenn du das nicht warst, ändere sofort dein Passwort.',
      ],
    },
    'user.second_factor_added': {
      totp: {
        title: 'Eine Authenticator-App wurde hinzugefügt',
        paragraphs: [
          'Seit dem {when} kann eine Authenticator-App deine Anmeldungen bestätigen.',
          'Wenn du sie nicht eingerichtet hast, entferne sie und ändere dein Passwort.',
        ],
      },
      passkey: {
        title: 'Ein Passkey wurde hinzugefügt',
        paragraphs: [
          'Seit dem {when} kannst du dich mit einem neuen Passkey anmelden.',
          'Wenn du ihn nicht eingerichtet hast, entferne ihn und ändere dein Passwort.',
        ],
      },
      'recovery-codes': {
        title: 'Neue Wiederherstellungscodes wurden erstellt',
        paragraphs: [
          'Dein Konto hat am {when} neue Wiederherstellungscodes bekommen. Frühere gelten nicht mehr.',
          'Wenn du sie nicht erstellt hast, ändere dein Passwort und erstelle neue.',
        ],
      },
    },
    'user.second_factor_removed': {
      totp: {
        title: 'Die Authenticator-App wurde entfernt',
        paragraphs: [
          'Die Authenticator-App deines Kontos wurde am {when} entfernt.',
          'Wenn du das nicht warst, ändere dein Passwort und richte sie neu ein.',
        ],
      },
      passkey: {
        title: 'Ein Passkey wurde entfernt',
        paragraphs: [
          'Ein Passkey deines Kontos wurde am {when} entfernt.',
          'Wenn du das nicht warst, ändere dein Passwort und richte ihn neu ein.',
        ],
      },
      'recovery-codes': {
        title: 'Deine Wiederherstellungscodes wurden entfernt',
        paragraphs: [
          'Die Wiederherstellungscodes deines Kontos gelten seit dem {when} nicht mehr.',
          'Wenn du das nicht warst, ändere dein Passwort und erstelle neue.',
        ],
      },
    },
    'user.identity_linked': {
      title: 'Ein weiterer Anmeldeweg wurde verknüpft',
      paragraphs: [
        'Seit dem {when} kannst du dich mit einem verknüpften externen Konto anmelden.',
        'Wenn du das nicht warst, hebe die Verknüpfung auf und ändere dein Passwort.',
      ],
    },
    'user.identity_unlinked': {
      title: 'Die Verknüpfung eines Anmeldewegs wurde aufgehoben',
      paragraphs: [
        'Am {when} wurde die Verknüpfung mit einem externen Konto aufgehoben. Es kann sich nicht mehr anmelden.',
        'Wenn du das nicht warst, ändere dein Passwort.',
      ],
    },
    'workspace.security_policy_changed': {
      true: {
        title: '{workspace} verlangt jetzt einen zweiten Faktor',
        paragraphs: [
          'Seit dem {when} können nur Mitglieder mit einem zweiten Faktor {workspace} betreten.',
        ],
      },
      false: {
        title: '{workspace} verlangt keinen zweiten Faktor mehr',
        paragraphs: [
          'Seit dem {when} können Mitglieder {workspace} ohne zweiten Faktor betreten.',
          'Wenn das für dich unerwartet kommt, sprich mit den anderen Administratoren.',
        ],
      },
    },
    'member.joined': {
      title: '{memberName} ist {workspace} beigetreten',
      paragraphs: ['{memberName} hat die Einladung angenommen und gehört jetzt zu {workspace}.'],
    },
    'member.removed': {
      removal: {
        title: '{memberName} wurde aus {workspace} entfernt',
        paragraphs: ['{memberName} gehört nicht mehr zu {workspace}.'],
      },
      leaving: {
        title: '{memberName} hat {workspace} verlassen',
        paragraphs: ['{memberName} ist gegangen und gehört nicht mehr zu {workspace}.'],
      },
      'account-closed': {
        title: '{memberName} hat das eigene Konto geschlossen',
        paragraphs: [
          '{memberName} hat das eigene Konto geschlossen und gehört nicht mehr zu {workspace}.',
        ],
      },
    },
    'member.you_were_removed': {
      title: 'Du gehörst nicht mehr zu {workspace}',
      paragraphs: [
        'Deine Mitgliedschaft in {workspace} wurde am {when} von der Administration beendet.',
        'Wenn du das für ein Versehen hältst, frag bitte dort nach.',
      ],
    },
    'member.role_changed': {
      title: 'Du hast eine neue Rolle in {workspace}',
      paragraphs: [
        'Deine Rolle in {workspace} wurde geändert. Was du dort tun kannst, kann jetzt anders sein.',
      ],
    },
    'workspace.created': {
      title: '{workspace} ist bereit',
      paragraphs: [
        'Dein Workspace {workspace} wurde angelegt. Lade die Menschen ein, mit denen du arbeitest.',
      ],
    },
    'workspace.renamed': {
      title: 'Der Workspace heißt jetzt {name}',
      paragraphs: [
        'Name oder Adresse wurden am {when} geändert. Alte Links müssen eventuell erneuert werden.',
      ],
    },
    'workspace.suspended': {
      title: '{workspace} wurde gesperrt',
      paragraphs: [
        'Vorerst kann niemand {workspace} betreten. Gelöscht wurde nichts.',
        'Sobald die Sperre aufgehoben ist, sagen wir dir Bescheid.',
      ],
    },
    'workspace.resumed': {
      title: '{workspace} ist wieder offen',
      paragraphs: ['Die Sperre ist aufgehoben, und du kannst dort weitermachen, wo du warst.'],
    },
    'workspace.deleted': {
      title: '{workspace} wurde gelöscht',
      paragraphs: [
        '{workspace} ist geschlossen. Bis zum {purgeAfter} kann der Workspace von seinen Inhabern wiederhergestellt werden.',
        'Danach werden alle Daten endgültig gelöscht.',
      ],
    },
    'workspace.restored': {
      title: '{workspace} wurde wiederhergestellt',
      paragraphs: ['Die Löschung wurde zurückgenommen, und du kannst weitermachen, wo du warst.'],
    },
    'workspace.ownership_transferred': {
      title: 'Neu in der Inhaberrolle von {workspace}: {toName}',
      paragraphs: [
        '{fromName} hat {workspace} am {when} übergeben. Neu in der Inhaberrolle: {toName}.',
      ],
    },
    'plan_subscription.trial_started': {
      title: 'Deine Testphase hat begonnen',
      paragraphs: [
        '{workspace} kann bis zum {trialEndsAt} alles kostenlos ausprobieren.',
        'Nach dem Ende der Testphase wird nichts von selbst berechnet.',
      ],
    },
    'plan_subscription.trial_expired': {
      title: 'Deine Testphase ist zu Ende',
      paragraphs: [
        'Die Testphase von {workspace} ist vorbei. Deine Daten sind noch da.',
        'Wähle einen Tarif, um weiterzumachen.',
      ],
    },
    'slack_connection.broken': {
      title: 'Slack nimmt unsere Nachrichten nicht mehr an',
      paragraphs: [
        'Slack hat am {when} eine Nachricht von {workspace} endgültig abgelehnt. Wir senden dorthin nichts mehr.',
        'Verbinde Slack neu, um dort wieder Nachrichten zu bekommen.',
      ],
    },
  },
}
