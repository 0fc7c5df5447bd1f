/*
 * matter.ts - what all pages of this folder share: the object of the server, and forms as data. A verb is a button, a form and a path; a page says
 * which verbs it has and never writes a form of its own.
 */
import type { Id, Versioned } from '@/api/types';
import type { Key } from '@/base/i18n';

export type Row = Record<string, unknown>;
export interface Named {
  id: Id;
  name: string;
}
export interface Matter extends Versioned {
  id: Id;
  number: string;
  kind: string;
  form: string;
  code: string;
  title: string;
  text: string;
  unit: Named;
  parent_id: Id | null;
  place: { code: string; name: string; level?: string } | null;
  document_number: string;
  from_on: string;
  to_on: string | null;
  due_on: string | null;
  source_id: Id | null;
  source_words: string;
  state: string;
  may?: string[];
  tasks?: Row[];
  progress?: number | null;
  [more: string]: unknown;
}

export type FieldKind = 'text' | 'long' | 'day' | 'number' | 'word' | 'unit' | 'place' | 'check' | 'lines' | 'matter' | 'units' | 'file' | 'option';
export interface Field {
  name: string;
  label: Key;
  kind: FieldKind;
  required?: boolean;
  words?: string[]; /* of a word */
  family?: string; /* whose texts name them */
  hint?: Key;
  value?: string; /* what the form begins with */
  from?: string; /* of a matter: path of the topic */
  options?: { value: string; label: string }[]; /* of an option: what the page has read */
  split?: string[]; /* of lines: the members that each line's parts, parted by | or tab, are */
}
export interface Verb {
  word: string; /* as in `may` and the journal */
  label: Key;
  path: string; /* behind the matter's; {item} is the row's id */
  fields: Field[];
  patch?: boolean;
  match?: boolean; /* says which version was read */
  fixed?: Row; /* members that the page knows, beside those of the form */
}
export interface Topic {
  path: string; /* "groups": of the API and of the screens */
  family: string; /* texts of its forms and states: "groupForm", "groupState" */
  title: Key;
  lede: Key;
  make: Key;
  empty: Key;
  forms: string[];
  states: string[];
  fields: Field[]; /* of a new one */
}

export const rowsOf = (m: Matter | null | undefined, key: string): Row[] => (Array.isArray(m?.[key]) ? (m[key] as Row[]) : []);
export const text = (v: unknown): string => (v === null || v === undefined ? '' : String(v));

/* body - the filled fields as the server takes them; empty ones stay out. */
export function body(fields: Field[], values: Record<string, string>): Row {
  const out: Row = {};
  for (const f of fields) {
    const value = (values[f.name] ?? '').trim();
    if (f.kind === 'check') {
      if (value) out[f.name] = true;
    } else if (f.kind === 'lines') {
      const lines = value.split('\n').map((l) => l.trim()).filter(Boolean);
      if (lines.length) out[f.name] = f.split ? lines.map((l) => lineOf(l, f.split as string[])) : lines;
    } else if (f.kind === 'units') {
      if (value) out[f.name] = value.split(',');
    } else if (f.kind === 'number') {
      if (value) out[f.name] = Number(value);
    } else if (value) out[f.name] = value;
  }
  return out;
}
function lineOf(line: string, names: string[]): Row {
  const parts = line.split(/[|\t\uFF5C]/).map((p) => p.trim());
  const out: Row = {};
  names.forEach((name, i) => {
    if (parts[i]) out[name] = parts[i];
  });
  return out;
}

export const EDIT: Verb = {
  word: 'edit', label: 'common.edit', path: '', patch: true, match: true,
  fields: [
    { name: 'title', label: 'matter.title', kind: 'text', required: true },
    { name: 'text', label: 'matter.text', kind: 'long' },
    { name: 'document_number', label: 'matter.document', kind: 'text' },
    { name: 'source_words', label: 'matter.source', kind: 'text' },
  ],
};
