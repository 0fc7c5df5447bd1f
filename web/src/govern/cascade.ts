/* cascade.ts - documents, calls for documents, clean-ups, pilots: forms and verbs as data. */
import type { Field, Topic, Verb } from './matter';

export const kinds = ['superior_plan', 'implementing_opinions', 'work_scheme', 'town_scheme', 'great_project', 'unit_plan', 'agenda_record'];
const kind: Field = { name: 'form', label: 'matter.form', kind: 'word', required: true, words: kinds, family: 'documentForm' };
export const documents: Topic = {
  path: 'documents', family: 'document', title: 'nav.documents', lede: 'document.lede', make: 'document.make', empty: 'document.empty', forms: kinds, states: ['incomplete', 'complete'],
  fields: [
    kind,
    { name: 'title', label: 'matter.title', kind: 'text', required: true },
    { name: 'document_number', label: 'matter.document', kind: 'text' },
    { name: 'from_on', label: 'document.dated', kind: 'day' },
    { name: 'unit_id', label: 'document.owner', kind: 'unit', hint: 'document.ownerHint' },
    { name: 'call_id', label: 'document.call', kind: 'matter', from: 'document-calls' },
    { name: 'parent_id', label: 'document.follows', kind: 'matter', from: 'documents' },
    { name: 'source_words', label: 'matter.source', kind: 'text' },
  ],
};
export const documentVerbs: Verb[] = [
  { word: 'link', label: 'document.link', path: 'link', match: true, fields: [{ name: 'parent_id', label: 'document.follows', kind: 'matter', from: 'documents' }, { name: 'source_words', label: 'matter.source', kind: 'text' }] },
];
export const calls: Topic = {
  path: 'document-calls', family: 'document', title: 'nav.calls', lede: 'call.lede', make: 'call.make', empty: 'call.empty', forms: kinds, states: ['active'],
  fields: [
    kind,
    { name: 'title', label: 'matter.title', kind: 'text', required: true },
    { name: 'due_on', label: 'matter.due', kind: 'day', required: true },
    { name: 'text', label: 'matter.text', kind: 'long' },
    { name: 'source_words', label: 'matter.source', kind: 'text' },
    { name: 'owed', label: 'call.owed', kind: 'units', required: true },
  ],
};
export const callVerbs: Verb[] = [{ word: 'owed', label: 'call.more', path: 'owed', fields: [{ name: 'owed', label: 'call.owed', kind: 'units', required: true }] }];

export const cleanups: Topic = {
  path: 'cleanups', family: 'cleanup', title: 'nav.cleanups', lede: 'cleanup.lede', make: 'cleanup.make', empty: 'cleanup.empty', forms: ['policies'], states: ['active', 'complete'],
  fields: [
    { name: 'form', label: 'matter.form', kind: 'word', required: true, words: ['policies'], family: 'cleanupForm' },
    { name: 'title', label: 'matter.title', kind: 'text', required: true },
    { name: 'text', label: 'matter.text', kind: 'long' },
  ],
};
export const cleanupVerbs: Verb[] = [
  { word: 'item', label: 'cleanup.item', path: 'items', fields: [{ name: 'title', label: 'cleanup.policy', kind: 'text', required: true }, { name: 'document_number', label: 'matter.document', kind: 'text' }, { name: 'unit_id', label: 'cleanup.issuer', kind: 'unit', required: true }, { name: 'dependent', label: 'cleanup.dependent', kind: 'check' }, { name: 'clause', label: 'cleanup.clause', kind: 'long', hint: 'cleanup.clauseHint' }] },
  { word: 'close', label: 'cleanup.close', path: 'close', match: true, fields: [] },
  { word: 'verdict', label: 'cleanup.judge', path: 'items/{item}/verdict', fields: [{ name: 'verdict', label: 'cleanup.verdict', kind: 'word', required: true, words: ['amend', 'repeal', 'keep'], family: 'cleanupVerdict' }, { name: 'reason', label: 'matter.reason', kind: 'text', required: true }, { name: 'new_text', label: 'cleanup.newText', kind: 'long' }, { name: 'due_on', label: 'matter.due', kind: 'day' }] },
  { word: 'done', label: 'cleanup.done', path: 'items/{item}/done', fields: [{ name: 'document_number', label: 'matter.document', kind: 'text', required: true }, { name: 'done_on', label: 'cleanup.doneOn', kind: 'day' }] },
];

const pilotForms = ['pilot', 'model_town', 'model_village'];
export const pilots: Topic = {
  path: 'pilots', family: 'pilot', title: 'nav.pilots', lede: 'pilot.lede', make: 'pilot.make', empty: 'pilot.empty', forms: pilotForms, states: ['open', 'running', 'promoted'],
  fields: [
    { name: 'form', label: 'matter.form', kind: 'word', required: true, words: pilotForms, family: 'pilotForm' },
    { name: 'title', label: 'matter.title', kind: 'text', required: true },
    { name: 'text', label: 'matter.text', kind: 'long' },
    { name: 'from_on', label: 'matter.from', kind: 'day' },
  ],
};
export const pilotVerbs: Verb[] = [
  { word: 'criterion', label: 'pilot.criterion', path: 'criteria', fields: [{ name: 'code', label: 'power.code', kind: 'text', required: true }, { name: 'title', label: 'pilot.judged', kind: 'text', required: true }, { name: 'weight', label: 'pilot.weight', kind: 'number', required: true }, { name: 'least', label: 'pilot.least', kind: 'number' }] },
  { word: 'candidate', label: 'pilot.apply', path: 'candidates', fields: [{ name: 'name', label: 'pilot.name', kind: 'text', required: true }, { name: 'category', label: 'pilot.category', kind: 'text' }, { name: 'unit_id', label: 'pilot.applicant', kind: 'unit', hint: 'document.ownerHint' }] },
  { word: 'select', label: 'pilot.select', path: 'selection', match: true, fields: [{ name: 'places', label: 'pilot.places', kind: 'number', required: true }, { name: 'least', label: 'pilot.bound', kind: 'number' }] },
  { word: 'step', label: 'pilot.step', path: 'steps', match: true, fields: [{ name: 'rung', label: 'pilot.rung', kind: 'word', required: true, words: ['measure', 'norm', 'institution', 'statute'], family: 'pilotRung' }, { name: 'text', label: 'matter.text', kind: 'long', required: true }, { name: 'evidence', label: 'pilot.evidence', kind: 'long' }, { name: 'document_number', label: 'matter.document', kind: 'text' }, { name: 'from_on', label: 'matter.from', kind: 'day' }] },
  { word: 'score', label: 'pilot.score', path: 'candidates/{item}/scores', fields: [{ name: 'code', label: 'power.code', kind: 'text', required: true }, { name: 'score', label: 'pilot.points', kind: 'number', required: true }, { name: 'note', label: 'matter.reason', kind: 'text' }] },
  { word: 'evaluate', label: 'pilot.evaluate', path: 'candidates/{item}/evaluation', fields: [{ name: 'passed', label: 'pilot.passed', kind: 'check' }, { name: 'result', label: 'pilot.result', kind: 'long', required: true }] },
  { word: 'title', label: 'pilot.title', path: 'candidates/{item}/title', fields: [{ name: 'document_number', label: 'matter.document', kind: 'text', required: true }, { name: 'from_on', label: 'matter.from', kind: 'day' }] },
  { word: 'revoke', label: 'pilot.revoke', path: 'candidates/{item}/revoke', fields: [{ name: 'reason', label: 'matter.reason', kind: 'text', required: true }, { name: 'to_on', label: 'matter.endOn', kind: 'day' }] },
];
/* What may be done with a candidate in each state. */
export const candidateNow: Record<string, string[]> = { applied: ['score'], selected: ['evaluate'], passed: ['title'], titled: ['revoke'] };
