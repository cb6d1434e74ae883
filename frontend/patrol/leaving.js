// On every page: signing out with something unsent is asked twice, and nobody sees the patrols of the one before.
import { forget, person, waiting } from "./who.js";

const signedIn = document.body.dataset.person;
const before = person();
if (signedIn) before.then((who) => who && who.id !== signedIn && forget());

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (new URL(form.action, location.href).pathname !== "/sign-out") return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const unsent = waiting(signedIn || (await before)?.id);
  const words = `这部手机上还有 ${unsent} 项巡查内容没有上传。现在退出不会丢失，但要等您本人在这部手机上重新登录才能上传。仍要退出吗？`;
  if (unsent && !window.confirm(words)) return;
  await forget();
  form.submit();
});
