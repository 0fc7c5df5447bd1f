/*
 * photo.ts - a photo made fit to send: scaled to at most 2048 pixels and drawn anew, which also leaves out what a camera writes into it
 * (place, device). What the browser cannot draw is sent as it is.
 */
const SIDE_MAX = 2048;

export async function prepare(file: File): Promise<{ name: string; blob: Blob }> {
  if (!file.type.startsWith('image/')) return { name: file.name, blob: file };
  try {
    const bitmap = await createImageBitmap(file);
    const factor = Math.min(1, SIDE_MAX / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.round(bitmap.width * factor));
    canvas.height = Math.max(1, Math.round(bitmap.height * factor));
    canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', 0.85));
    if (blob) return { name: file.name.replace(/\.\w+$/, '') + '.jpg', blob };
  } catch {
    /* an image this browser cannot draw */
  }
  return { name: file.name, blob: file };
}

/* paint - the photo on a canvas, cropped to fill it: no blob: address is needed, so the page's policy stays strict. */
export async function paint(canvas: HTMLCanvasElement, blob: Blob): Promise<void> {
  const bitmap = await createImageBitmap(blob);
  const factor = Math.max(canvas.width / bitmap.width, canvas.height / bitmap.height);
  const w = bitmap.width * factor;
  const h = bitmap.height * factor;
  canvas.getContext('2d')?.drawImage(bitmap, (canvas.width - w) / 2, (canvas.height - h) / 2, w, h);
  bitmap.close();
}
