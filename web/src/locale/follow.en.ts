/* follow.en.ts - words with which the public keeps up, in English; a part of en.ts. */
import type { followZh } from './follow.zh';

export const followEn: Record<keyof typeof followZh, string> = {
  'follow.title': 'Keep up',
  'follow.email': 'E-mail',
  'follow.ask': 'Subscribe by mail',
  'follow.hint': 'When something is new: one mail in the morning of a working day, one a day at most. The address is kept sealed and destroyed when you unsubscribe.',
  'follow.mailed': 'A mail was sent; open the link in it to confirm.',
  'follow.rss': 'RSS feed',
  'follow.data': 'Open data',
  'follow.csv': 'CSV',
  'follow.json': 'JSON',
  'follow.dictionary': 'Data dictionary',
  'follow.licence': 'Free to use when the source is named (CC BY 4.0).',
  'follow.linkTitle': 'Subscription by mail',
  'follow.pending': 'Confirm, and this address gets a mail when something is new.',
  'follow.active': 'You are subscribed.',
  'follow.confirm': 'Confirm',
  'follow.leave': 'Unsubscribe',
  'follow.left': 'You are unsubscribed, and your address is destroyed.',
  'follow.gone': 'This link leads nowhere any more: unsubscribed, or not confirmed within 48 hours.',
  'follow.field': 'Field',
  'follow.csvHead': 'CSV column',
  'follow.type': 'Type',
  'follow.meaning': 'Meaning',
};
