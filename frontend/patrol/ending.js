// The last screen: where, who was there, other findings, the signature, and what the visit comes to.
import { h, icon, newId } from "./dom.js";
import { card, hazard } from "./items.js";
import { pad } from "./pad.js";
import { look } from "./photos.js";
import { missing, pictures } from "./sheet.js";
import { tiles } from "./tiles.js";

function typed(view, name, words, more = {}) {
  const wrong = view.row.refused?.fields[name];
  return h("div.field", {}, h("label", { for: name }, words),
    h(`${more.rows ? "textarea" : "input"}.form-control`, {
      id: name, disabled: !view.open, autocomplete: "off", ...more, value: view.row.mine[name] ?? "",
      oninput: (event) => view.write((mine) => void (mine[name] = event.target.value)),
    }),
    wrong && h("p.msg", {}, wrong));
}

function place(view) {
  const seen = view.row.mine.place_seen;
  const words = seen ? `已定位，误差约 ${Math.round(seen.accuracy)} 米` : "还没有定位";
  return h("section.part", {}, h("h3", {}, "位置"), h("p", { id: "place-words" }, view.placeWords || words),
    view.open && h("button.btn.btn-plain", { type: "button", id: "locate", onclick: () => view.locate() },
      icon("place"), seen ? "重新定位" : "定位"));
}

function signing(view) {
  const { mine } = view.row;
  const drawn = pictures(view.row, view.photos, "signature");
  const refuse = h("label.plain.tick", {},
    h("input.form-check-input", {
      type: "checkbox", id: "refused", checked: mine.refused, disabled: !view.open,
      onchange: (event) => view.change((one) => void (one.refused = event.target.checked)),
    }), "现场人员拒绝签字");
  if (mine.refused) return h("section.part", {}, h("h3", {}, "签字"), refuse, typed(view, "witness", "见证人姓名"));
  return h("section.part", {}, h("h3", {}, "签字"), refuse, typed(view, "signed_name", "现场签字人姓名"),
    h("p.quiet", {}, "请现场人员在下面签名。不便手写的，只填姓名，并勾选下面一项。"),
    drawn.length && !view.pad?.isConnected
      ? h("div.sign", { "data-key": "signed" }, h("img.pad", { id: "pad", tabindex: "-1", src: look(drawn[0]), alt: "现场签名" }),
        view.open && h("button.btn.btn-plain", { type: "button", onclick: () => view.unsign() }, "清除重签"))
      : view.open && view.signaturePad(() => pad({
        done: (blob) => view.sign(blob), cleared: () => view.unsign(), signed: Boolean(drawn.length),
      })),
    h("label.plain.tick", {},
      h("input.form-check-input", {
        type: "checkbox", id: "typed", checked: view.row.typed, disabled: !view.open,
        onchange: (event) => view.note((row) => void (row.typed = event.target.checked)),
      }), "签字人不便手写，以所填姓名为准"));
}

function outcomes(view, gaps) {
  const { outcome } = view;
  const all = view.row.base.outcomes || [];
  const picked = all.find((one) => one.key === outcome);
  const danger = picked?.danger;
  return h("section.part", { id: "conclusion", tabindex: "-1" }, h("h3", {}, "巡查结论"),
    h("fieldset.outcomes", {}, h("legend.visually-hidden", {}, "巡查结论"),
      all.map((one) => [
        h("input.visually-hidden", {
          type: "radio", name: "outcome", id: `outcome-${one.key}`, value: one.key, checked: one.key === outcome,
          onchange: () => view.choose(one.key),
        }),
        h(`label${one.danger ? ".danger" : ""}`, { for: `outcome-${one.key}` }, one.label),
      ])),
    view.row.refused?.fields.conclusion && h("p.msg", {}, view.row.refused.fields.conclusion),
    gaps.length ? lacking(view, gaps) : h("p.quiet", {}, "内容齐全。没有网络也可以提交，联网后自动上传。"),
    picked?.means && h("p.quiet", {}, picked.means),
    danger && stopping(view, picked),
    acting(view),
    h(`button.btn.${danger ? "btn-stop" : "btn-primary"}.big`, {
      type: "button", id: "conclude", disabled: gaps.length > 0 || !picked || (danger && !(view.sure && (view.scope === "all" || view.part.trim()))), onclick: () => view.conclude(picked),
    }, picked ? `提交：${picked.label}` : "请先选结论"));
}

/** Under which post it is recorded: a choice only where several fit. */
function acting(view) {
  const posts = view.row.base.posts || [];
  if (posts.length < 2) return posts.length > 0 && h("p.quiet", { id: "acting" }, `以${posts[0][1]}身份办理`);
  const chosen = view.acting || posts[0][0];
  const wrong = view.row.refused?.fields.acting;
  return h("fieldset.outcomes", { id: "acting" }, h("legend", {}, "以哪个身份办理"), wrong && h("p.msg", {}, wrong), posts.map(([key, words]) => [
    h("input.visually-hidden", {
      type: "radio", name: "acting", id: `acting-${key}`, value: key, checked: key === chosen, onchange: () => view.say({ acting: key }),
    }),
    h("label", { for: `acting-${key}` }, words),
  ]));
}

const SCOPES = { all: "全部停工", part: "局部停工" };

/** How far a stop goes, and that it was said on site: asked once more before it is issued. */
function stopping(view, picked) {
  return h("div.stopping", {},
    h("fieldset.outcomes", {}, h("legend", {}, "停工范围"), Object.entries(SCOPES).map(([key, words]) => [
      h("input.visually-hidden", {
        type: "radio", name: "scope", id: `scope-${key}`, value: key, checked: view.scope === key, onchange: () => view.say({ scope: key }),
      }),
      h("label", { for: `scope-${key}` }, words),
    ])),
    view.scope === "part" && h("div.field", {}, h("label", { for: "part" }, "停哪一部分"),
      h("input.form-control", { id: "part", value: view.part, onchange: (event) => view.say({ part: event.target.value }) })),
    h("label.plain.tick", {},
      h("input.form-check-input", { type: "checkbox", id: "sure", checked: view.sure, onchange: (event) => view.say({ sure: event.target.checked }) }),
      `已当场向施工负责人宣布：${picked.label}`));
}

function lacking(view, gaps) {
  return h("div.lacking", {}, h("p", {}, `还差 ${gaps.length} 处：`),
    h("ul", {}, gaps.slice(0, 6).map((gap) => h("li", {},
      h("button.btn-text", { type: "button", onclick: () => view.go(gap.at, gap.id) }, gap.words)))),
    gaps.length > 6 && h("p.quiet", {}, `另有 ${gaps.length - 6} 处`));
}

function queued(view) {
  const { conclude } = view.row;
  return h("section.part", {}, h("h3", {}, "巡查结论"),
    h("p", {}, `已提交：${conclude.label}。还没有传到系统，联网后自动上传。`),
    h("button.btn.btn-plain", { type: "button", onclick: () => view.withdraw() }, "撤回，继续修改"));
}

export function ending(view) {
  const outside = view.row.mine.hazards.filter((one) => !one.item_code);
  const gaps = missing(view.row, view.photos);
  return [
    h("section.part", {}, h("h3", {}, "现场照片"), tiles(view, "site")),
    h("section.part", {}, h("h3", {}, "检查表以外的隐患"), outside.map((one) => card(view, one)),
      view.open && h("button.btn.btn-plain", {
        type: "button", id: "more-hazard", onclick: () => view.change((mine) => void mine.hazards.push(hazard(view.row, null, newId()))),
      }, "另记一处隐患")),
    place(view),
    h("section.part", {}, h("h3", {}, "说明"), typed(view, "remark", "需要说明的情况，可不填", { rows: 3 }), inspectors(view)),
    signing(view),
    view.row.conclude ? queued(view) : view.open && outcomes(view, gaps),
  ];
}

/** One line a person: name, and the number of the certificate behind a space. */
function inspectors(view) {
  const people = view.row.mine.inspectors || [];
  const wrong = view.row.refused?.fields.inspectors;
  return h("div.field", {}, h("label", { for: "inspectors" }, "巡查人员，每行一人，证号写在姓名后面"),
    h("textarea.form-control", {
      id: "inspectors", rows: 2, disabled: !view.open,
      value: people.map((one) => [one.name, one.number].filter(Boolean).join(" ")).join("\n"),
      oninput: (event) => view.write((mine) => void (mine.inspectors = named(event.target.value))),
    }),
    wrong && h("p.msg", {}, wrong));
}

function named(text) {
  return text.split("\n").map((line) => line.trim()).filter(Boolean).map((line) => {
    const [name, ...number] = line.split(/\s+/);
    return { name, number: number.join(" ") };
  });
}
