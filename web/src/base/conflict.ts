/*
 * conflict.ts - two people edited one thing. Three versions of each field are laid side by side: what both began with, what I wrote and what the
 * server has now. A field only one side touched keeps that side's value; where both wrote different things the person has to choose.
 */
export type Side = 'mine' | 'theirs';
export type Fields = Record<string, string>;
export interface Difference {
  field: string;
  before: string;
  mine: string;
  theirs: string;
  side: Side | null; /* null: both changed it, and nobody has chosen yet */
}

export function differences(before: Fields, mine: Fields, theirs: Fields): Difference[] {
  return Object.keys(before)
    .map((field) => ({ field, before: before[field] ?? '', mine: mine[field] ?? '', theirs: theirs[field] ?? '' }))
    .filter((d) => d.mine !== d.before || d.theirs !== d.before)
    .map((d) => ({ ...d, side: d.mine === d.theirs || d.theirs === d.before ? 'mine' : d.mine === d.before ? 'theirs' : null }));
}

export const settled = (list: Difference[]): boolean => list.every((d) => d.side !== null);

/* ours - the differences that come from my side: what I wrote over what both began with. */
export const ours = (list: Difference[]): Difference[] => list.filter((d) => d.mine !== d.before);

/* untouched - nobody else changed a field that I changed: what I wrote can go on top of the newest version without being asked. */
export const untouched = (list: Difference[]): boolean => ours(list).every((d) => d.theirs === d.before);

/* merged - the newest version with what was chosen of mine. */
export const merged = (list: Difference[], theirs: Fields): Fields => ({ ...theirs, ...Object.fromEntries(list.filter((d) => d.side === 'mine').map((d) => [d.field, d.mine])) });
