/* networks.ts - networks and requests: forms and verbs as data, and what may follow what. */
import type { Id } from '@/api/types';
import { type Field, type Matter, type Row, type Topic, type Verb } from '../matter';

export const networkForms = ['network', 'alliance', 'association', 'overseas', 'diplomatic', 'mission', 'agencies'];
const visible = ['members', 'all', 'public'];
export const memberKinds: Record<string, string[]> = {
  overseas: ['overseas_office', 'unit'],
  mission: ['our_mission', 'foreign_mission'],
  diplomatic: ['channel', 'unit'],
  agencies: ['unit'],
};
const allKinds = ['unit', 'university', 'association', 'firm', 'tourism', 'other'];
export interface Option {
  value: string;
  label: string;
}

export const networks: Topic = {
  path: 'networks', family: 'network', title: 'nav.networks', lede: 'network.lede', make: 'network.make', empty: 'network.empty', forms: networkForms, states: ['active', 'ended'],
  fields: [
    { name: 'form', label: 'matter.form', kind: 'word', required: true, words: networkForms, family: 'networkForm' },
    { name: 'title', label: 'matter.title', kind: 'text', required: true },
    { name: 'text', label: 'network.charter', kind: 'long' },
    { name: 'document_number', label: 'matter.document', kind: 'text' },
    { name: 'from_on', label: 'matter.from', kind: 'day' },
    { name: 'visible', label: 'network.visible', kind: 'word', required: true, words: visible, family: 'networkVisible' },
    { name: 'functions', label: 'network.functions', kind: 'lines', split: ['code', 'title'], hint: 'network.functionsHint' },
  ],
};

export const entryNext: Record<string, Record<string, string[]>> = {
  programme: { planned: ['confirmed', 'cancelled'], confirmed: ['under_way', 'cancelled'], under_way: ['done', 'cancelled'] },
  product: { planned: ['confirmed', 'cancelled'], confirmed: ['under_way', 'cancelled'], under_way: ['done', 'cancelled'] },
  event: { planned: ['confirmed', 'cancelled'], confirmed: ['under_way', 'cancelled'], under_way: ['done', 'cancelled'] },
  visit: { planned: ['confirmed', 'cancelled'], confirmed: ['done', 'cancelled'] },
  pledge: { made: ['kept', 'broken'], kept: ['broken'] },
};

const end: Field[] = [
  { name: 'to_on', label: 'matter.endOn', kind: 'day' },
  { name: 'reason', label: 'matter.reason', kind: 'text', required: true },
];
const recordNotes = ['inspection', 'service', 'risk', 'penalty'];
export const purposes = ['inspection', 'service', 'case', 'risk', 'filing'];

/* networkVerbs - what may be done with a network; members and functions are those of the one that was read. */
export function networkVerbs(form: string, members: Option[], functions: Option[]): Verb[] {
  const member: Field = { name: 'member_id', label: 'network.member', kind: 'option', options: members };
  const kinds = memberKinds[form] ?? allKinds;
  return [
    { word: 'member', label: 'network.addMember', path: 'members', fields: [{ name: 'unit_id', label: 'matter.unitOf', kind: 'unit', hint: 'network.unitHint' }, { name: 'name', label: 'network.outside', kind: 'text' }, { name: 'kind', label: 'network.kind', kind: 'word', required: true, words: kinds, family: 'networkMember' }, { name: 'country', label: 'network.country', kind: 'text' }, { name: 'post', label: 'group.post', kind: 'text' }, { name: 'contact', label: 'group.contact', kind: 'text' }, { name: 'from_on', label: 'matter.from', kind: 'day' }] },
    { word: 'function', label: 'network.addFunction', path: 'functions', fields: [{ name: 'code', label: 'power.code', kind: 'text', required: true }, { name: 'title', label: 'matter.title', kind: 'text', required: true }] },
    ...(functions.length ? [{ word: 'charge', label: 'network.charge', path: 'charges', fields: [{ ...member, required: true }, { name: 'function', label: 'network.function', kind: 'option', options: functions, required: true }, { name: 'post', label: 'group.post', kind: 'text', required: true }, { name: 'contact', label: 'group.contact', kind: 'text' }, { name: 'home_unit_id', label: 'network.home', kind: 'unit' }] } as Verb] : []),
    { word: 'entry', label: 'network.addEntry', path: 'entries', fields: [{ name: 'kind', label: 'network.kind', kind: 'word', required: true, words: ['programme', 'product', 'event', 'visit', 'pledge'], family: 'networkEntry' }, { name: 'title', label: 'matter.title', kind: 'text', required: true }, { name: 'text', label: 'matter.text', kind: 'long' }, member, { name: 'country', label: 'network.country', kind: 'text', hint: 'network.visitHint' }, { name: 'place', label: 'network.place', kind: 'text' }, { name: 'from_on', label: 'network.fromDay', kind: 'day' }, { name: 'until_on', label: 'network.untilDay', kind: 'day' }, { name: 'quantity_unit', label: 'network.quantity', kind: 'text' }, { name: 'planned', label: 'network.planned', kind: 'number' }, { name: 'public', label: 'network.isPublic', kind: 'check' }] },
    { word: 'visibility', label: 'network.visible', path: 'visibility', match: true, fields: [{ name: 'visible', label: 'network.visible', kind: 'word', required: true, words: visible, family: 'networkVisible' }] },
    { word: 'end', label: 'network.end', path: 'end', match: true, fields: end },
    { word: 'member_end', label: 'network.leave', path: 'members/{item}/end', fields: end },
    { word: 'charge_end', label: 'group.chargeEnd', path: 'charges/{item}/end', fields: end },
    { word: 'figure', label: 'network.addFigure', path: 'entries/{item}/figures', fields: [{ name: 'value', label: 'network.value', kind: 'number', required: true }, { name: 'made_on', label: 'network.madeOn', kind: 'day' }, member, { name: 'place', label: 'network.where', kind: 'text' }, { name: 'note', label: 'network.basis', kind: 'text' }] },
    { word: 'filing', label: 'network.addFiling', path: 'records/{item}/filings', fields: [{ name: 'client', label: 'network.client', kind: 'text', required: true }, { name: 'country', label: 'network.country', kind: 'text' }, { name: 'right_number', label: 'network.rightNumber', kind: 'text', required: true }, { name: 'goods', label: 'network.goods', kind: 'text', required: true }, { name: 'from_on', label: 'network.fromDay', kind: 'day' }, { name: 'until_on', label: 'network.untilDay', kind: 'day' }] },
    { word: 'record_note', label: 'network.addNote', path: 'records/{item}/notes', fields: [{ name: 'kind', label: 'network.kind', kind: 'word', required: true, words: recordNotes, family: 'networkNote' }, { name: 'text', label: 'matter.text', kind: 'long', required: true }, { name: 'noted_on', label: 'network.madeOn', kind: 'day' }] },
  ];
}
export const stepOf = (row: Row): Verb => ({
  word: 'entry_step', label: 'network.step', path: 'entries/{item}/steps',
  fields: [{ name: 'to', label: 'common.state', kind: 'word', required: true, words: entryNext[String(row['kind'])]?.[String(row['state'])] ?? [], family: 'networkState' }, { name: 'reason', label: 'matter.reason', kind: 'text', hint: 'network.reasonHint' }],
});
export const recordVerb = (agencies: string[]): Verb => ({
  word: 'record', label: 'network.addRecord', path: 'records', fixed: { agencies },
  fields: [{ name: 'firm', label: 'network.firm', kind: 'text', required: true }, { name: 'code', label: 'network.creditCode', kind: 'text', required: true }, { name: 'kind', label: 'network.kind', kind: 'word', required: true, words: ['oem', 'export'], family: 'networkRecord' }, { name: 'address', label: 'network.address', kind: 'text' }, { name: 'text', label: 'matter.text', kind: 'long' }],
});

/* ---- requests ---- */

export const requestForms = ['cooperation', 'assistance', 'mission', 'lead', 'opportunity', 'defence'];
export const requestStates = ['asked', 'under_way', 'submitted', 'done', 'declined', 'withdrawn'];
export const directions = ['inside', 'out', 'in'];
export interface Asked extends Matter {
  direction: string;
  to_unit: { id: Id; name: string };
  outside: string;
  country: string;
  channel: string;
  reply_due_on: string;
  late: boolean;
}
export const requests: Topic = {
  path: 'cooperation-requests', family: 'request', title: 'nav.requests', lede: 'request.lede', make: 'request.make', empty: 'request.empty', forms: requestForms, states: requestStates,
  fields: [
    { name: 'form', label: 'matter.form', kind: 'word', required: true, words: requestForms, family: 'requestForm' },
    { name: 'direction', label: 'request.direction', kind: 'word', required: true, words: directions, family: 'requestDirection' },
    { name: 'title', label: 'request.subject', kind: 'text', required: true },
    { name: 'text', label: 'matter.text', kind: 'long' },
    { name: 'to_unit_id', label: 'request.to', kind: 'unit', hint: 'request.toHint' },
    { name: 'outside', label: 'network.outside', kind: 'text' },
    { name: 'country', label: 'network.country', kind: 'text' },
    { name: 'channel', label: 'request.channel', kind: 'text' },
    { name: 'due_on', label: 'request.due', kind: 'day', required: true },
    { name: 'document_number', label: 'matter.document', kind: 'text' },
  ],
};
/* fromNetwork - the form of a request that comes of a network: its members, entries and functions to choose from. */
export function fromNetwork(form: string, members: Option[], entries: Option[], functions: Option[]): Field[] {
  const defence = form === 'defence';
  return [
    { name: 'form', label: 'matter.form', kind: 'word', required: true, words: [form], family: 'requestForm' },
    ...(form === 'mission' ? [{ name: 'direction', label: 'request.direction', kind: 'word', required: true, words: ['out', 'in'], family: 'requestDirection' } as Field] : []),
    { name: 'title', label: 'request.subject', kind: 'text', required: true },
    { name: 'text', label: 'matter.text', kind: 'long' },
    ...(defence || !members.length ? [] : [{ name: 'member_id', label: 'network.member', kind: 'option', options: members } as Field]),
    ...(form === 'opportunity' ? [{ name: 'entry_id', label: 'network.visit', kind: 'option', options: entries, required: true } as Field] : []),
    ...(functions.length ? [{ name: 'function', label: 'network.function', kind: 'option', options: functions } as Field] : []),
    { name: 'outside', label: 'network.outside', kind: 'text' },
    { name: 'to_unit_id', label: 'request.to', kind: 'unit', hint: 'request.homeHint' },
    { name: 'due_on', label: 'request.due', kind: 'day', required: true },
  ];
}
/* requestOf - which kind of request comes of a network of this kind. */
export const requestOf: Record<string, string> = { overseas: 'lead', diplomatic: 'opportunity', mission: 'mission', association: 'defence' };

export const requestEdit: Verb = {
  word: 'edit', label: 'common.edit', path: '', patch: true, match: true,
  fields: [{ name: 'title', label: 'matter.title', kind: 'text', required: true }, { name: 'text', label: 'matter.text', kind: 'long' }, { name: 'document_number', label: 'matter.document', kind: 'text' }],
};
const words: Record<string, Field[]> = {
  accept: [{ name: 'text', label: 'request.answer', kind: 'long' }, { name: 'document_number', label: 'matter.document', kind: 'text' }],
  decline: [{ name: 'reason', label: 'matter.reason', kind: 'long', required: true }, { name: 'document_number', label: 'matter.document', kind: 'text' }],
  submit: [{ name: 'text', label: 'request.result', kind: 'long', required: true }],
  close: [],
  return: [{ name: 'reason', label: 'matter.reason', kind: 'text', required: true }],
  extend: [{ name: 'due_on', label: 'request.due', kind: 'day', required: true }, { name: 'reason', label: 'matter.reason', kind: 'text', required: true }],
  withdraw: [{ name: 'reason', label: 'matter.reason', kind: 'text', required: true }],
};
const labels = { accept: 'request.accept', decline: 'request.decline', submit: 'request.submit', close: 'request.close', return: 'request.return', extend: 'request.extend', withdraw: 'request.withdraw' } as const;
/* stepVerb - one step of the duty that carries the request; undefined for those that stand on the duty's own page. */
export function stepVerb(verb: string): Verb | undefined {
  if (!(verb in labels)) return undefined;
  return { word: `request_step:${verb}`, label: labels[verb as keyof typeof labels], path: 'steps', match: true, fixed: { verb }, fields: words[verb] ?? [] };
}
export const handOver: Verb = { word: 'hand_over', label: 'request.handOver', path: 'hand-over', match: true, fields: [{ name: 'to_unit_id', label: 'request.to', kind: 'unit', required: true }, { name: 'due_on', label: 'request.due', kind: 'day', required: true }, { name: 'reason', label: 'matter.reason', kind: 'text', required: true }] };
export const agendaVerb = (sessions: Option[]): Verb => ({ word: 'agenda', label: 'request.toAgenda', path: 'agenda', fields: [{ name: 'session_id', label: 'request.session', kind: 'option', options: sessions, required: true }, { name: 'minutes', label: 'request.minutes', kind: 'number' }] });
export const stateLight: Record<string, string> = { asked: 'amber', under_way: 'brand', submitted: 'brand', done: 'green', declined: 'red', withdrawn: '' };
