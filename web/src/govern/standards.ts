/* standards.ts - common standards: forms and verbs as data. */
import type { Topic, Verb } from './matter';

export const standards: Topic = {
  path: 'standards', family: 'standard', title: 'nav.standards', lede: 'standard.lede', make: 'standard.make', empty: 'standard.empty',
  forms: ['limits', 'rules', 'terms', 'planning'], states: ['draft', 'consulting', 'consulted', 'adopted'],
  fields: [
    { name: 'form', label: 'matter.form', kind: 'word', required: true, words: ['limits', 'rules', 'terms', 'planning'], family: 'standardForm' },
    { name: 'code', label: 'power.code', kind: 'text' },
    { name: 'title', label: 'matter.title', kind: 'text', required: true },
    { name: 'text', label: 'matter.text', kind: 'long' },
    { name: 'members', label: 'standard.members', kind: 'units', required: true },
  ],
};
const member: Verb['fields'][number] = { name: 'unit_id', label: 'standard.speaks', kind: 'unit', hint: 'standard.speaksHint' };
export const standardVerbs: Verb[] = [
  { word: 'clause', label: 'standard.clause', path: 'clauses', fields: [{ name: 'code', label: 'power.code', kind: 'text', required: true }, { name: 'title', label: 'standard.quantity', kind: 'text', required: true }, { name: 'comparator', label: 'standard.direction', kind: 'word', required: true, words: ['le', 'ge', 'same', 'term'], family: 'standardDirection' }, { name: 'unit', label: 'power.measureUnit', kind: 'text' }, { name: 'mode', label: 'standard.mode', kind: 'word', required: true, words: ['strictest', 'agreed'], family: 'standardMode' }, { name: 'value', label: 'standard.agreed', kind: 'text', hint: 'standard.agreedHint' }, { name: 'text', label: 'standard.words', kind: 'text' }] },
  { word: 'value', label: 'standard.own', path: 'values', fields: [{ name: 'code', label: 'power.code', kind: 'text', required: true }, member, { name: 'value', label: 'standard.value', kind: 'text' }, { name: 'text', label: 'standard.words', kind: 'text' }, { name: 'document_number', label: 'matter.document', kind: 'text' }, { name: 'from_on', label: 'matter.from', kind: 'day' }] },
  { word: 'consult', label: 'standard.consult', path: 'consult', match: true, fields: [{ name: 'reply_due_on', label: 'standard.replyDue', kind: 'day', required: true }] },
  { word: 'opinion', label: 'standard.opinion', path: 'opinions', fields: [member, { name: 'stance', label: 'standard.stance', kind: 'word', required: true, words: ['agree', 'change', 'object'], family: 'standardStance' }, { name: 'text', label: 'matter.text', kind: 'long' }] },
  { word: 'decide', label: 'standard.decide', path: 'opinions/{item}/decision', fields: [{ name: 'decision', label: 'standard.decision', kind: 'word', required: true, words: ['taken', 'declined'], family: 'standardDecision' }, { name: 'reason', label: 'matter.reason', kind: 'text' }] },
  { word: 'fix', label: 'standard.fix', path: 'fix', match: true, fields: [] },
  { word: 'adopt', label: 'standard.adopt', path: 'adoptions', fields: [member, { name: 'document_number', label: 'matter.document', kind: 'text', required: true }, { name: 'adopted_on', label: 'standard.adoptedOn', kind: 'day' }] },
  { word: 'version', label: 'standard.version', path: 'versions', match: true, fields: [] },
];
/* What each state lets one do: a button that would be refused is not shown. */
export const standardNow: Record<string, string[]> = {
  draft: ['clause', 'value', 'consult'],
  consulting: ['value', 'opinion', 'decide', 'fix'],
  consulted: ['value', 'adopt'],
  adopted: ['value', 'version'],
};
