// A pad to sign on with a finger, a pen or a mouse. Whoever cannot draw types the name and says so.
import { h } from "./dom.js";

const WIDTH = 640;
const HEIGHT = 240;

export function pad({ done, cleared, signed }) {
  const canvas = h("canvas.pad", {
    id: "pad", width: WIDTH, height: HEIGHT, role: "img", "aria-label": signed ? "已签名" : "签名板，请用手指书写",
  });
  const brush = canvas.getContext("2d");
  let last = null;
  let inked = false;

  const point = (event) => {
    const box = canvas.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * WIDTH, ((event.clientY - box.top) / box.height) * HEIGHT];
  };
  const ink = getComputedStyle(document.documentElement).getPropertyValue("--pad-ink").trim() || "#17212f";
  Object.assign(brush, { lineWidth: 4, lineCap: "round", lineJoin: "round", strokeStyle: ink });

  canvas.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    if (!inked) {
      brush.fillStyle = "#fff"; // the paper is white in every theme: the signature goes onto paper
      brush.fillRect(0, 0, WIDTH, HEIGHT);
    }
    last = point(event);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!last) return;
    const next = point(event);
    brush.beginPath();
    brush.moveTo(...last);
    brush.lineTo(...next);
    brush.stroke();
    last = next;
    inked = true;
  });
  const lift = () => {
    if (last && inked) canvas.toBlob((blob) => done(blob), "image/png");
    last = null;
  };
  canvas.addEventListener("pointerup", lift);
  canvas.addEventListener("pointercancel", lift);

  const clear = h("button.btn.btn-plain", { type: "button", onclick: cleared }, "清除重签");
  return h("div", { "data-key": "pad", "data-keep": "pad" }, h("div.sign", {}, canvas, clear));
}
