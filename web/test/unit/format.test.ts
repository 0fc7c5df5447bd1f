import { describe, expect, it } from 'vitest';
import { dayOk } from '@/base/asof';
import { asDay, day, dayNumber, dayOfNumber, fileSize, instant, isoDay } from '@/base/format';

describe('day', () => {
  it.each([['2026-11-24', '2026年11月24日', '24 Nov 2026'], ['2024-02-29', '2024年2月29日', '29 Feb 2024'], ['not a day', 'not a day', 'not a day'], [null, '', '']])('%s', (iso, zh, en) => {
    expect(day(iso, 'zh')).toBe(zh);
    expect(day(iso, 'en')).toBe(en);
  });
});
describe('instant: shown in Shanghai', () => {
  it.each([['2026-11-24T08:00:00.000000+08:00', '2026年11月24日 08:00'], ['2026-11-23T16:30:00Z', '2026年11月24日 00:30'], ['nonsense', 'nonsense'], ['', '']])('%s', (text, zh) => expect(instant(text, 'zh')).toBe(zh));
  it('the Shanghai day changes at 16:00 UTC', () => {
    expect(isoDay(new Date('2026-12-31T15:59:59Z'))).toBe('2026-12-31');
    expect(isoDay(new Date('2026-12-31T16:00:00Z'))).toBe('2027-01-01');
  });
});
describe('asDay: a day as it was typed', () => {
  it.each([['2026-3-5', '2026-03-05'], ['2026.03.05', '2026-03-05'], ['2026/3/5', '2026-03-05'], ['20260305', '2026-03-05'], ['2026年3月5日', '2026-03-05'], [' ２０２６-０３-０５ ', '2026-03-05'], ['2026-13-40', '2026-13-40'], ['5.3.2026', '5.3.2026'], ['2026-3', '2026-3'], ['', '']])('%s', (typed, want) => expect(asDay(typed)).toBe(want));
});
describe('dayOk: what a form may send', () => {
  it.each([['', true], ['2026-02-28', true], ['2026-02-30', false], ['2026-13-40', false], ['1977-12-31', false], ['2100-01-01', false], ['soon', false]])('%s', (text, want) => expect(dayOk(text)).toBe(want));
  it('not after the last day', () => expect([dayOk('2026-11-24', '2026-11-24'), dayOk('2026-11-25', '2026-11-24')]).toEqual([true, false]));
});
describe('day numbers', () => {
  it.each([['1970-01-01', 0], ['2000-03-01', 11017], ['2026-11-24', 20781]])('%s is %i', (iso, n) => {
    expect(dayNumber(iso)).toBe(n);
    expect(dayOfNumber(n)).toBe(iso);
  });
  it('no day is no number', () => expect(dayNumber(undefined)).toBeNaN());
});
describe('fileSize', () => it.each([[0, '0 B'], [1023, '1023 B'], [1024, '1 KB'], [1572864, '1.5 MB']])('%i', (n, want) => expect(fileSize(n)).toBe(want)));
