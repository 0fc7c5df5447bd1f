/* act.ts - a button's work: busy while it runs, a notice when it failed or is done. */
import { ref } from 'vue';
import { complain, say } from './toast';

export function useAct() {
  const busy = ref(false);
  async function act(work: () => Promise<void>, done?: string): Promise<boolean> {
    if (busy.value) return false;
    busy.value = true;
    try {
      await work();
      if (done) say(done);
      return true;
    } catch (error) {
      complain(error);
      return false;
    } finally {
      busy.value = false;
    }
  }
  return { busy, act };
}
