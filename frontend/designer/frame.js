// The frame of an editor of a draft: what it says of saving, and how one leaves it with everything kept.

export function teller(findings) {
  const [state, note] = ["state", "note"].map((name) => document.querySelector(`[data-studio-${name}]`));
  return {
    kept(saved) {
      toTakeBack(saved);
      return findings.ask();
    },
    state(words, bad = false) {
      state.textContent = words;
      state.classList.toggle("red", bad);
    },
    note(words, ...ways) {
      note.hidden = !words;
      note.replaceChildren(words, ...ways.map(([label, act]) => {
        const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-plain", textContent: label });
        button.addEventListener("click", act);
        return button;
      }));
    },
  };
}

// What was saved just now is what would be taken back next, and nothing is left to make again.
function toTakeBack(saved) {
  document.querySelectorAll("[data-studio-undo] button").forEach((button) => {
    button.disabled = button.value !== "undo";
    button.removeAttribute("title");
  });
  document.querySelectorAll("[data-studio-last]").forEach((one) => {
    one.textContent = `上一次是您 ${saved} 改的。`;
  });
}

// A link that waits until the draft is saved.
export const leaver = (keeper) => async (event) => {
  if (!keeper.pending) return;
  event.preventDefault();
  if (await keeper.flush()) window.location.assign(event.target.href);
};

// Taking back what is kept begins with what is drawn here; a save raises the revision that the form names.
export function undoWhatIsKept(keeper) {
  document.querySelectorAll("[data-studio-undo]").forEach((form) => form.addEventListener("submit", async (event) => {
    if (!keeper.pending) return;
    event.preventDefault();
    if (await keeper.flush()) form.requestSubmit(event.submitter);
  }));
}
