import { describe, expect, it } from 'vitest';
import { dayNumber } from '@/base/format';
import { fold, rowsIn, rowsOf, type View } from '@/plan/timeline';

const wide = (text: string): number => [...text].length * 10;
describe('fold', () => {
  it.each([
    ['短', 100, 1, ['短']],
    ['一二三四五六七八九十', 100, 1, ['一二三四五六七八九十']],
    ['一二三四五六七八九十甲', 100, 1, ['一二三四五六七八九…']],
    ['一二三四五六七八九十甲', 100, 2, ['一二三四五六七八九十', '甲']],
    ['一二三四五六七八九十甲乙', 50, 2, ['一二三四五', '六七八九…']],
    ['', 100, 1, []],
    ['一二三', 1, 2, ['一', '二…']],
  ])('%s in %i pixels, %i lines', (title, room, lines, want) => expect(fold(title, room, lines, wide)).toEqual(want));
});
describe('rowsOf', () => {
  const first = dayNumber('2026-01-01');
  const plan = new Map([['b', { id: 'b', late_finish_on: '2026-12-31', slack_days: 12, critical: true, late: true }]]);
  const [a, b, c] = rowsOf([{ id: 'a', title: '甲', due_on: '2026-02-01' }, { id: 'b', title: '乙', start_on: '2026-03-01', light: 'red' }, { id: 'c', title: '丙' }], plan, first);
  it('a bar without a start reaches 90 days back, never before the ruler', () => expect([a?.from, a?.to, a?.guess, a?.dated]).toEqual([first, dayNumber('2026-02-01'), true, true]));
  it('a bar without a due day reaches 90 days on', () => expect([b?.to, b?.due, b?.guess]).toEqual([dayNumber('2026-03-01') + 90, Number.NaN, false]));
  it('slack, the critical path and the light are taken over', () => expect([b?.slack, b?.slackTo, b?.critical, b?.late, b?.light]).toEqual([12, dayNumber('2026-12-31'), true, true, 'red']));
  it('without any day nothing is drawn', () => expect([c?.dated, c?.critical, c?.light]).toEqual([false, false, 'grey']));
});
describe('rowsIn', () => {
  const view: View = { x: 0, y: 0, width: 800, height: 400, labels: 260, ratio: 1, font: 13, family: 'x', lines: 1 };
  it('covers what can be seen and no more than one row beside it', () => {
    expect(rowsIn({ ...view, y: 340 }, 2000)).toEqual([10, 21]);
    expect(rowsIn(view, 3)).toEqual([0, 2]);
    expect(rowsIn(view, 0)).toEqual([0, -1]);
  });
});
