/*
 * nav.ts - what stands in the side navigation. A page of the desk adds one line to the list of its group (and its route in router.ts); an entry
 * whose right nobody gave the reader is not shown, nor a group without entries. `under` says which entry is marked on a page that has none itself.
 */
import type { Key } from '@/base/i18n';

export interface NavEntry {
  name: string; /* of the route */
  key: Key;
  right?: string;
}
export interface NavGroup {
  key?: Key; /* the first group has no heading */
  entries: NavEntry[];
}

const own: NavEntry[] = [
  { name: 'desk', key: 'nav.desk' },
];

const outlines: NavEntry[] = [
  { name: 'outlines', key: 'nav.outlines' },
  { name: 'import', key: 'nav.import', right: 'import' },
];

const work: NavEntry[] = [
  { name: 'actions', key: 'nav.actions' },
  { name: 'board', key: 'nav.board' },
  { name: 'progress', key: 'nav.progress' },
  { name: 'programmes', key: 'nav.programmes' },
  { name: 'slippage', key: 'nav.slippage' },
  { name: 'timeline', key: 'nav.timeline' },
];

/* 协同: duties, consultations, meetings, groups, notices of supervision */
const govern: NavEntry[] = [
  { name: 'meetings', key: 'nav.meetings' },
  { name: 'consultations', key: 'nav.consultations' },
  { name: 'groups', key: 'nav.groups' },
  { name: 'powers', key: 'nav.powers' },
  { name: 'standards', key: 'nav.standards' },
  { name: 'duties', key: 'nav.duties' },
  { name: 'sources', key: 'nav.sources' },
  { name: 'slips', key: 'nav.slips' },
  { name: 'documents', key: 'nav.documents' },
  { name: 'cleanups', key: 'nav.cleanups' },
  { name: 'pilots', key: 'nav.pilots' },
  { name: 'networks', key: 'nav.networks' },
  { name: 'requests', key: 'nav.requests' },
  { name: 'recurrences', key: 'nav.recurrences', right: 'assign' },
];

/* 案件: what was reported */
const cases: NavEntry[] = [
  { name: 'cases', key: 'nav.cases' },
  { name: 'key-in', key: 'nav.keyIn', right: 'assign' },
  { name: 'case-stats', key: 'nav.caseStats' },
];

/* 发布: bulletins, news, publication */
const publish: NavEntry[] = [
  { name: 'bulletins', key: 'nav.bulletins' },
  { name: 'assessments', key: 'nav.assessments' },
  { name: 'burden', key: 'nav.burden' },
];

const organisation: NavEntry[] = [
  { name: 'units', key: 'nav.units' },
  { name: 'people', key: 'nav.people', right: 'manage_people' },
  { name: 'regions', key: 'nav.regions' },
  { name: 'cooperations', key: 'nav.cooperations' },
  { name: 'machines', key: 'nav.machines' },
  { name: 'packs', key: 'nav.packs', right: 'manage_people' },
];

export const nav: NavGroup[] = [
  { entries: own },
  { key: 'nav.group.outlines', entries: outlines },
  { key: 'nav.group.work', entries: work },
  { key: 'nav.group.govern', entries: govern },
  { key: 'nav.group.cases', entries: cases },
  { key: 'nav.group.publish', entries: publish },
  { key: 'nav.group.org', entries: organisation },
];

export const under: Record<string, string> = {
  case: 'cases',
  meeting: 'meetings',
  'meeting-body': 'meetings',
  consultation: 'consultations',
  signatures: 'outlines',
  draft: 'import',
  outline: 'outlines',
  action: 'actions',
  report: 'actions',
  'task-report': 'actions',
  unit: 'units',
  group: 'groups',
  power: 'powers',
  standard: 'standards',
  duty: 'duties',
  'duty-report': 'duties',
  slip: 'slips',
  source: 'sources',
  document: 'documents',
  'document-calls': 'documents',
  'document-call': 'documents',
  cleanup: 'cleanups',
  pilot: 'pilots',
  network: 'networks',
  request: 'requests',
  bulletin: 'bulletins',
  assessment: 'assessments',
};
