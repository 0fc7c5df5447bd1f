/*
 * asof.ts - the day as of which every screen reads. It lives in the address (?as_of=), so that a link shows what its sender saw; while it is
 * set, every step inside the app carries it along.
 */
import { readonly, ref } from 'vue';
import type { Router } from 'vue-router';

const current = ref('');
export const asOf = readonly(current);

export const isDay = (text: unknown): text is string => typeof text === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(text);
/* isCalendarDay - a day that the calendar has, within the years that the store keeps: no 2026-02-30. */
export const DAY_MIN = '1978-01-01';
export const DAY_MAX = '2099-12-31';
export function isCalendarDay(text: string): boolean {
  if (!isDay(text) || text < DAY_MIN || text > DAY_MAX) return false;
  const at = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
}
/* dayOk - what a form may send from a date field: a day, not after `max`, or nothing. */
export const dayOk = (text: string, max = DAY_MAX): boolean => text === '' || (isCalendarDay(text) && text <= max);

export function installAsOf(router: Router): void {
  router.beforeEach((to) => {
    if (isDay(to.query.as_of)) {
      current.value = to.query.as_of;
      return true;
    }
    if (current.value && !to.meta.noAsOf) return { ...to, query: { ...to.query, as_of: current.value }, replace: true };
    return true;
  });
}

export async function setAsOf(router: Router, day: string): Promise<void> {
  current.value = isDay(day) ? day : '';
  const query = { ...router.currentRoute.value.query };
  delete query.as_of;
  if (current.value) query.as_of = current.value;
  await router.replace({ ...router.currentRoute.value, query });
}
