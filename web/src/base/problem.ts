/* problem.ts - the sentence for a problem: the server's own where it gave one, else ours by status. */
import type { Problem } from '@/api/client';
import { t } from './i18n';

export function problemText(problem: Problem): string {
  if (problem.status === 0) return t('problem.offline');
  if (problem.detail) return problem.detail;
  if (problem.status === 401) return t('problem.signedOut');
  if (problem.status === 403) return t('problem.forbidden');
  if (problem.status === 404) return t('problem.missing');
  if (problem.status === 409 || problem.status === 412) return t('problem.stale');
  if (problem.status === 413) return t('problem.tooLarge');
  if (problem.status === 429) return t('problem.tooMany');
  if (problem.status === 503) return t('problem.busy');
  return problem.title || t('problem.unknown');
}
