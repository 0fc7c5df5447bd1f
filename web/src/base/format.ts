/*
 * format.ts - days and instants as people read them, in Asia/Shanghai whatever the browser's zone is.
 */
export type Lang = 'zh' | 'en';
const ZONE = 'Asia/Shanghai';

/* day - "2026-11-24" as 2026年11月24日 or 24 Nov 2026; anything else comes back unchanged. */
export function day(iso: string | null | undefined, lang: Lang): string {
  const match = /^(\d{4})-(\d{2})-(\d{2})/.exec(iso ?? '');
  if (!match) return iso ?? '';
  const [, y, m, d] = match as unknown as [string, string, string, string];
  if (lang === 'zh') return `${Number(y)}年${Number(m)}月${Number(d)}日`;
  const month = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'][Number(m) - 1];
  return month ? `${Number(d)} ${month} ${Number(y)}` : (iso ?? '');
}

const parts = new Intl.DateTimeFormat('en-CA', {
  timeZone: ZONE, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23',
});

/* isoDay - the Shanghai day of an instant, "YYYY-MM-DD". */
export function isoDay(at: Date): string {
  const get = (type: string): string => parts.formatToParts(at).find((p) => p.type === type)?.value ?? '';
  return `${get('year')}-${get('month')}-${get('day')}`;
}

/* instant - day and minute of an instant; an unreadable one comes back unchanged. */
export function instant(text: string | null | undefined, lang: Lang): string {
  if (!text) return '';
  const at = new Date(text.replace(/(\.\d{3})\d+/, '$1'));
  if (Number.isNaN(at.getTime())) return text;
  const get = (type: string): string => parts.formatToParts(at).find((p) => p.type === type)?.value ?? '';
  return `${day(isoDay(at), lang)} ${get('hour')}:${get('minute')}`;
}

/*
 * asDay - a day as somebody typed it, as ISO: 2026.3.5, 2026/3/5, 20260305, 2026年3月5日, full-width digits. Anything else comes back as it was,
 * trimmed; whether the calendar has that day is not asked here.
 */
export function asDay(text: string): string {
  const plain = text.normalize('NFKC').trim();
  const match = /^(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?$/.exec(plain) ?? /^(\d{4})(\d{2})(\d{2})$/.exec(plain);
  return match ? `${match[1]}-${match[2]?.padStart(2, '0')}-${match[3]?.padStart(2, '0')}` : plain;
}

/* dayNumber - days since 1970-01-01 of an ISO day (UTC arithmetic, no zone in it); NaN when it is none. */
export function dayNumber(iso: string | null | undefined): number {
  const match = /^(\d{4})-(\d{2})-(\d{2})/.exec(iso ?? '');
  if (!match) return Number.NaN;
  return Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3])) / 86400000;
}

export function dayOfNumber(n: number): string {
  return new Date(n * 86400000).toISOString().slice(0, 10);
}

export function fileSize(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1048576) return `${(bytes / 1024).toFixed(0)} KB`;
  return `${(bytes / 1048576).toFixed(1)} MB`;
}
