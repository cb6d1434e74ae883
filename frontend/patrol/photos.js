// Photos as the device keeps them: the original as long as the server takes it, a small picture to look at.
import { newId } from "./dom.js";
import { notesOf, upright, withNotes } from "./exif.js";

const LARGEST = 20 * 1024 * 1024; // what the server takes
const LONG_SIDE = 4096;
const LOOK = 240;
const TYPES = ["image/jpeg", "image/png", "image/webp"];

async function drawn(picture, side) {
  const scale = Math.min(1, side / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const brush = canvas.getContext("2d");
  brush.fillStyle = "#fff";
  brush.fillRect(0, 0, canvas.width, canvas.height);
  brush.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.88));
}

/** A picture that the server would refuse for its size or kind, made smaller; the camera's notes come along. */
async function smaller(file, picture) {
  let made = await drawn(picture, LONG_SIDE);
  for (let side = LONG_SIDE; made.size > LARGEST * 0.9; ) made = await drawn(picture, (side *= 0.75));
  const notes = notesOf(new Uint8Array(await file.slice(0, 256 * 1024).arrayBuffer()));
  if (!notes) return made;
  const bytes = withNotes(new Uint8Array(await made.arrayBuffer()), upright(notes));
  return new Blob([bytes], { type: "image/jpeg" });
}

/** Its SHA-256; empty on a page without HTTPS, where browsers do not compute any. */
async function digest(blob) {
  if (!crypto.subtle) return "";
  const hash = await crypto.subtle.digest("SHA-256", await blob.arrayBuffer());
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** One chosen file as a row of the store. Raises what can be said to the person. */
export async function photo(file, { patrol, hazard, position }) {
  let picture;
  try {
    picture = await createImageBitmap(file);
  } catch {
    throw new Error(`${file.name || "这个文件"}不是能识别的照片，请用 JPG 或 PNG`);
  }
  const fits = file.size <= LARGEST && TYPES.includes(file.type);
  // a copy in memory: the file of a phone's camera may be gone before it is sent
  const blob = fits ? new Blob([await file.arrayBuffer()], { type: file.type }) : await smaller(file, picture);
  const look = await drawn(picture, LOOK);
  picture.close();
  const taken = new Date(Math.min(file.lastModified || Date.now(), Date.now()));
  return {
    id: newId(), patrol, hazard, blob, look, sha256: await digest(blob),
    name: fits ? file.name : `${(file.name || "照片").replace(/\.\w+$/, "")}.jpg`,
    taken_at: taken.toISOString(), lng: position?.lng ?? "", lat: position?.lat ?? "",
    accuracy: position?.accuracy ?? "", state: "waiting", why: "", server: null,
  };
}

/** What was drawn on the pad, as a row of the store. */
export async function signature(blob, patrol) {
  return {
    id: newId(), patrol, hazard: "signature", blob, look: blob, sha256: await digest(blob), name: "签名.png",
    taken_at: new Date().toISOString(), lng: "", lat: "", accuracy: "", state: "waiting", why: "", server: null,
  };
}

const shown = new Map();

/** The address of a photo's small picture; made once, so that drawing again costs nothing. */
export function look(one) {
  if (!one.look) return one.url;
  if (!shown.has(one.id)) shown.set(one.id, URL.createObjectURL(one.look));
  return shown.get(one.id);
}
