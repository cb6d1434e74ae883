// A cell while it is written in: plain letters in a plain box. Our own check says what is wrong with them.
const PAUSE = 800;

export default class PlainCell {
  constructor({ container, value, onChange }) {
    this.box = document.createElement("textarea");
    Object.assign(this.box, { value: value || "", rows: 1, spellcheck: false });
    this.box.setAttribute("aria-label", "单元格");
    const tell = () => {
      clearTimeout(this.timer);
      if (this.told !== this.box.value) onChange((this.told = this.box.value));
    };
    this.told = this.box.value;
    this.box.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(tell, PAUSE); // what is typed in one go is undone in one go
      this.grow();
    });
    this.box.addEventListener("change", tell);
    container.append(this.box);
    this.grow();
  }

  grow() {
    this.box.style.height = "auto";
    this.box.style.height = `${this.box.scrollHeight}px`;
  }

  focus(at) {
    this.box.focus();
    this.box.setSelectionRange(at, at);
  }

  setValue(value) {
    this.box.value = this.told = value || "";
  }

  setVariables() {} // nothing is guessed while one writes
}
export const camundaBuiltins = [];
export const camundaReservedNameBuiltins = [];
export const FeelersEditor = PlainCell;
