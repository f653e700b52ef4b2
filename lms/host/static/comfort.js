// Comfort for those who let scripts run; nothing needs it.
// Leaving: Esc three times, and a page that is gone before the server answers (EXIT-2).
const form = document.querySelector("form.leave");

function leave() {
  document.documentElement.replaceChildren();
  const away = () => location.replace(form.action.replace(/leave$/, "bye"));
  setTimeout(away, 1500);
  fetch(form.action, { method: "POST", keepalive: true, redirect: "manual" }).then(away, away);
}

if (form) {
  let presses = [];
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    leave();
  });
  addEventListener("keydown", (event) => {
    presses = event.key === "Escape" ? [...presses, event.timeStamp].slice(-3) : [];
    if (presses.length === 3 && event.timeStamp - presses[0] < 2000) leave();
  });
}
