/*
 * act.ts - a button's work: busy while it runs, a notice when it failed or is done. `stale` reads the newest version when someone else was faster
 * (412): the form keeps what was typed, and saving again is then measured against what the person has seen.
 */
import { ref } from 'vue';
import { ApiError } from '@/api/client';
import { complain, say } from './toast';

export function useAct() {
  const busy = ref(false);
  async function act(work: () => Promise<void>, done?: string, stale?: () => Promise<unknown>): Promise<boolean> {
    if (busy.value) return false;
    busy.value = true;
    try {
      await work();
      if (done) say(done);
      return true;
    } catch (error) {
      complain(error);
      if (stale && error instanceof ApiError && error.status === 412) await stale();
      return false;
    } finally {
      busy.value = false;
    }
  }
  return { busy, act };
}
