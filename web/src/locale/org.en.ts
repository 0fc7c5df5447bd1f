import type { orgZh } from './org.zh';

/* org.en.ts - the same words in English; a part of en.ts. */
export const orgEn: Record<keyof typeof orgZh, string> = {
  'oidc.go': 'Sign in with the house identity',
  'oidc.failed': 'The house identity did not confirm the sign-in; please sign in again.',
  'oidc.down': 'The house identity cannot be reached now; try again later, or sign in with name and password.',
  'oidc.unknown': 'Your house identity is not joined to an account here. Give the number below to an administrator, or sign in with your password and join it in the settings.',
  'oidc.taken': 'This house identity is joined to another account already.',
  'oidc.title': 'House identity',
  'oidc.text': 'Once joined, you sign in with the identity of your house and type no password here.',
  'oidc.joined': 'Joined: {subject}',
  'oidc.join': 'Join my house identity',
  'oidc.leave': 'Take it off',
  'oidc.left': 'It is taken off.',
  'firstPassword.title': 'Set a password',
  'firstPassword.lede': 'Type the one-time token that an administrator gave you, and a new password; then sign in with it.',
  'firstPassword.done': 'The password is set; please sign in.',
  'firstPassword.link': 'I have a one-time token',
  'notices.title': 'Notices',
  'notices.none': 'No notices',
  'notices.all': 'All',
  'notices.unread': 'Unread ({n})',
  'notices.read': 'Mark as read',
  'notices.readAll': 'Mark all as read',
  'notices.more': 'Earlier ones',
  'notices.open': 'Notices, {n} unread',
};
