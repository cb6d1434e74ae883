// The strip under the title: what is safe on this phone, what waits, what to do. Said once for eye and ear.
import { h, icon, moment } from "./dom.js";
import { counted } from "./sheet.js";

const PHASES = ["away", "signed-out", "sending", "refused", "conflict", "waiting", "idle"];

function things({ records, photos }) {
  const parts = [records && `${records} 项记录`, photos && `${photos} 张照片`].filter(Boolean);
  return parts.length ? `${parts.join("、")}待传` : "";
}

/** Which of the phases counts: what the person must do comes before what goes by itself. */
function standing(state, row, counts) {
  if (state.phase === "signed-out") return state.phase;
  if (row?.theirs) return "conflict";
  if (row?.refused) return "refused";
  if (state.phase === "away" || state.phase === "sending") return state.phase;
  return counts.waiting ? "waiting" : "idle";
}

function words(phase, state, row, counts) {
  switch (phase) {
    case "away":
      return state.words || (counts.waiting ? "没有网络，已存在手机里" : "没有网络，可以继续检查");
    case "signed-out":
      return "登录已过期，内容都在手机里";
    case "sending":
      return state.all ? `正在上传照片 ${state.done + 1}/${state.all}` : "正在上传";
    case "conflict":
      return "别处也改了这次巡查，请逐项选择";
    case "refused":
      return `没有传上去：${row.refused.message}`;
    case "waiting":
      return "已存在手机里";
    default:
      return state.sent ? `已全部上传，${moment(state.sent)}` : "没有未上传的内容";
  }
}

/** The strip for one patrol, or for all of them when `row` is left out. */
export function strip(state, { row, rows, photos, again }) {
  const counts = counted(rows, photos);
  const phase = standing(state, row, counts);
  const calm = phase === "idle" || phase === "sending";
  const left = things(counts);
  const signIn = `/staff/sign-in?next=${encodeURIComponent(location.pathname)}`;
  return h(`div.strip${calm ? "" : ".amber"}`, { role: "status", "data-phase": PHASES.includes(phase) ? phase : "idle" },
    icon(calm ? "done" : phase === "away" ? "away" : "warn"),
    h("span", {}, words(phase, state, row, counts)),
    h("span.end.num", {}, left),
    phase === "signed-out" && h("a.btn.btn-plain", { href: signIn }, "重新登录"),
    left && navigator.onLine && ["waiting", "away", "refused"].includes(phase) && h("button.btn.btn-plain", { type: "button", id: "again", onclick: again }, icon("up"), "立即上传"),
  );
}
