/**
 * Handles nobody gets: they stand, or may come to stand, for the platform itself in an address, or
 * would let a workspace pass for it.
 */
export const reservedSlugs: ReadonlySet<string> = new Set([
  ...['about', 'abuse', 'account', 'accounts', 'admin', 'administrator', 'api', 'app', 'apps'],
  ...['assets', 'auth', 'autoconfig', 'autodiscover', 'billing', 'blog', 'cdn', 'cms', 'console'],
  ...['contact', 'dashboard', 'data', 'demo', 'dev', 'developer', 'developers', 'docs', 'domain'],
  ...['download', 'downloads', 'email', 'error', 'events', 'explore', 'feedback', 'files', 'forum'],
  ...['ftp', 'gateway', 'graphql', 'health', 'help', 'home', 'hostmaster', 'identity', 'imap'],
  ...[
    'img',
    'info',
    'internal',
    'invitation',
    'invitations',
    'invite',
    'jobs',
    'legal',
    'localhost',
  ],
  ...[
    'login',
    'logicspike',
    'logout',
    'mail',
    'media',
    'member',
    'members',
    'metrics',
    'mx',
    'new',
  ],
  ...['news', 'noreply', 'null', 'oauth', 'official', 'owner', 'password', 'payment', 'payments'],
  ...['platform', 'pop', 'portal', 'postmaster', 'press', 'pricing', 'privacy', 'profile', 'prod'],
  ...['production', 'public', 'register', 'role', 'roles', 'root', 'sales', 'sandbox', 'search'],
  ...['security', 'service', 'services', 'session', 'settings', 'shop', 'sign-in', 'sign-out'],
  ...['sign-up', 'signin', 'signout', 'signup', 'smtp', 'ssl', 'staff', 'staging', 'static'],
  ...['status', 'store', 'support', 'system', 'team', 'tenancy', 'terms', 'test', 'undefined'],
  ...['update', 'upload', 'uploads', 'user', 'users', 'verify', 'web', 'webhook', 'webhooks'],
  ...['webmaster', 'well-known', 'wiki', 'workspace', 'workspaces', 'www'],
])
