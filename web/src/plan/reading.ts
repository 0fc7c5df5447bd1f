/*
 * reading.ts - what is selected while a person reads a document beside its tree: a node, a unit, a stretch of text; and the marks that follow
 * from it. The server speaks in bytes of the whole file; the screen in UTF-16 indices of this document's text.
 */
import { computed, ref, shallowRef, type Ref } from 'vue';
import type { DocumentUnit, OutlineNode, Part } from '@/api/types';
import { byteMap } from '@/base/bytes';
import { sentenceAt, type Mark } from '@/base/segments';
import { nodeAt } from './tree';

export interface ReadDocument {
  source: string;
  source_start: number;
  nodes: OutlineNode[];
  units: DocumentUnit[];
}
export interface Range {
  start: number;
  end: number;
}

export function useReading(document: Ref<ReadDocument | null>) {
  const selectedKey = ref<string | null>(null);
  const selectedUnit = ref<string | null>(null);
  const picked = shallowRef<Range | null>(null); /* indices */
  const pointed = ref<number | null>(null);
  const focus = shallowRef<Range | null>(null);

  const text = computed(() => document.value?.source ?? '');
  const map = computed(() => byteMap(text.value));
  const base = computed(() => document.value?.source_start ?? 0);
  const toIndex = (byte: number): number => map.value.indexOf(byte - base.value);
  const toByte = (index: number): number => map.value.byteOf(index) + base.value;
  const slice = (start: number, end: number): string => text.value.slice(toIndex(start), toIndex(end));
  const node = computed<OutlineNode | null>(() => document.value?.nodes.find((n) => n.key === selectedKey.value) ?? null);
  const unit = computed<DocumentUnit | null>(() => document.value?.units.find((u) => u.name === selectedUnit.value) ?? null);

  function mark(start: number | undefined, end: number | undefined, kind: string): Mark[] {
    return start === undefined || end === undefined ? [] : [{ start: toIndex(start), end: toIndex(end), kind }];
  }
  const marks = computed<Mark[]>(() => {
    const out: Mark[] = [];
    const n = node.value;
    if (n) {
      out.push(...mark(n.start, n.end, 'node'));
      for (const u of n.lead_units ?? []) out.push(...mark(u.start, u.end, 'lead'));
      for (const u of n.supporting_units ?? []) out.push(...mark(u.start, u.end, 'supporting'));
      for (const d of n.dates ?? []) out.push(...mark(d.start, d.end, 'date'));
      for (const q of n.quantities ?? []) out.push(...mark(q.start, q.end, 'quantity'));
      for (const c of n.checks ?? []) out.push(...mark(c.start, c.end, 'check'));
    }
    for (const m of unit.value?.mentions ?? []) out.push(...mark(m.start, m.end, m.part === 'lead' ? 'lead' : 'unit'));
    if (picked.value) out.push({ ...picked.value, kind: 'pick' });
    return out;
  });

  function selectNode(key: string | null, follow = true): void {
    selectedKey.value = key;
    selectedUnit.value = null;
    picked.value = null;
    if (follow && node.value) focus.value = { start: toIndex(node.value.start), end: toIndex(node.value.end) };
  }
  function selectUnit(name: string | null): void {
    selectedUnit.value = selectedUnit.value === name ? null : name;
    selectedKey.value = null;
    picked.value = null;
    const first = unit.value?.mentions[0];
    if (first) showSpan(first.start, first.end);
  }
  function showSpan(start: number, end: number): void {
    focus.value = { start: toIndex(start), end: toIndex(end) };
  }
  function point(index: number): void {
    pointed.value = index;
    const found = nodeAt(document.value?.nodes ?? [], toByte(index));
    if (found) selectNode(found.key, false);
  }
  function pick(range: Range | null): void {
    picked.value = range;
  }
  function pickSentence(index: number): void {
    picked.value = sentenceAt(text.value, index);
  }
  /* excerpt - the first words of a node without a heading, without its number, which is shown beside it, and without HTML tags. */
  const excerpt = (n: OutlineNode): string => {
    let words = slice(n.start, Math.min(n.end, n.start + 180)).replace(/<\/?[a-z][^<>]{0,80}>/gi, '').replace(/\s+/g, ' ').trim();
    if (n.number && words.startsWith(n.number)) words = words.slice(n.number.length).replace(/^[\s、.．。)）:：]+/, '');
    return words.slice(0, 48) || '…';
  };
  const pickedBytes = computed<Range | null>(() => (picked.value ? { start: toByte(picked.value.start), end: toByte(picked.value.end) } : null));
  const pickedText = computed(() => (picked.value ? text.value.slice(picked.value.start, picked.value.end) : ''));
  function reset(): void {
    selectedKey.value = null;
    selectedUnit.value = null;
    picked.value = null;
    pointed.value = null;
  }
  return { text, node, unit, marks, focus, selectedKey, selectedUnit, picked, pickedBytes, pickedText, pointed, toIndex, toByte, slice, selectNode, selectUnit, showSpan, point, pick, pickSentence, excerpt, reset };
}
export type Reading = ReturnType<typeof useReading>;

/* unitsOf - the units of nodes gathered by name, for documents that come without their own list. */
export function unitsOf(nodes: readonly OutlineNode[]): DocumentUnit[] {
  const by = new Map<string, DocumentUnit>();
  const add = (n: OutlineNode, part: Part): void => {
    for (const u of (part === 'lead' ? n.lead_units : n.supporting_units) ?? []) {
      let unit = by.get(u.name);
      if (!unit) by.set(u.name, (unit = { name: u.name, mentions: [], unit_id: u.unit_id ?? null, state: u.unit_id ? 'known' : 'proposed' }));
      if (u.start !== undefined && u.end !== undefined) unit.mentions.push({ start: u.start, end: u.end, part, node_key: n.key });
    }
  };
  for (const n of nodes) {
    add(n, 'lead');
    add(n, 'supporting');
  }
  return [...by.values()].sort((a, b) => b.mentions.length - a.mentions.length);
}
