import { describe, expect, it } from 'vitest';
import { differences, merged, settled, untouched } from '@/base/conflict';

describe('differences', () => {
  const before = { title: 'a', due: '2026-01-01', measure: '' };
  it.each([
    ['only mine changed', { ...before, title: 'b' }, before, [['title', 'mine']]],
    ['only theirs changed', before, { ...before, due: '' }, [['due', 'theirs']]],
    ['both wrote the same', { ...before, title: 'b' }, { ...before, title: 'b' }, [['title', 'mine']]],
    ['both wrote, differently', { ...before, title: 'b' }, { ...before, title: 'c' }, [['title', null]]],
    ['different fields', { ...before, title: 'b' }, { ...before, measure: '5' }, [['title', 'mine'], ['measure', 'theirs']]],
    ['nothing', before, before, []],
  ])('%s', (_, mine, theirs, sides) => {
    expect(differences(before, mine, theirs).map((d) => [d.field, d.side])).toEqual(sides);
  });
  it('is settled only when every field has a side', () => {
    const list = differences(before, { ...before, title: 'b' }, { ...before, title: 'c' });
    expect(settled(list)).toBe(false);
    list[0]!.side = 'theirs';
    expect(settled(list)).toBe(true);
  });
});
describe('untouched and merged', () => {
  const before = { title: 'a', due: '', measure: '' };
  it.each([
    ['theirs is another field', { ...before, title: 'b' }, { ...before, due: '2026-01-01' }, true, { title: 'b', due: '2026-01-01', measure: '' }],
    ['theirs is the same field', { ...before, title: 'b' }, { ...before, title: 'c' }, false, { title: 'c', due: '', measure: '' }],
    ['I changed nothing', before, { ...before, title: 'c' }, true, { title: 'c', due: '', measure: '' }],
  ])('%s', (_, mine, theirs, free, want) => {
    const list = differences(before, mine, theirs);
    expect(untouched(list)).toBe(free);
    expect(merged(list, theirs)).toEqual(want);
  });
});
