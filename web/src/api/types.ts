/*
 * types.ts - what the server's JSON looks like, as the screens use it. Ids are decimal strings (a browser loses bits past 2^53), days are
 * "YYYY-MM-DD", instants carry their offset. Fields that a reader may leave out are optional: a screen must show something without them.
 */
export type Id = string;
export type Light = 'green' | 'amber' | 'red' | 'grey';
export type Part = 'lead' | 'supporting';
export type Origin = 'text' | 'office';
export type ActionState = 'to_start' | 'under_way' | 'done' | 'stopped' | 'suspended' | 'cancelled' | 'dropped';
export type NodeKind = 'chapter' | 'section' | 'action' | 'item' | 'measure' | 'phase' | 'paragraph' | 'title' | 'document';

export interface Page<T> {
  items: T[];
  next?: string | null;
}
export interface Versioned {
  version?: number | string;
}

/* ---- org ---- */
export interface RoleGrant {
  id: Id;
  role: string;
  role_name_zh?: string;
  role_name_en?: string;
  unit?: { id: Id; name: string };
  region_code?: string;
  from_on?: string;
  to_on?: string | null;
  rights: string[];
}
export interface User {
  id: Id;
  name: string;
  display_name: string;
  lang?: string;
  roles: RoleGrant[];
}
export interface Session {
  user: User | null;
  pending?: 'password' | 'totp' | null; /* signed in, but this must be set up first */
  demo?: boolean;
  instance?: { name_zh?: string; name_en?: string; region?: { code: string; name: string }; today_on?: string };
}
export interface DemoAccount {
  key: string;
  display_name_zh: string;
  display_name_en: string;
  role: string;
  unit_name?: string;
}
export interface Region {
  code: string;
  name: string;
  level: 'country' | 'province' | 'prefecture' | 'county' | 'street';
  parent_code?: string;
  valid_from_on?: string;
  valid_to_on?: string | null;
  successors?: string[];
}
export interface CooperationMember {
  region_code: string;
  name?: string;
  part: 'member' | 'node';
  from_on?: string;
  to_on?: string | null;
}
export interface Cooperation extends Versioned {
  id: Id;
  name: string;
  name_zh?: string;
  name_en?: string;
  members: CooperationMember[];
}
export interface Unit extends Versioned {
  id: Id;
  name: string;
  short_name?: string;
  region_code?: string;
  place_code?: string | null;
  parent_id?: Id | null;
  cooperation_id?: Id | null;
  kind?: string;
  aliases?: (string | { alias: string })[];
  valid_from_on?: string;
  valid_to_on?: string | null;
  state: 'active' | 'proposed' | 'ended';
  names?: { name: string; short_name: string; valid_from_on: string; valid_to_on: string | null }[]; /* of one unit: through time */
  successors?: { id: Id; kind: string; on: string }[];
}
export interface Person extends Versioned {
  id: Id;
  name: string;
  display_name: string;
  lang?: string;
  state?: string;
  unit?: { id: Id; name: string } | null;
  roles?: RoleGrant[];
}
export interface RoleWord {
  role: string;
  name_zh: string;
  name_en: string;
  rights: string[];
}
export interface Token {
  id: Id;
  name: string;
  created_at?: string;
  expires_on?: string | null;
  last_used_at?: string | null;
  rights?: string[];
  secret?: string;
}
export interface StoredFile {
  id: Id;
  name: string;
  media_type: string;
  size_bytes: number | string;
  sha256?: string;
  public?: boolean;
}
export interface JournalRow {
  seq: number | string;
  at: string;
  actor_name?: string;
  role?: string;
  verb: string;
  change?: unknown;
}

/* ---- the reader and the import desk ---- */
export interface TextDate {
  kind: 'deadline' | 'horizon' | 'phase' | 'period' | 'recurrence';
  from?: string | null;
  to?: string | null;
  relative?: boolean;
  interval?: string | null;
  confidence?: number;
  origin?: string;
  text: string;
  start: number;
  end: number;
}
export interface Quantity {
  value: number | string;
  unit: string | null;
  comparator?: string;
  confidence?: number;
  text: string;
  start: number;
  end: number;
}
export interface NodeUnit {
  name: string;
  printed?: string;
  start?: number;
  end?: number;
  confidence?: number | string;
  unit_id?: Id;
  origin?: Origin;
}
export interface Check {
  text?: string;
  basis?: string;
  confidence?: number;
  declared?: number | string;
  found?: number | string;
  ok?: boolean;
  start?: number;
  end?: number;
}
export interface OutlineNode {
  key: string;
  parent_key?: string | null;
  path: string;
  kind: NodeKind;
  number?: string;
  heading?: string;
  start: number;
  end: number;
  lead_units?: NodeUnit[];
  supporting_units?: NodeUnit[];
  charged_units?: NodeUnit[];
  dates?: TextDate[];
  quantities?: Quantity[];
  checks?: Check[];
  is_action?: boolean;
  corrected?: boolean;
  action_id?: Id | null;
  state?: ActionState;
  percent?: number;
  light?: Light;
  light_reason?: { zh: string; en: string };
}
export interface UnitMention {
  start: number;
  end: number;
  part: Part;
  node_key?: string;
}
export interface DocumentUnit {
  name: string;
  mentions: UnitMention[];
  unit_id?: Id | null;
  state?: 'known' | 'proposed';
  candidates?: number;
  known_as?: string | null;
}
export interface ImportDocumentBrief {
  index: number;
  title: string;
  document_number?: string | null;
  issuer?: string | null;
  date?: string | null;
  start: number;
  end: number;
  node_count?: number;
  action_count?: number;
  unit_count?: number;
  outline_id?: Id | null;
  checks?: Check[];
}
export interface ImportDraft extends Versioned {
  id: Id;
  state: 'draft' | 'confirmed' | 'discarded';
  mode?: 'live' | 'archive';
  filename: string;
  created_at?: string;
  as_of_on?: string;
  text_bytes?: number;
  proposed_units?: number;
  documents: ImportDocumentBrief[];
  same_as?: { imports: { id: Id; state: string; filename: string; created_at?: string }[]; outlines: { id: Id; state: string; title: string }[] };
}
export interface ImportBrief {
  id: Id;
  state: 'draft' | 'confirmed' | 'discarded';
  mode?: 'live' | 'archive';
  filename: string;
  as_of_on?: string;
  text_bytes?: number;
  proposed_units?: number;
  version?: number | string;
  created_at?: string;
  documents?: number | ImportDocumentBrief[];
}
export interface ImportDocument {
  title: string;
  index?: number;
  version?: number;
  state?: string;
  action_count?: number;
  document_number?: string | null;
  issuer?: string | null;
  date?: string | null;
  source: string;
  source_start: number;
  nodes: OutlineNode[];
  units: DocumentUnit[];
  dated?: { node_key: string; path: string; date: { kind: string; to?: string | null; text?: string; start?: number; end?: number } }[];
}

/* ---- plan ---- */
export interface LightCounts {
  green: number;
  amber: number;
  red: number;
  grey: number;
}
export interface Counters {
  without_owner: number;
  without_date: number;
  without_measure: number;
}
export interface Outline extends Versioned {
  id: Id;
  may?: string[]; /* what the reader may do with this one */
  title: string;
  document_number?: string | null;
  issuer?: string | null;
  issued_on?: string | null;
  mode: 'live' | 'archive';
  region_code?: string;
  edition?: number | string;
  actions?: number;
  lights?: LightCounts;
  counters?: Counters;
  public?: boolean;
  state?: string;
  states?: Record<string, number>;
  percent?: number;
  cooperation_id?: Id | null;
  unit_id?: Id;
  previous_id?: Id | null;
  start?: number;
  end?: number;
  nodes?: OutlineNode[];
}
export interface ActionUnit {
  unit_id?: Id;
  name: string;
  part: Part;
  origin?: Origin;
  state?: string;
}
export interface Measure {
  text?: string;
  value?: number | string | null;
  unit?: string | null;
  comparator?: string | null;
  origin?: Origin;
}
export interface Action extends Versioned {
  id: Id;
  number?: string;
  may?: string[]; /* what the reader may do with this one */
  outline_id: Id;
  outline_title?: string;
  path?: string;
  title: string;
  heading?: string;
  region_code?: string;
  node_key?: number;
  horizon_on?: string | null;
  planned_percent?: number;
  span?: { start: number; end: number } | null;
  origin?: Origin;
  units?: ActionUnit[];
  due_on?: string | null;
  due_origin?: Origin | null;
  start_on?: string | null;
  measure?: Measure | null;
  state: ActionState;
  percent?: number;
  light: Light;
  light_reason?: { zh: string; en: string };
  last_report_at?: string | null;
  last_report_on?: string | null;
  last_report?: { at: string; percent: number } | null; /* of the public page */
  body?: string;
  phase?: string | { name?: string; from_on?: string; to_on?: string } | null;
  reports?: Report[];
  photos?: { id: Id }[]; /* of the public page */
}
export interface Report {
  id: Id;
  action_id?: Id;
  kind?: 'report' | 'state';
  at?: string;
  done_on?: string; /* the day for which it holds */
  unit_name?: string;
  percent?: number;
  state?: ActionState;
  text?: string;
  reason?: string | null; /* why the percent went down */
  files?: StoredFile[];
  version?: number; /* of the action, in the answer to a report */
  duty_id?: Id; /* of an action that was handed over */
  draft?: boolean; /* waits for approval */
  light?: Light;
  light_reason?: { zh: string; en: string };
}
export interface CutPiece {
  start: number;
  end: number;
  title: string;
  state?: 'under_way' | 'to_start';
  verb?: string;
  taken?: { action_id: Id; title: string; how: 'same' | 'overlap' } | null;
}
export interface DifferenceItem {
  change: 'same' | 'moved' | 'edited' | 'added' | 'removed';
  similarity?: number;
  moved?: boolean;
  old?: { id?: Id; title?: string; path?: string; text?: string; number?: string } | null;
  new?: { id?: Id; title?: string; path?: string; text?: string; number?: string } | null;
  kept_progress?: boolean;
}
export interface BoardLane {
  unit: { id: Id | null; name: string }; /* id null and no name: without an owner */
  columns: Record<string, number>;
  actions: Action[];
}
export interface TimelineBar {
  id: Id;
  title: string;
  outline_id?: Id;
  percent?: number;
  horizon_on?: string | null;
  light_reason?: { zh: string; en: string };
  path?: string;
  start_on?: string | null;
  due_on?: string | null;
  light?: Light;
  state?: ActionState;
  phase?: string | null;
}
export interface Desk {
  actions?: number;
  lights?: LightCounts;
  states?: Record<string, number>;
  counters?: Counters;
  percent?: number;
  due_soon: Action[];
  overdue: Action[];
  unreported: Action[];
  recent: (Report & { action_id?: Id; action_title?: string; light?: Light })[];
  scope?: {
    counts: DeskCounts;
    cut: boolean;
    overdue: Action[];
    unreported: Action[];
    to_review: { id: Id; filename: string; created_at?: string }[];
    units: (DeskCounts & { unit: { id: Id | null; name: string } })[];
  } | null;
}
export interface DeskCounts {
  actions: number;
  overdue: number;
  due_soon: number;
  unreported: number;
}
export interface SearchHit {
  kind: string;
  id: Id;
  of_id?: Id; /* a resolution's session */
  outline_title?: string;
  title: string;
  snippet?: string;
}
export interface LiveEvent {
  kind: string;
  id: Id;
}
