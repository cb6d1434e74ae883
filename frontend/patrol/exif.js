// The camera's notes (EXIF) of a JPEG: carried over when a picture is made smaller, with its turn taken out.

const ORIENTATION = 0x0112;

/** The APP1 segment with the camera's notes, as bytes, or null. */
export function notesOf(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8) return null;
  for (let at = 2; at + 10 < view.byteLength; ) {
    const [mark, length] = [view.getUint16(at), view.getUint16(at + 2)];
    if ((mark & 0xff00) !== 0xff00 || mark === 0xffda) return null;
    if (mark === 0xffe1 && view.getUint32(at + 4) === 0x45786966) return bytes.slice(at, at + 2 + length);
    at += 2 + length;
  }
  return null;
}

/** The same notes for a picture that already stands upright. */
export function upright(segment) {
  const notes = segment.slice();
  const view = new DataView(notes.buffer);
  const start = 10; // after the mark, the length and "Exif\0\0"
  if (notes.length < start + 14) return notes;
  const little = view.getUint16(start) === 0x4949;
  const first = start + view.getUint32(start + 4, little);
  if (first + 2 > notes.length) return notes;
  const count = view.getUint16(first, little);
  for (let n = 0; n < count && first + 14 + n * 12 <= notes.length; n += 1) {
    const entry = first + 2 + n * 12;
    if (view.getUint16(entry, little) === ORIENTATION) view.setUint16(entry + 8, 1, little);
  }
  return notes;
}

/** A JPEG with these notes put in behind its first two bytes. */
export function withNotes(jpeg, segment) {
  const made = new Uint8Array(jpeg.length + segment.length);
  made.set(jpeg.subarray(0, 2), 0);
  made.set(segment, 2);
  made.set(jpeg.subarray(2), 2 + segment.length);
  return made;
}
