/* powers.ts - powers and their delegation: forms and verbs as data. */
import type { Topic, Verb } from './matter';

export const levels = ['province', 'prefecture', 'county', 'street'];
export const powers: Topic = {
  path: 'powers', family: 'power', title: 'nav.powers', lede: 'power.lede', make: 'power.make', empty: 'power.empty', forms: levels, states: ['active'],
  fields: [
    { name: 'code', label: 'power.code', kind: 'text', required: true },
    { name: 'title', label: 'matter.title', kind: 'text', required: true },
    { name: 'form', label: 'power.origin', kind: 'word', required: true, words: levels, family: 'powerForm' },
    { name: 'document_number', label: 'power.basis', kind: 'text', required: true },
    { name: 'from_on', label: 'matter.from', kind: 'day' },
    { name: 'text', label: 'matter.text', kind: 'long' },
  ],
};
export const powerVerbs: Verb[] = [
  {
    word: 'grant', label: 'power.grant', path: 'grants', match: true,
    fields: [
      { name: 'place_code', label: 'power.placeCode', kind: 'place', required: true },
      { name: 'level', label: 'power.level', kind: 'word', required: true, words: levels.slice(1), family: 'powerForm' },
      { name: 'unit_id', label: 'power.unit', kind: 'unit' },
      { name: 'from_on', label: 'matter.from', kind: 'day' },
      { name: 'to_on', label: 'matter.to', kind: 'day' },
      { name: 'document_number', label: 'matter.document', kind: 'text', required: true },
      { name: 'conditions', label: 'power.conditions', kind: 'text' },
      { name: 'trigger_name', label: 'power.trigger', kind: 'text', hint: 'power.triggerHint' },
      { name: 'trigger_comparator', label: 'power.comparator', kind: 'word', words: ['ge', 'le'], family: 'comparator' },
      { name: 'trigger_value', label: 'power.bound', kind: 'text' },
      { name: 'trigger_unit', label: 'power.measureUnit', kind: 'text' },
      { name: 'measured_value', label: 'power.measured', kind: 'text' },
      { name: 'measured_source', label: 'power.source', kind: 'text' },
      { name: 'measured_on', label: 'power.measuredOn', kind: 'day' },
    ],
  },
  { word: 'withdraw', label: 'power.withdraw', path: 'grants/{item}/withdraw', match: true, fields: [{ name: 'to_on', label: 'matter.endOn', kind: 'day' }, { name: 'reason', label: 'matter.reason', kind: 'text', required: true }, { name: 'document_number', label: 'matter.document', kind: 'text' }] },
  { word: 'measure', label: 'power.measure', path: 'grants/{item}/measures', fields: [{ name: 'value', label: 'power.measured', kind: 'text', required: true }, { name: 'source', label: 'power.source', kind: 'text', required: true }, { name: 'measured_on', label: 'power.measuredOn', kind: 'day', required: true }] },
];
