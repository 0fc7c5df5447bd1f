/*
 * i18n.ts - the interface's two languages. A catalogue is one flat object a language; only the chosen one is loaded. Text that a user typed
 * never passes here. The choice is kept in the cookie yiti_lang, which the server reads too, so that its sentences come in the same language.
 */
import { readonly, ref, shallowRef } from 'vue';
import type { zh } from '@/locale/zh';
import type { Lang } from './format';

export type Key = keyof typeof zh;
export type Catalogue = Record<Key, string>;
export type Params = Record<string, string | number>;

const catalogue = shallowRef<Catalogue | null>(null);
const current = ref<Lang>('zh');
export const lang = readonly(current);

const loaders: Record<Lang, () => Promise<Catalogue>> = {
  zh: async () => (await import('@/locale/zh')).zh,
  en: async () => (await import('@/locale/en')).en,
};

/* fill - puts {name} values in. "one|many" takes the first half where n is 1. */
export function fill(text: string, params?: Params): string {
  let chosen = text;
  const bar = text.indexOf('|');
  if (bar >= 0 && params && 'n' in params) chosen = Number(params.n) === 1 ? text.slice(0, bar) : text.slice(bar + 1);
  return params ? chosen.replace(/\{(\w+)\}/g, (whole, name: string) => (name in params ? String(params[name]) : whole)) : chosen;
}

export function t(key: Key, params?: Params): string {
  const text = catalogue.value?.[key];
  return text === undefined ? key : fill(text, params);
}

/* word - the text of a key that is made at run time (a state, a kind); the raw word when the catalogue has none. */
export function word(prefix: string, name: string | null | undefined): string {
  if (!name) return '';
  const text = (catalogue.value as Record<string, string> | null)?.[`${prefix}.${name}`];
  return text ?? name;
}

export async function setLang(next: Lang): Promise<void> {
  catalogue.value = await loaders[next]();
  current.value = next;
  document.documentElement.lang = next === 'zh' ? 'zh-CN' : 'en';
  document.cookie = `yiti_lang=${next}; path=/; max-age=31536000; SameSite=Strict`;
}

export function preferredLang(): Lang {
  const asked = new URLSearchParams(location.search).get('lang');
  if (asked === 'zh' || asked === 'en') return asked;
  const cookie = /(?:^|; )yiti_lang=(zh|en)/.exec(document.cookie)?.[1];
  if (cookie) return cookie as Lang;
  return navigator.languages.some((l) => l.toLowerCase().startsWith('zh')) || !navigator.language ? 'zh' : navigator.language.startsWith('en') ? 'en' : 'zh';
}
