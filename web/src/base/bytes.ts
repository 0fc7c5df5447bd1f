/*
 * bytes.ts - between the server's offsets (bytes of UTF-8) and JavaScript's (UTF-16 units). The table is made once for a text: entry i is the
 * byte offset of unit i, one more entry than there are units. 4 bytes a unit; a look-up one way is an index, the other a binary search.
 */
export interface ByteMap {
  readonly bytes: number;
  /* byteOf - byte offset of a UTF-16 index; the second half of a pair counts as the first. Clamped to the text. */
  byteOf(index: number): number;
  /* indexOf - UTF-16 index of a byte offset; an offset inside a character gives that character's start. Clamped to the text. */
  indexOf(byte: number): number;
}

export function byteMap(text: string): ByteMap {
  const table = new Uint32Array(text.length + 1);
  let at = 0;
  for (let i = 0; i < text.length; i += 1) {
    table[i] = at;
    const unit = text.charCodeAt(i);
    if (unit < 0x80) at += 1;
    else if (unit < 0x800) at += 2;
    else if (unit >= 0xd800 && unit < 0xdc00 && isLow(text, i + 1)) {
      table[i + 1] = at;
      i += 1;
      at += 4;
    } else at += 3;
  }
  table[text.length] = at;
  return {
    bytes: at,
    byteOf: (index) => table[Math.max(0, Math.min(text.length, index))] as number,
    indexOf: (byte) => search(table, byte),
  };
}

function isLow(text: string, i: number): boolean {
  const unit = i < text.length ? text.charCodeAt(i) : 0;
  return unit >= 0xdc00 && unit < 0xe000;
}

/* search - the first index of the last table entry that is <= byte. */
function search(table: Uint32Array, byte: number): number {
  let low = 0;
  let high = table.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((table[middle] as number) <= byte) low = middle;
    else high = middle - 1;
  }
  while (low > 0 && table[low - 1] === table[low]) low -= 1;
  return low;
}
