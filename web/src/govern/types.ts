/* types.ts - meetings and consultations as the server gives them. */
import type { Id, Light } from '@/api/types';

export interface Both {
  zh: string;
  en: string;
}
export interface MeetUnit {
  id: Id;
  name: string;
  short_name?: string;
  region_code?: string;
}
export interface ChargedDuty {
  id: Id;
  number: string;
  title: string;
  part: string;
  state: string;
  state_name?: Both;
  holder: { id: Id; name: string; full_name: string } | null;
  due_on: string | null;
  percent: number;
  light: Light;
  light_reason?: Both;
  final: boolean;
}
export interface Resolution {
  id: Id;
  session_id: Id;
  item_id: Id | null;
  number: string;
  ordinal: number;
  kind: 'resolution' | 'advice';
  text: string;
  proposer: string | null;
  how: 'consensus' | 'vote' | 'office';
  votes_for: number;
  votes_against: number;
  abstained: number;
  present: number;
  voting: number;
  outcome: 'adopted' | 'rejected';
  reason: string | null;
  carry_out: boolean;
  open: boolean;
  open_duties: number;
  decided_at: string;
  outline: { id: Id; title: string | null } | null;
  duties: ChargedDuty[];
}
export interface BodyMember {
  unit: MeetUnit;
  ordinal: number;
  voting: boolean;
  from_on: string;
  to_on: string | null;
  now: boolean;
  turn: boolean;
}
export interface MeetingBody {
  id: Id;
  name: string;
  kind: string;
  level: string;
  office: MeetUnit | null;
  purpose: string;
  rotates: 'none' | 'session' | 'term';
  term_months: number;
  rotates_from_on: string | null;
  quorum_percent: number;
  rule: 'consensus' | 'majority' | 'two_thirds';
  cadence: string;
  year: { expected: number; held: number; missing: number };
  coming: number;
  turn: MeetUnit | null;
  next_ordinal?: number;
  group?: { id: Id; title: string | null } | null;
  members?: BodyMember[];
  terms?: { unit: MeetUnit; from_on: string; to_on: string }[];
  open_resolutions?: Resolution[];
  may?: string[];
  version: number;
}
export interface MeetingBrief {
  id: Id;
  body_id: Id;
  number: string;
  ordinal: number;
  ordinal_name: Both;
  title: string;
  theme: string;
  host: MeetUnit | null;
  turn: MeetUnit | null;
  host_reason: string | null;
  place: string;
  starts_at: string | null;
  ends_at: string | null;
  state: string;
  state_name: Both;
  reason: string | null;
  version: number;
}
export interface StoredPaper {
  id: Id;
  name: string;
  media_type: string;
}
export interface AgendaItem {
  id: Id;
  ordinal: number;
  kind: 'item' | 'follow_up';
  title: string;
  presenter: MeetUnit | null;
  speaker: string;
  minutes: number;
  late_reason: string | null;
  record: string;
  papers: StoredPaper[];
  resolution: Resolution | null;
}
export interface Attendee {
  unit: MeetUnit;
  voting: boolean;
  status: 'expected' | 'present' | 'stand_in' | 'excused' | 'absent';
  name: string;
  position: string;
  signed_at: string | null;
  signed_name: string | null;
}
export interface MeetingStep {
  verb: string;
  name: Both;
  to: string;
  reason: 'none' | 'optional' | 'required';
}
export interface Meeting extends MeetingBrief {
  body: { id: Id; name: string; kind: string; rule: string; office: MeetUnit | null };
  items: AgendaItem[];
  attendance: Attendee[];
  quorum: { voting: number; needed: number; present: number; met: boolean };
  steps: MeetingStep[];
  resolutions: Resolution[];
  minutes: { text: string; files: StoredPaper[] };
  may: string[];
  may_attend_for: Id[];
  may_sign_for: Id[];
}

export interface Opinion {
  round: number;
  stance: 'agree' | 'change' | 'object' | 'none';
  text: string;
  at: string;
  decision: 'taken' | 'partly' | 'declined' | null;
  decision_reason: string | null;
}
export interface Consultation {
  id: Id;
  number: string;
  kind: 'opinion' | 'consultation' | 'countersign';
  subject: { kind: 'outline' | 'action'; id: Id } | null;
  title: string;
  body: string;
  convener: { id: Id; name: string | null };
  opened_at: string;
  reply_due_on: string;
  state: 'open' | 'concluded' | 'withdrawn';
  conclusion: string | null;
  ended_at: string | null;
  version: number;
  heard?: { unit: { id: Id; name: string | null }; opinion: Opinion | null }[];
  answered?: number;
  objections?: number;
  may?: string[];
  may_speak_for?: Id[];
}
export interface Signatures {
  outline_id: Id;
  items: { region_code: string; name: string; signed_on: string | null; unit?: { id: Id; name: string | null } | null }[];
  members: number;
  signed: number;
  in_force_on: string | null;
}
