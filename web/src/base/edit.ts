/*
 * edit.ts - saves an edit, and when somebody else was faster (412) brings the two together: a field that only I changed goes on top of the newest
 * version by itself; where both changed one field nothing is written, and the three versions are shown (ui/ConflictBox.vue) for the person to choose.
 */
import { shallowRef, type ShallowRef } from 'vue';
import { ApiError } from '@/api/client';
import { useAct } from './act';
import { differences, merged, ours, untouched, type Difference, type Fields } from './conflict';
import { t } from './i18n';
import { say } from './toast';

export interface Edit {
  before: Fields; /* what the form began with */
  mine: Fields; /* what was written */
  names: Record<string, string>; /* the fields' labels */
  show?: (field: string, value: string) => string; /* a value for reading */
  theirs: () => Promise<Fields>; /* reads the newest version, which `send` is then measured against */
  send: (values: Fields) => Promise<void>;
  done?: string;
}
export interface Clash {
  edit: Edit;
  list: Difference[];
}
const TRIES = 3;

export function useEdit(): { busy: ReturnType<typeof useAct>['busy']; act: ReturnType<typeof useAct>['act']; clash: ShallowRef<Clash | null>; save: (edit: Edit) => Promise<boolean>; choose: (list: Difference[]) => Promise<boolean> } {
  const { busy, act } = useAct();
  const clash = shallowRef<Clash | null>(null);

  async function attempt(edit: Edit, left: number): Promise<boolean> {
    try {
      await edit.send(edit.mine);
      return true;
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 412) || left === 0) throw error;
    }
    const theirs = await edit.theirs();
    const list = differences(edit.before, edit.mine, theirs);
    const next = { ...edit, before: theirs };
    if (ours(list).length && untouched(list)) return attempt({ ...next, mine: merged(list, theirs) }, left - 1);
    if (ours(list).every((d) => d.theirs === d.mine)) return true; /* the other wrote just that */
    clash.value = { edit: next, list };
    return false;
  }
  /* save - true when it is saved; false when it failed, or waits in `clash` for a choice. */
  async function save(edit: Edit): Promise<boolean> {
    let sent = false;
    await act(async () => {
      sent = await attempt(edit, TRIES);
    });
    if (sent && edit.done) say(edit.done);
    return sent;
  }
  async function choose(list: Difference[]): Promise<boolean> {
    const at = clash.value;
    clash.value = null;
    if (!at) return false;
    if (!list.some((d) => d.side === 'mine' && d.mine !== d.theirs)) {
      say(t('conflict.kept'));
      return true;
    }
    return save({ ...at.edit, mine: merged(list, at.edit.before) });
  }
  return { busy, act, clash, save, choose };
}
