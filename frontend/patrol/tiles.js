// Photos as tiles: the camera first, the album second, then what was taken, each with where it is.
import { h, icon } from "./dom.js";
import { look } from "./photos.js";
import { pictures } from "./sheet.js";

const STATES = { waiting: "未传", sent: "已传", refused: "没传上去" };

function chooser(view, hazard, camera) {
  const id = `${camera ? "camera" : "album"}-${hazard}`;
  const input = h("input.visually-hidden", {
    id, type: "file", accept: "image/*", capture: camera && "environment", multiple: !camera,
    onchange: (event) => view.take([...event.target.files], hazard),
  });
  return h("span.photo-way", {}, input, h("label.photo.add", { for: id }, icon(camera ? "camera" : "album"), camera ? "拍照" : "从相册选"));
}

function tile(view, photo, at) {
  const local = "state" in photo;
  const state = local ? photo.state : "sent";
  const words = STATES[state] || STATES.waiting;
  return h("span.photo", { "data-key": photo.id, "data-photo": photo.sha256 || photo.id, "data-state": state },
    h("img", { src: look(photo), alt: `第 ${at + 1} 张照片，${words}` }),
    h("small", {}, words),
    view.open && h("button.drop-photo", { type: "button", "aria-label": `删除第 ${at + 1} 张照片`, onclick: () => view.removePhoto(photo) }, "删除"),
  );
}

export function tiles(view, hazard) {
  const all = pictures(view.row, view.photos, hazard);
  const refused = all.filter((photo) => photo.state === "refused");
  return h("div.photo-set", {},
    h("div.photos", { role: "group", "aria-label": "照片" },
      all.map((photo, at) => tile(view, photo, at)),
      view.open && [chooser(view, hazard, true), chooser(view, hazard, false)],
    ),
    refused.map((photo) => h("p.msg", {}, `${photo.name}：${photo.why}`)),
    view.wrong.get(hazard) && h("p.msg", { role: "alert" }, view.wrong.get(hazard)),
  );
}
