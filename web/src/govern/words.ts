/* words.ts - what several pages of meetings need: names in the reader's language, instants between a form and the server. */
import { api } from '@/api/client';
import { lang } from '@/base/i18n';
import type { Both } from './types';

export const both = (name: Both | null | undefined): string => (name ? name[lang.value] : '');

/* toInstant - a day and an hour as typed, in the region's time; empty when either is no such thing. */
export function toInstant(on: string, at: string): string {
  return /^\d{4}-\d{2}-\d{2}$/.test(on) && /^\d{2}:\d{2}$/.test(at) ? `${on}T${at}:00+08:00` : '';
}

/* sendFile - a file into the store; its id. */
export async function sendFile(file: File): Promise<string> {
  const sent = await api.post<{ id: string }>('/files', undefined, {
    body: file,
    contentType: file.type || 'application/octet-stream',
    headers: { 'X-File-Name': encodeURIComponent(file.name) },
  });
  return sent.id;
}
