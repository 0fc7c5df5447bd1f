import { describe, expect, it } from 'vitest';
import { dayNumber } from '@/base/format';
import { scale, span, ticks } from '@/plan/scale';

describe('span', () => {
  it('whole years around the days', () => expect(span([dayNumber('2025-03-01'), dayNumber('2027-12-31')])).toEqual({ from: dayNumber('2025-01-01'), to: dayNumber('2028-01-01') }));
  it('one day is one year', () => expect(span([dayNumber('2026-06-01'), Number.NaN])).toEqual({ from: dayNumber('2026-01-01'), to: dayNumber('2027-01-01') }));
  it('no day is no span', () => expect(span([Number.NaN])).toBeNull());
});
describe('ticks', () => {
  const s = (perDay: number) => scale(dayNumber('2024-01-01'), dayNumber('2027-01-01'), perDay);
  it.each([[0.12, 3], [0.5, 12], [2, 36]])('at %f pixels a day: %i', (perDay, n) => expect(ticks(s(perDay), perDay)).toHaveLength(n));
  it('labels do not touch', () => {
    for (const perDay of [0.12, 0.25, 0.5, 1, 2, 4]) {
      const xs = ticks(s(perDay), perDay).map((t) => t.x);
      for (let i = 1; i < xs.length; i += 1) expect((xs[i] ?? 0) - (xs[i - 1] ?? 0)).toBeGreaterThan(27);
    }
  });
  it('a century in a small chart shows some years only', () => {
    const long = scale(dayNumber('1950-01-01'), dayNumber('2050-01-01'), 0.03);
    expect(ticks(long, 0.03).length).toBeLessThan(30);
  });
});
