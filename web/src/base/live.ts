/*
 * live.ts - one stream of server-sent events for the whole app. An event carries kind and id only; who listens reads again under its own
 * scope. Where the stream is refused (no sign-in, a proxy in between) the listeners are woken on a timer instead.
 */
import { onScopeDispose } from 'vue';
import type { LiveEvent } from '@/api/types';

type Listener = (event: LiveEvent | null) => void; /* null: something may have changed */

/* The server names each event after what changed; a stream has no listener for all names. */
const KINDS = ['action', 'outline', 'import', 'unit', 'person', 'cooperation', 'token', 'file', 'notice', 'change'];
KINDS.push('duty', 'meeting', 'meeting_body', 'consultation');
const POLL_MS = 8000;
const RETRY_MS = 30000;
const listeners = new Set<Listener>();
let source: EventSource | null = null;
let poll: number | undefined;
let retry: number | undefined;

function tell(event: LiveEvent | null): void {
  for (const listener of [...listeners]) listener(event);
}

function onMessage(message: MessageEvent): void {
  try {
    tell(JSON.parse(message.data as string) as LiveEvent);
  } catch {
    tell(null);
  }
}

function startPolling(): void {
  if (poll === undefined) poll = window.setInterval(() => document.visibilityState === 'visible' && tell(null), POLL_MS);
}

function stopPolling(): void {
  if (poll !== undefined) window.clearInterval(poll);
  poll = undefined;
}

function open(): void {
  if (source || !listeners.size) return;
  const stream = new EventSource('/api/v1/events');
  source = stream;
  stream.onopen = () => {
    stopPolling();
    tell(null);
  };
  stream.onmessage = onMessage;
  for (const kind of KINDS) stream.addEventListener(kind, onMessage as (event: Event) => void);
  stream.onerror = () => {
    startPolling();
    if (stream.readyState !== EventSource.CLOSED) return; /* the browser tries again by itself */
    source = null;
    window.clearTimeout(retry);
    retry = window.setTimeout(open, RETRY_MS);
  };
}

function close(): void {
  source?.close();
  source = null;
  stopPolling();
  window.clearTimeout(retry);
}

/* restartLive - after sign-in or sign-out: the stream's scope has changed. */
export function restartLive(): void {
  close();
  open();
}

/* useLive - calls back (at most once in `quietMs`) when something of these kinds, or unknown, has changed, while the component lives. */
export function useLive(wanted: (event: LiveEvent) => boolean, callback: () => void, quietMs = 300): void {
  let timer: number | undefined;
  let first = true; /* the stream's opening says "may have changed": not news for who has just read */
  const listener: Listener = (event) => {
    if (event === null && first && source?.readyState === EventSource.OPEN) {
      first = false;
      return;
    }
    if (event && !wanted(event)) return;
    window.clearTimeout(timer);
    timer = window.setTimeout(callback, quietMs);
  };
  listeners.add(listener);
  open();
  onScopeDispose(() => {
    window.clearTimeout(timer);
    listeners.delete(listener);
    if (!listeners.size) close();
  });
}
