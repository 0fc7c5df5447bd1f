import { describe, expect, it } from 'vitest';
import { csvCell, csvText } from '@/base/csv';

const cells: [string, string | number | null | undefined, string][] = [
  ['plain text', '市水利局', '"市水利局"'],
  ['nothing', null, '""'],
  ['a missing value', undefined, '""'],
  ['a quote', '称"一体"', '"称""一体"""'],
  ['a comma and a break', 'a,b\nc', '"a,b\nc"'],
  ['a formula', '=1+1', '"\'=1+1"'],
  ['a formula behind spaces', '  @SUM(A1)', '"\'  @SUM(A1)"'],
  ['a formula in full width', '＝1', '"\'＝1"'],
  ['plus and minus', '+86', '"\'+86"'],
  ['a minus in text', '-2', '"\'-2"'],
  ['a number below zero is a number', -2, '"-2"'],
  ['a tab first', '\t=1', '"\'\t=1"'],
  ['a sign inside the text', '2026=完成', '"2026=完成"'],
];
describe('a cell of a CSV file', () => {
  for (const [name, value, wanted] of cells) it(name, () => expect(csvCell(value)).toBe(wanted));
});
it('a file starts with the byte order mark and ends each row with CRLF', () => {
  expect(csvText([['甲', 1], ['乙', null]])).toBe('\ufeff"甲","1"\r\n"乙",""\r\n');
});
