// The type of a column, chosen from those that our engine knows, each by its Chinese word; the editor's own box shows the code.
import Select from "dmn-js-shared/lib/components/Select";
import TypeRefCellContextMenu from "dmn-js-decision-table/lib/features/type-ref/components/TypeRefCellContextMenu";

export const TYPES = ["string", "number", "boolean"];
const AFTER_THE_HEAD = 750;
const OF_COLUMNS = new Set(["input-edit", "output-edit"]);

class ColumnType extends TypeRefCellContextMenu {
  render() {
    const drawn = super.render();
    const [, choice] = drawn.children.children;
    choice.type = Select; // what it is given is the same
    return drawn;
  }
}

class Provider {
  constructor(components) {
    components.onGetComponent("context-menu", AFTER_THE_HEAD, ({ contextMenuType } = {}) => (OF_COLUMNS.has(contextMenuType) ? ColumnType : undefined));
  }
}
Provider.$inject = ["components"];

export default { typeRefEditingProvider: ["type", Provider] };
