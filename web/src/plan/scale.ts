/* scale.ts - the timeline's ruler: days to pixels, and the ticks that fit. Pure. */
import { dayNumber, dayOfNumber } from '@/base/format';

export interface Tick {
  x: number;
  label: string;
  major: boolean;
}
export interface Scale {
  from: number; /* day numbers */
  to: number;
  width: number;
  x: (day: number) => number;
}

/* span - whole years around the days given, at least one year; null when there is no day. */
export function span(days: readonly number[]): { from: number; to: number } | null {
  const known = days.filter((d) => Number.isFinite(d));
  if (!known.length) return null;
  const first = Number(dayOfNumber(Math.min(...known)).slice(0, 4));
  const last = Number(dayOfNumber(Math.max(...known)).slice(0, 4));
  return { from: dayNumber(`${String(first).padStart(4, '0')}-01-01`), to: dayNumber(`${String(last + 1).padStart(4, '0')}-01-01`) };
}

export function scale(from: number, to: number, perDay: number): Scale {
  const width = Math.max(1, Math.round((to - from) * perDay));
  return { from, to, width, x: (d) => Math.round((d - from) * perDay * 10) / 10 };
}

/* ticks - years, and quarters or months where a day is wide enough for their labels not to touch. */
export function ticks(s: Scale, perDay: number): Tick[] {
  const out: Tick[] = [];
  const step = perDay * 30 >= 30 ? 1 : perDay * 91 >= 34 ? 3 : 12;
  const firstYear = Number(dayOfNumber(s.from).slice(0, 4));
  const lastYear = Number(dayOfNumber(s.to).slice(0, 4));
  const every = Math.max(1, Math.ceil(40 / (perDay * 365)));
  for (let year = firstYear; year < lastYear; year += 1) {
    for (let month = 1; month <= 12; month += step) {
      const major = month === 1;
      if (major && (year - firstYear) % every) continue;
      const x = s.x(dayNumber(`${year}-${String(month).padStart(2, '0')}-01`));
      out.push({ x, label: major ? String(year) : month === 1 + step && perDay * 30.4 * step < 40 ? '' : String(month), major });
    }
  }
  return out;
}
