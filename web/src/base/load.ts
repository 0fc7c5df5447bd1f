/*
 * load.ts - reading for a screen: loading, data, problem; a newer read cancels the older one; a live event reads again without the skeleton.
 */
import { onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef, type WatchSource } from 'vue';
import { ApiError, type Problem } from '@/api/client';
import { renewed } from './session';

export interface Loaded<T> {
  data: ShallowRef<T | null>;
  problem: ShallowRef<Problem | null>;
  loading: Ref<boolean>;
  reload: (quiet?: boolean) => Promise<void>;
}

export function problemFrom(error: unknown): Problem {
  if (error instanceof ApiError) return error.problem;
  return { status: -1, title: error instanceof Error ? error.message : String(error) };
}

export function useLoad<T>(read: (signal: AbortSignal) => Promise<T>, depends: WatchSource[] = []): Loaded<T> {
  const data = shallowRef<T | null>(null);
  const problem = shallowRef<Problem | null>(null);
  const loading = ref(true);
  let running: AbortController | null = null;

  async function reload(quiet = false): Promise<void> {
    running?.abort();
    const mine = new AbortController();
    running = mine;
    if (!quiet) loading.value = true;
    try {
      const answer = await read(mine.signal);
      if (running !== mine) return;
      data.value = answer;
      problem.value = null;
    } catch (error) {
      if (running !== mine || mine.signal.aborted) return;
      if (!quiet || data.value === null) {
        problem.value = problemFrom(error);
        data.value = null;
      }
    }
    if (running === mine) loading.value = false;
  }

  if (depends.length) watch(depends, () => void reload());
  watch(renewed, () => problem.value?.status === 401 && void reload());
  void reload();
  onScopeDispose(() => running?.abort());
  return { data, problem, loading, reload };
}

/* useList - a keyset-paged list: items grow with more(). */
export function useList<T>(
  read: (after: string | undefined, signal: AbortSignal) => Promise<{ items: T[]; next?: string | null }>,
  depends: WatchSource[] = [],
) {
  const items: ShallowRef<T[]> = shallowRef([]);
  const next = ref<string | null>(null);
  const moreBusy = ref(false);
  const first = useLoad(async (signal) => {
    const page = await read(undefined, signal);
    items.value = page.items;
    next.value = page.next ?? null;
    return page;
  }, depends);
  async function more(): Promise<void> {
    if (!next.value || moreBusy.value) return;
    moreBusy.value = true;
    try {
      const page = await read(next.value, new AbortController().signal);
      items.value = [...items.value, ...page.items];
      next.value = page.next ?? null;
    } catch (error) {
      first.problem.value = problemFrom(error);
    }
    moreBusy.value = false;
  }
  return { ...first, items, next, more, moreBusy };
}
