// The service worker, as pages see it: whether this page would open again without network.

const WORKER = "/patrols/worker.js";
const SCOPE = "/patrols";

export const HINTS = {
  none: "这个浏览器不能离线打开本页：断网后请不要关闭或刷新，填写的内容仍会存在手机里",
  insecure: "本页不是安全连接（HTTPS），不能离线打开：断网后请不要关闭或刷新",
  fresh: "系统已更新，刷新本页后使用新版，已填的内容都在",
};

/** Register the worker; `tell(hint)` when offline opening is not to be had, or a new build has come. */
export async function keepPage(tell) {
  if (!window.isSecureContext) return tell(HINTS.insecure);
  if (!("serviceWorker" in navigator)) return tell(HINTS.none);
  const held = Boolean(navigator.serviceWorker.controller);
  navigator.serviceWorker.addEventListener("controllerchange", () => held && tell(HINTS.fresh));
  try {
    const registration = await navigator.serviceWorker.register(WORKER, { scope: SCOPE, updateViaCache: "none" });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible" && navigator.onLine) registration.update().catch(() => {});
    });
  } catch {
    if (navigator.onLine && !held) tell(HINTS.none);
  }
}

/** Whether the browser promises to keep what is stored; null where it cannot be asked. */
export async function persisted() {
  if (!navigator.storage?.persist) return null;
  return (await navigator.storage.persisted()) || navigator.storage.persist();
}
