import { describe, expect, it } from 'vitest';
import { blocks, segments, sentenceAt, type Mark } from '@/base/segments';

describe('blocks', () => {
  it.each([['', 0], ['一行', 1], ['一\n二\n', 2], ['\n\n', 2], ['a\nb', 2]])('%j is %i blocks, none lost', (text, n) => {
    const out = blocks(text);
    expect(out).toHaveLength(n);
    expect(out.map((b) => text.slice(b.start, b.end)).join('')).toBe(text);
  });
  it('a line over the limit is cut, but not through a pair', () => {
    const text = '😀'.repeat(10);
    const out = blocks(text, 5);
    expect(out.map((b) => text.slice(b.start, b.end)).join('')).toBe(text);
    for (const b of out) expect(text.slice(b.start, b.end).length % 2).toBe(0);
  });
});

describe('segments', () => {
  const mark = (start: number, end: number, kind = 'node'): Mark => ({ start, end, kind });
  it('no marks: one segment', () => expect(segments(3, 9, [])).toEqual([{ start: 3, end: 9, marks: [] }]));
  it('marks that overlap cut each other', () => {
    const out = segments(0, 10, [mark(2, 6, 'a'), mark(4, 8, 'b')]);
    expect(out.map((s) => [s.start, s.end, s.marks.map((m) => m.kind).join('')])).toEqual([[0, 2, ''], [2, 4, 'a'], [4, 6, 'ab'], [6, 8, 'b'], [8, 10, '']]);
  });
  it('marks outside, touching and empty are ignored', () => expect(segments(5, 8, [mark(0, 5), mark(8, 9), mark(6, 6)])).toHaveLength(1));
  it('a mark over both ends covers all', () => expect(segments(5, 8, [mark(0, 99)])[0]?.marks).toHaveLength(1));
  it('together they are the block', () => {
    const out = segments(0, 20, [mark(1, 3), mark(2, 19), mark(0, 20)]);
    expect(out[0]?.start).toBe(0);
    expect(out.at(-1)?.end).toBe(20);
    for (let i = 1; i < out.length; i += 1) expect(out[i]?.start).toBe(out[i - 1]?.end);
  });
});

describe('sentenceAt', () => {
  const text = '甲乙。丙丁，戊；己\n庚！';
  it.each([[0, '甲乙。'], [3, '丙丁，戊；'], [8, '己'], [10, '庚！'], [99, '']])('at %i: %j', (index, want) => {
    const s = sentenceAt(text, index);
    expect(text.slice(s.start, s.end)).toBe(want);
  });
});
