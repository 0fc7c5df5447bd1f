import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fill } from '@/base/i18n';
import { en } from '@/locale/en';
import { zh } from '@/locale/zh';

const SRC = new URL('../../src/', import.meta.url).pathname;
const files = (readdirSync(SRC, { recursive: true }) as string[]).filter((f) => /\.(vue|ts)$/.test(f) && !f.startsWith('locale'));
const texts = files.map((f) => ({ file: f, text: readFileSync(join(SRC, f), 'utf8') }));
const all = texts.map((x) => x.text).join('\n');
const names = (text: string): string[] => [...new Set([...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1] as string))].sort();

describe('locales', () => {
  it('both have the same keys', () => expect(Object.keys(en).sort()).toEqual(Object.keys(zh).sort()));
  it('no text stands in two catalogues, but names of verbs and of comparisons that rooms share', () => {
    const LOCALE = join(SRC, 'locale');
    for (const lang of ['zh', 'en']) {
      const keys = readdirSync(LOCALE).filter((f) => f.endsWith(`${lang}.ts`)).flatMap((f) => [...readFileSync(join(LOCALE, f), 'utf8').matchAll(/^\s+'([^']+)':/gm)].map((m) => m[1] as string));
      expect(keys.filter((key, i) => keys.indexOf(key) !== i && !/^(verb|comparator)\./.test(key)), lang).toEqual([]);
    }
  });
  it('no text is empty', () => {
    for (const [key, text] of [...Object.entries(zh), ...Object.entries(en)]) expect(text.trim(), key).not.toBe('');
  });
  it('both fill in the same values', () => {
    for (const key of Object.keys(zh) as (keyof typeof zh)[]) expect(names(en[key]), key).toEqual(names(zh[key]));
  });
  it('every key that the source names exists', () => {
    const keys = [...all.matchAll(/\bt\('([\w.]+)'/g)].map((m) => m[1] as string);
    expect(keys.length).toBeGreaterThan(200);
    for (const key of keys) expect(zh, key).toHaveProperty([key]);
  });
  it('every key is used', () => {
    const named = [...all.matchAll(/\b(?:word\(|family: )'([\w.]+)'/g)].map((m) => m[1] as string);
    const families = [...new Set(named.flatMap((name) => [`${name}.`, `${name}Form.`]))]; /* a topic's forms are named after it */
    const unused = Object.keys(zh).filter((key) => !all.includes(`'${key}'`) && !families.some((family) => key.startsWith(family)));
    expect(unused).toEqual([]);
  });
  it('no page has words of its own', () => {
    const own = texts.filter((x) => x.file.endsWith('.vue')).flatMap((x) => {
      const template = /<template>[\s\S]*<\/template>/.exec(x.text)?.[0] ?? '';
      return [...template.replace(/<!--[\s\S]*?-->/g, '').matchAll(/[\u4e00-\u9fff]+/g)].filter((m) => m[0] !== '中文').map((m) => `${x.file}: ${m[0]}`);
    });
    expect(own).toEqual([]);
  });
  it('no page has the browser\'s own date field, which follows the browser\'s language: ui/DateField.vue', () => {
    expect(texts.filter((x) => /<input[^>]*type="date"/.test(x.text)).map((x) => x.file)).toEqual([]);
  });
  it('no empty field shows a day that nobody chose', () => {
    const shown = texts.flatMap((x) => [...x.text.matchAll(/placeholder="([^"]*)"/g)].map((m) => `${x.file}: ${m[1]}`));
    expect(shown.length).toBeGreaterThan(5);
    expect(shown.filter((x) => /\d{4}-\d{1,2}-\d{1,2}/.test(x))).toEqual([]);
    expect(/\d/.test(zh['date.hint'] + en['date.hint'])).toBe(false);
  });
  it('Chinese text has Chinese punctuation', () => {
    for (const [key, text] of Object.entries(zh)) expect(/[\u4e00-\u9fff][,;:!?]/.test(text), `${key}: ${text}`).toBe(false);
  });
});
describe('fill', () => {
  it('puts values in and leaves unknown names', () => expect(fill('{a} and {b}', { a: 1 })).toBe('1 and {b}'));
  it.each([[1, '1 unit'], [2, '2 units'], [0, '0 units']])('%i', (n, want) => expect(fill('{n} unit|{n} units', { n })).toBe(want));
});
