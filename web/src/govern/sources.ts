/* sources.ts - instructions, matters handed down, proposals: forms and verbs as data. */
import type { Id } from '@/api/types';
import type { Named, Field, Topic, Verb } from './matter';

export interface Both {
  zh: string;
  en: string;
}
export interface SourceLine {
  id: Id;
  number: string;
  form: string;
  form_name: Both;
  title: string;
  unit: Named;
  from_whom: string;
  document_number: string;
  from_on: string;
  due_on: string | null;
  first_due_on: string;
  state: string;
  late: boolean;
  internal: boolean;
  lead: Named | null;
  tasks_total: number;
  tasks_open: number;
}
export interface SourceKind {
  word: string;
  zh: string;
  en: string;
  basis_zh: string;
  basis_en: string;
}
export const states = ['registered', 'in_hand', 'replied', 'closed'];
const file: Field = { name: 'file_id', label: 'source.file', kind: 'file' };
const forms = ['instruction', 'assignment', 'congress_proposal', 'cppcc_proposal'];
export const sources: Topic = {
  path: 'sources', family: 'source', title: 'nav.sources', lede: 'source.lede', make: 'source.make', empty: 'source.empty', forms, states,
  fields: [
    { name: 'form', label: 'matter.form', kind: 'word', required: true, words: forms, family: 'sourceForm' },
    { name: 'title', label: 'matter.title', kind: 'text', required: true },
    { name: 'from_whom', label: 'source.fromWhom', kind: 'text', required: true, hint: 'source.fromHint' },
    { name: 'document_number', label: 'matter.document', kind: 'text' },
    { name: 'from_on', label: 'source.received', kind: 'day' },
    { name: 'due_on', label: 'matter.due', kind: 'day', hint: 'source.dueHint' },
    { name: 'text', label: 'source.text', kind: 'long', hint: 'source.textHint' },
    file,
    { name: 'internal', label: 'source.internal', kind: 'check' },
  ],
};
export const sourceVerbs: Verb[] = [
  { word: 'division', label: 'source.divide', path: 'division', fields: [{ name: 'lead_id', label: 'source.lead', kind: 'unit', hint: 'source.leadHint' }, { name: 'supporting', label: 'source.supporting', kind: 'units' }, { name: 'title', label: 'source.taskTitle', kind: 'text' }, { name: 'due_on', label: 'matter.due', kind: 'day', hint: 'source.taskDueHint' }] },
  { word: 'reply', label: 'source.reply', path: 'replies', fields: [{ name: 'stage', label: 'source.stage', kind: 'word', required: true, words: ['final', 'interim'], family: 'sourceStage' }, { name: 'result', label: 'source.result', kind: 'word', required: true, words: ['done', 'planned', 'later', 'noted'], family: 'sourceResult' }, { name: 'document_number', label: 'source.letterNumber', kind: 'text' }, { name: 'text', label: 'source.letterText', kind: 'long' }, { name: 'replied_on', label: 'source.repliedOn', kind: 'day' }, file] },
  { word: 'extend', label: 'source.extend', path: 'extension', match: true, fields: [{ name: 'due_on', label: 'matter.due', kind: 'day', required: true }, { name: 'reason', label: 'matter.reason', kind: 'text', required: true }] },
  { word: 'close', label: 'source.close', path: 'close', match: true, fields: [{ name: 'reason', label: 'matter.reason', kind: 'text', required: true }] },
  { word: 'opinion', label: 'source.opinion', path: 'replies/{item}/opinion', fields: [{ name: 'opinion', label: 'source.opinion', kind: 'word', required: true, words: ['satisfied', 'fairly', 'dissatisfied'], family: 'sourceOpinion' }, { name: 'text', label: 'source.opinionText', kind: 'long' }, { name: 'said_on', label: 'source.saidOn', kind: 'day' }] },
];
