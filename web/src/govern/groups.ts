/* groups.ts - leading groups, committees and their like: forms and verbs as data. */
import type { Field, Topic, Verb } from './matter';

const unit: Field = { name: 'unit_id', label: 'matter.unitOf', kind: 'unit', required: true };
const places = ['member', 'head', 'deputy', 'office'];
const end: Field[] = [
  { name: 'to_on', label: 'matter.endOn', kind: 'day' },
  { name: 'reason', label: 'matter.reason', kind: 'text', required: true },
];

export const forms = ['leading_group', 'committee', 'coordination_group', 'working_office', 'alliance', 'council', 'linkage', 'register'];
export const groups: Topic = {
  path: 'groups', family: 'group', title: 'nav.groups', lede: 'group.lede', make: 'group.make', empty: 'group.empty', forms, states: ['active', 'ended'],
  fields: [
    { name: 'form', label: 'matter.form', kind: 'word', required: true, words: forms, family: 'groupForm' },
    { name: 'title', label: 'matter.title', kind: 'text', required: true },
    { name: 'document_number', label: 'matter.document', kind: 'text' },
    { name: 'from_on', label: 'matter.from', kind: 'day' },
    { name: 'parent_id', label: 'matter.parent', kind: 'matter', from: 'groups' },
    { name: 'place_code', label: 'power.placeCode', kind: 'place' },
    { name: 'mandate', label: 'group.mandate', kind: 'long' },
  ],
};
export const groupVerbs: Verb[] = [
  { word: 'seat', label: 'group.seat', path: 'members', fields: [unit, { name: 'place', label: 'group.place', kind: 'word', required: true, words: places, family: 'groupPlace' }, { name: 'post', label: 'group.post', kind: 'text' }, { name: 'contact', label: 'group.contact', kind: 'text' }, { name: 'resources', label: 'group.resources', kind: 'text' }, { name: 'from_on', label: 'matter.from', kind: 'day' }] },
  { word: 'charge', label: 'group.charge', path: 'charges', fields: [unit, { name: 'topic', label: 'group.topic', kind: 'text', required: true }, { name: 'part', label: 'group.part', kind: 'word', required: true, words: ['lead', 'supporting'], family: 'groupPart' }, { name: 'text', label: 'matter.text', kind: 'long' }, { name: 'from_on', label: 'matter.from', kind: 'day' }] },
  { word: 'text', label: 'group.text', path: 'texts', fields: [{ name: 'what', label: 'group.what', kind: 'word', required: true, words: ['decision', 'mandate'], family: 'groupText' }, { name: 'title', label: 'matter.title', kind: 'text' }, { name: 'text', label: 'matter.text', kind: 'long', required: true }, { name: 'document_number', label: 'matter.document', kind: 'text' }, { name: 'from_on', label: 'matter.from', kind: 'day' }] },
  { word: 'task', label: 'group.task', path: 'tasks', fields: [{ name: 'title', label: 'matter.task', kind: 'text', required: true }, { name: 'holder_id', label: 'matter.holder', kind: 'unit', hint: 'group.holderHint' }, { name: 'from_id', label: 'group.fromUnit', kind: 'unit', hint: 'group.fromHint' }, { name: 'due_on', label: 'matter.due', kind: 'day' }] },
  { word: 'end', label: 'group.end', path: 'end', match: true, fields: end },
  { word: 'seat_end', label: 'group.seatEnd', path: 'members/{item}/end', fields: end },
  { word: 'charge_end', label: 'group.chargeEnd', path: 'charges/{item}/end', fields: end },
];
