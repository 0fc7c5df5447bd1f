/* words.ts - the machine's own words in the reader's language, and hours of working time. */
import { lang, t } from '@/base/i18n';
import type { Both } from './types';

export const both = (b: Both | null | undefined): string => b?.[lang.value] ?? '';

/* hours - working time as hours with one decimal; negative when it is over. */
export function hours(us: number): string {
  const h = Math.round(Math.abs(us) / 360000000) / 10;
  return us < 0 ? t('duty.hoursOver', { h }) : t('duty.hoursLeft', { h });
}
