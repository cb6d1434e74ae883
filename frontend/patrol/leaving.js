// On every page: signing out with something unsent is asked twice, and nobody sees the patrols of the one before.
import { forget, person, waiting } from "./who.js";

const signedIn = document.body.dataset.person;
if (signedIn && person() && person().id !== signedIn) forget();

document.addEventListener("submit", (event) => {
  if (new URL(event.target.action, location.href).pathname !== "/sign-out") return;
  const unsent = waiting(signedIn || person()?.id);
  const words = `这部手机上还有 ${unsent} 项巡查内容没有上传。现在退出不会丢失，但要等您本人在这部手机上重新登录才能上传。仍要退出吗？`;
  if (unsent && !window.confirm(words)) {
    event.preventDefault();
    event.stopImmediatePropagation();
  } else forget();
});
