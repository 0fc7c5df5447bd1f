/*
 * outbox.ts - progress reports that could not be sent yet. A report is first kept in the browser's IndexedDB, then sent, and goes from there
 * only when the server has answered. Its client id is also the idempotency key: sent twice, it counts once. One tab sends at a time (a lock);
 * a refused report (4xx) stays with its reason until the person mends or drops it.
 */
import { ref } from 'vue';
import { api, ApiError, newKey, type Problem } from '@/api/client';
import type { ActionState, Id, StoredFile } from '@/api/types';

export interface Waiting {
  client_id: string;
  action_id?: Id; /* of a report on an action */
  duty_id?: Id; /* of a report on a duty */
  task_id?: Id; /* of a report on a task */
  action_title: string; /* of either */
  percent: number;
  state?: ActionState;
  text: string;
  reason?: string; /* why the percent goes down */
  figures?: { name: string; value: string; unit: string }[]; /* of a duty */
  draft?: boolean; /* of a duty: the head lets it go out */
  on_behalf?: boolean; /* of a duty: entered for the unit, with the letter among the photos */
  done_on?: string; /* the day for which it holds: that of the screen it was made on; absent: today */
  photos: { name: string; blob: Blob; file_id?: Id }[];
  made_at: string;
  problem?: Problem;
}
export type SendResult = 'sent' | 'kept' | 'refused';

export const outboxCount = ref(0);
const channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel('yiti-outbox') : null;
let sent: ((report: Waiting) => void)[] = [];

function database(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const asking = indexedDB.open('yiti', 1);
    asking.onupgradeneeded = () => asking.result.createObjectStore('outbox', { keyPath: 'client_id' });
    asking.onsuccess = () => resolve(asking.result);
    asking.onerror = () => reject(asking.error ?? new Error('IndexedDB'));
  });
}

async function run<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const db = await database();
  try {
    return await new Promise<T>((resolve, reject) => {
      const tx = db.transaction('outbox', mode, mode === 'readwrite' ? { durability: 'strict' } : undefined);
      const asking = work(tx.objectStore('outbox'));
      tx.oncomplete = () => resolve(asking.result);
      tx.onabort = tx.onerror = () => reject(tx.error ?? new Error('IndexedDB'));
    });
  } finally {
    db.close();
  }
}

export async function waitingReports(): Promise<Waiting[]> {
  const all = (await run('readonly', (s) => s.getAll())) as Waiting[];
  outboxCount.value = all.length;
  return all.sort((a, b) => a.made_at.localeCompare(b.made_at));
}

async function save(report: Waiting): Promise<void> {
  await run('readwrite', (s) => s.put(report));
}

export async function dropReport(clientId: string): Promise<void> {
  await run('readwrite', (s) => s.delete(clientId));
  await refresh();
}

async function refresh(): Promise<void> {
  await waitingReports();
  channel?.postMessage('changed');
}

export function onReportSent(callback: (report: Waiting) => void): () => void {
  sent.push(callback);
  return () => (sent = sent.filter((c) => c !== callback));
}

/* upload - each photo once: its file id is kept as soon as the server gave it. The same bytes are the same file there. */
async function upload(report: Waiting): Promise<Id[]> {
  const ids: Id[] = [];
  for (const photo of report.photos) {
    if (!photo.file_id) {
      const file = await api.post<StoredFile>('/files', undefined, {
        body: photo.blob,
        contentType: photo.blob.type || 'image/jpeg',
        headers: { 'X-File-Name': encodeURIComponent(photo.name) },
      });
      photo.file_id = file.id;
      await save(report);
    }
    ids.push(photo.file_id);
  }
  return ids;
}

async function sendOne(report: Waiting): Promise<SendResult> {
  try {
    const json = { percent: report.percent, text: report.text, reason: report.reason || undefined, done_on: report.done_on, file_ids: await upload(report), client_id: report.client_id };
    if (report.duty_id) await api.post(`/duties/${report.duty_id}/reports`, { ...json, figures: report.figures, draft: report.draft, on_behalf: report.on_behalf }, { key: report.client_id });
    else if (report.task_id) await api.post(`/tasks/${report.task_id}/reports`, { percent: report.percent, text: report.text, file_ids: json.file_ids }, { key: report.client_id });
    else await api.post(`/actions/${report.action_id}/reports`, { ...json, state: report.state }, { key: report.client_id });
  } catch (error) {
    if (error instanceof ApiError && !error.offline && error.status >= 400 && error.status < 500 && ![401, 408, 425, 429].includes(error.status)) {
      report.problem = error.problem;
      await save(report);
      return 'refused';
    }
    return 'kept';
  }
  await run('readwrite', (s) => s.delete(report.client_id));
  for (const callback of sent) callback(report);
  return 'sent';
}

async function locked<T>(work: () => Promise<T>): Promise<T> {
  return 'locks' in navigator ? ((await navigator.locks.request('yiti-outbox', work)) as T) : work();
}

/* flush - sends what waits, oldest first; stops at the first that does not get through. */
export async function flush(only?: string): Promise<SendResult> {
  return locked(async () => {
    let result: SendResult = 'sent';
    for (const report of await waitingReports()) {
      if (only ? report.client_id !== only : report.problem) continue;
      result = await sendOne(report);
      if (result === 'kept') break;
    }
    await refresh();
    return result;
  });
}

/* submitReport - keeps, then sends. "kept": it will go by itself once the server can be reached. */
export async function submitReport(report: Omit<Waiting, 'client_id' | 'made_at'>): Promise<SendResult> {
  const whole: Waiting = { ...report, client_id: newKey(), made_at: new Date().toISOString() };
  await save(whole);
  await refresh();
  return flush(whole.client_id);
}

let started = false;
export function startOutbox(): void {
  if (started || !('indexedDB' in globalThis)) return;
  started = true;
  channel?.addEventListener('message', () => void waitingReports());
  window.addEventListener('online', () => void flush());
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && outboxCount.value && void flush());
  window.setInterval(() => outboxCount.value && void flush(), 20000);
  void flush();
}
