/* toast.ts - short notices, read out by screen readers. A problem stays until dismissed; a success goes by itself. */
import { reactive } from 'vue';
import { problemFrom } from './load';
import { problemText } from './problem';
import { expired } from './session';

export interface Toast {
  id: number;
  kind: 'ok' | 'bad';
  text: string;
  note?: string;
}
export const toasts = reactive<Toast[]>([]);
let last = 0;

export function dismiss(id: number): void {
  const at = toasts.findIndex((x) => x.id === id);
  if (at >= 0) toasts.splice(at, 1);
}

export function say(text: string): void {
  const id = (last += 1);
  toasts.push({ id, kind: 'ok', text });
  window.setTimeout(() => dismiss(id), 5000);
}

export function complain(error: unknown): void {
  const problem = problemFrom(error);
  if (problem.status === 401 && expired.value) return; /* the sign-in over the page says it */
  toasts.push({ id: (last += 1), kind: 'bad', text: problemText(problem), note: problem.request_id });
  if (toasts.length > 4) toasts.splice(0, toasts.length - 4);
}
