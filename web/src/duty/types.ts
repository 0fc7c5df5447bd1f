/* types.ts - duties, slips, urges and machines as the server tells them. */
import type { Id, Light, Versioned } from '@/api/types';

export interface Both {
  zh: string;
  en: string;
}
export interface UnitRef {
  id: Id;
  name: string;
  full_name?: string;
  region_code?: string;
}
export interface DutyFile {
  id: Id;
  name: string;
  media_type: string;
}
export interface Step {
  verb: string;
  name: Both;
  part: string;
  to?: string;
  needs: string[];
}
export interface DutyClock {
  clock: string;
  name?: Both;
  unit: UnitRef | null;
  limit_unit: number;
  limit_n: number;
  started_at: string;
  used_us: string;
  left_work_us: number | null;
  running: boolean;
  due_at: string | null;
  overdue_at: string | null;
  closed: boolean;
}
export interface DutyReport {
  id: Id;
  unit: UnitRef | null;
  by_name: string;
  decided_by_name: string;
  state: 'draft' | 'submitted' | 'returned';
  percent: number;
  text: string;
  reason: string;
  figures: { name: string; value: string; unit?: string }[];
  done_on: string;
  external: boolean;
  confirmed_at: string | null;
  drafted_at: string;
  decided_at: string | null;
  return_reason: string;
  files: DutyFile[];
}
export interface Urge {
  id: Id;
  duty_id?: Id;
  duty_title?: string;
  duty_number?: string;
  duty_final?: boolean;
  rule: string;
  rule_name?: Both;
  level: number;
  unit: UnitRef | null;
  text: string;
  at: string;
}
export interface Slip extends Versioned {
  id: Id;
  duty_id: Id;
  duty_title: string;
  number: string;
  colour: string;
  unit: UnitRef | null;
  issuer: UnitRef | null;
  text: string;
  state: 'open' | 'replied' | 'lapsed' | 'closed';
  reply_due_at: string;
  lapsed_at: string | null;
  reply: string;
  replied_at: string | null;
  closed_at: string | null;
  close_text: string;
  issued_at: string;
}
export interface Duty extends Versioned {
  id: Id;
  number: string;
  subject_kind: string;
  subject_id: Id;
  source?: { kind: string; id: Id; words: string } | null;
  title: string;
  machine: string;
  state: string;
  state_name?: Both;
  part: string;
  parent_id: Id | null;
  holder: UnitRef | null;
  assigner: UnitRef | null;
  counterpart: UnitRef | null;
  supervisor: UnitRef | null;
  clock: string;
  clock_name?: Both;
  clock_due_at: string | null;
  percent: number;
  weight: number;
  start_on: string;
  due_on: string | null;
  first_due_on: string | null;
  report_by_on: string | null;
  last_report_on: string | null;
  report_every: string;
  returns: number;
  extensions: number;
  reports_count: number;
  overdue_count: number;
  overdue_at: string | null;
  unconfirmed: number;
  crosses_border: boolean;
  final: boolean;
  suspended: boolean;
  opened_at: string;
  closed_at: string | null;
  light: Light;
  light_reason: Both;
}
export interface WholeDuty extends Duty {
  turn: { part: string; unit: UnitRef | null } | null;
  may: Step[];
  may_supervise: boolean;
  may_approve: boolean;
  may_report: boolean;
  clocks: DutyClock[];
  sources: { kind: string; id: Id; words: string; unit_id: Id }[];
  files: DutyFile[];
  reports: DutyReport[];
  urges: Urge[];
  slips: Slip[];
  parts: Duty[];
}
export interface Machine {
  machine: string;
  version: number;
  hash: string;
  name: Both;
  clocks: { clock: string; zh: string; en: string; part: string; unit: string; n: number }[];
  states: { state: string; zh: string; en: string; final: boolean; suspended: boolean; start: boolean; clock: string | null }[];
  verbs: { verb: string; zh: string; en: string; from: string[]; to: string | null; by: string[]; right: string; needs: string[]; when: string | null; refusal?: Both }[];
}
export interface Machines {
  items: Machine[];
  urging: { hour: number; rules: { word: string; zh: string; en: string; offset: number; level: number; to: string }[] };
  slips: { urgent_may_skip: boolean; colours: { word: string; zh: string; en: string; unit: string; n: number }[] };
  lights: string;
}
export interface Editions {
  active: { kind: string; word: string; edition: number; hash: string; built_in: boolean; text: string }[];
  items: { id: Id; kind: string; word: string; from_at: string; begun: boolean; hash: string; pack: string; file: string; edition: number; by_name: string; activated_at: string }[];
}
