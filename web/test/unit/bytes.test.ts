import { describe, expect, it } from 'vitest';
import { byteMap } from '@/base/bytes';

const utf8 = new TextEncoder();
const rows: [string, string][] = [
  ['empty', ''],
  ['ASCII', 'abc'],
  ['Han', '行动计划1.打造'],
  ['two bytes', 'é£'],
  ['outside the base plane', 'a𠮷b😀'],
  ['lone surrogates', 'a\ud800b\udc00c'],
  ['line breaks', '一、\r\n二、\n'],
];

describe('byteMap agrees with the encoder', () => {
  for (const [name, text] of rows) {
    it(name, () => {
      const map = byteMap(text);
      expect(map.bytes).toBe(utf8.encode(text).length);
      let index = 0;
      for (const character of text) {
        const byte = utf8.encode(text.slice(0, index)).length;
        expect(map.byteOf(index)).toBe(byte);
        expect(map.indexOf(byte)).toBe(index);
        index += character.length;
      }
      expect(map.indexOf(map.bytes)).toBe(text.length);
    });
  }
  it('an offset inside a character gives its start', () => {
    const map = byteMap('行动');
    expect([0, 1, 2, 3, 4, 5, 6].map((b) => map.indexOf(b))).toEqual([0, 0, 0, 1, 1, 1, 2]);
    expect(byteMap('a😀b').indexOf(3)).toBe(1);
  });
  it('what lies outside the text is clamped', () => {
    const map = byteMap('行');
    expect(map.indexOf(-5)).toBe(0);
    expect(map.indexOf(99)).toBe(1);
    expect(map.byteOf(99)).toBe(3);
  });
  it('random text: every byte offset maps to the character that holds it', () => {
    let seed = 20261124;
    const next = (n: number): number => (seed = (seed * 1103515245 + 12345) % 2147483648) % n;
    const pool = ['a', '\n', 'é', '行', '动', '。', '😀', '𠮷'];
    for (let round = 0; round < 50; round += 1) {
      const text = Array.from({ length: next(60) }, () => pool[next(pool.length)]).join('');
      const map = byteMap(text);
      let index = 0;
      let byte = 0;
      for (const c of text) {
        const width = utf8.encode(c).length;
        for (let k = 0; k < width; k += 1) expect(map.indexOf(byte + k)).toBe(index);
        byte += width;
        index += c.length;
      }
    }
  });
});
