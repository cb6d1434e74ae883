// On every page: signing out with something unsent is asked twice, and nobody sees the patrols of the one before.
import { forget, forgetOthers, person, waiting } from "./who.js";

const PATIENCE = 1_000; // a browser whose storage does not answer signs out all the same
const signedIn = document.body.dataset.person;
const late = () => new Promise((done) => setTimeout(done, PATIENCE));
let leaving = false;

if (signedIn) forgetOthers(signedIn);

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (new URL(form.action, location.href).pathname !== "/sign-out") return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (leaving) return;
  leaving = true;
  const who = signedIn || (await Promise.race([person(), late()]))?.id;
  const unsent = waiting(who);
  const words = `这部手机上还有 ${unsent} 项巡查内容没有上传。现在退出不会丢失，但要等您本人在这部手机上重新登录才能上传。仍要退出吗？`;
  leaving = !unsent || window.confirm(words);
  if (!leaving) return;
  await Promise.race([forget(), late()]);
  form.submit();
});
