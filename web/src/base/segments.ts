/*
 * segments.ts - cuts a text into blocks (lines) and a block into segments, each with the marks that lie over it. Pure; UTF-16 indices.
 */
export interface Mark {
  start: number;
  end: number;
  kind: string; /* a style name: node, unit, lead, date, … */
  id?: string;
}
export interface Segment {
  start: number;
  end: number;
  marks: Mark[];
}
export interface Block {
  start: number;
  end: number; /* after the line's newline */
}

/* blocks - one for each line, the newline with it; a very long line is cut so that no block is over `limit` units. */
export function blocks(text: string, limit = 4000): Block[] {
  const out: Block[] = [];
  let start = 0;
  while (start < text.length) {
    const newline = text.indexOf('\n', start);
    let end = newline < 0 ? text.length : newline + 1;
    if (end - start > limit) {
      end = start + limit;
      const unit = text.charCodeAt(end);
      if (unit >= 0xdc00 && unit < 0xe000) end += 1;
    }
    out.push({ start, end });
    start = end;
  }
  return out;
}

/* segments - [from, to) cut at every boundary of the marks; marks that do not touch it are ignored; no empty segment. */
export function segments(from: number, to: number, marks: readonly Mark[]): Segment[] {
  const touching = marks.filter((m) => m.start < to && m.end > from && m.end > m.start);
  const cuts = new Set<number>([from, to]);
  for (const mark of touching) {
    if (mark.start > from) cuts.add(mark.start);
    if (mark.end < to) cuts.add(mark.end);
  }
  const edges = [...cuts].sort((a, b) => a - b);
  const out: Segment[] = [];
  for (let i = 0; i + 1 < edges.length; i += 1) {
    const start = edges[i] as number;
    const end = edges[i + 1] as number;
    out.push({ start, end, marks: touching.filter((m) => m.start <= start && m.end >= end) });
  }
  return out;
}

const SENTENCE_END = /[。\uFF01\uFF1F\uFF1B!?;\n]/;

/* sentenceAt - the sentence around an index: from after the last end mark to and with the next one; white space trimmed. */
export function sentenceAt(text: string, index: number): { start: number; end: number } {
  let start = Math.max(0, Math.min(index, text.length));
  while (start > 0 && !SENTENCE_END.test(text.charAt(start - 1))) start -= 1;
  let end = Math.max(start, Math.min(index, text.length));
  while (end < text.length && !SENTENCE_END.test(text.charAt(end))) end += 1;
  if (end < text.length && text.charAt(end) !== '\n') end += 1;
  while (start < end && /\s/.test(text.charAt(start))) start += 1;
  while (end > start && /\s/.test(text.charAt(end - 1))) end -= 1;
  return { start, end };
}
