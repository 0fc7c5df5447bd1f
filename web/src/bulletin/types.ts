/* types.ts - bulletins and assessments as the server sends them (api/openapi.yaml). */
import type { Id, Light } from '@/api/types';

export interface Both { zh: string; en: string }
export const FIGURES = ['total', 'done', 'due', 'on_time', 'red', 'amber', 'moved', 'unreported'] as const;
export type Figure = (typeof FIGURES)[number];

export interface BulletinTemplate { word: string; kind: 'week' | 'month' | 'year'; pack: string; version: number; name: Both; public: boolean }
export interface BulletinBrief {
  id: Id;
  number: string;
  kind: string;
  template: string;
  lang: 'zh' | 'en';
  title: string;
  state: string;
  document_number: string | null;
  unit: { id: Id; name: string };
  from_on: string;
  until_on: string;
  signed_on: string | null;
  published_at: string | null;
  corrects_id: Id | null;
  superseded_by: Id | null;
  public: boolean;
  version: number;
}
export interface Scope {
  kind: 'all' | 'city' | 'unit';
  subject: string;
  name: string;
  figures: Record<string, number>;
  score_millionths: string;
  rank: number;
  rank_to: number;
  rank_before: number;
}
export interface FigureRow {
  id: Id;
  outline_id: Id;
  path: string;
  title: string;
  due_on: string;
  last_report_on: string;
  state: string;
  light: Light;
  light_reason: Both;
  percent: number;
  percent_before: number;
  counts_as: string[];
  units: { id: Id; name: string }[];
}
export interface Rows { items: FigureRow[]; count: number; figure: number; as_of_on: string }
export interface Section { word: string; heading: string; text: string; heading_source?: string; body?: string }
export interface Bulletin extends BulletinBrief {
  recipients: string;
  signer: string;
  issuer: string;
  content_sha256: string | null;
  corrects_number: string | null;
  correct_reason: string | null;
  sections: Section[];
  outlines: { id: Id; title: string }[];
  scopes: Scope[];
  lists_items: boolean;
  items?: FigureRow[];
  title_source?: string;
  recipients_source?: string;
  values?: Record<string, string>;
  created_by_name?: string;
  approved_by_name?: string | null;
  approved_at?: string | null;
  computed_at?: string;
  return_reason?: string | null;
  may?: string[];
  own?: boolean;
}

export interface SchemeItem { word: string; kind: string; name: Both; max: string; rule: string }
export interface Scheme { word: string; pack: string; version: number; name: Both; objection_working_days: number; total_max: string; items: SchemeItem[] }
export interface AssessmentBrief {
  id: Id;
  number: string;
  name: Both;
  unit: { id: Id; name: string };
  from_on: string;
  until_on: string;
  state: string;
  sent_on: string | null;
  objections_until_on: string | null;
  published_on: string | null;
  version: number;
}
export interface Line { word: string; kind: string; name: Both; max: string; points: string; rule: string; because: Both }
export interface Result {
  unit: { id: Id; name: string };
  group: string;
  group_name: Both;
  computed: string;
  points: string;
  rank: number;
  rank_to: number;
  lines: Line[];
  award: Both | null;
  accepted: boolean;
  may: string[];
}
export interface FileRef { id: Id; name: string }
export interface Adjustment { id: Id; unit_id: Id; kind: string; points: string; reason: string; at: string; files: FileRef[] }
export interface Objection { id: Id; unit_id: Id; item: string | null; text: string; at: string; decision: string | null; reason: string | null; points: string; files: FileRef[] }
export interface Assessment extends AssessmentBrief {
  total_max: string;
  objection_working_days: number;
  items: { word: string; name: Both }[];
  results: Result[];
  adjustments: Adjustment[];
  objections: Objection[];
  may: string[];
  office: boolean;
}
export interface BurdenUnit {
  unit: { id: Id; name: string | null };
  count: number;
  over: boolean;
  by: { unit: { id: Id; name: string | null }; count: number }[];
  asks: { kind: string; id: Id; number: string; title: string; by: { id: Id; name: string | null }; on: string }[];
}
export interface Burden { from_on: string; until_on: string; cap: number; items: BurdenUnit[] }

/* fillValues - {word} replaced by its value; a word that is no value stays, so that the writer sees it. */
export function fillValues(text: string, values: Record<string, string>): string {
  return text.replace(/\{([^{}]*)\}/g, (whole, name: string) => values[name] ?? whole);
}
/* unknownValues - the words in braces that are no values. */
export function unknownValues(text: string, values: Record<string, string>): string[] {
  return [...text.matchAll(/\{([^{}]*)\}/g)].map((m) => m[1] as string).filter((name) => !(name in values));
}
/* lastPeriodEnd - the last day of the latest whole week, month or year before or on a day. */
export function lastPeriodEnd(kind: string, today: string): string {
  const d = new Date(`${today}T00:00:00Z`);
  const iso = (x: Date): string => x.toISOString().slice(0, 10);
  if (kind === 'week') {
    d.setUTCDate(d.getUTCDate() - (d.getUTCDay() % 7));
    return iso(d);
  }
  const next = new Date(d);
  next.setUTCDate(next.getUTCDate() + 1);
  if (kind === 'month') return next.getUTCDate() === 1 ? today : iso(new Date(Date.UTC(d.getUTCFullYear(), d.getUTCMonth(), 0)));
  return today.endsWith('-12-31') ? today : `${d.getUTCFullYear() - 1}-12-31`;
}
/* rankText - “3”, or “3–5” where scores are equal. */
export function rankText(rank: number, to: number): string {
  if (!rank) return '—';
  return to > rank ? `${rank}–${to}` : String(rank);
}
