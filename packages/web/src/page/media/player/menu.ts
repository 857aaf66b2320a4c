import { create } from "../../view/dom.ts";

export interface MenuOption {
  readonly value: string;
  readonly label: string;
}

export interface Menu {
  readonly element: HTMLElement;
  /** Hidden if there is nothing to choose. */
  readonly render: (options: readonly MenuOption[], selected: string) => void;
}

/** A labelled select. */
export function createMenu(label: string, onSelect: (value: string) => void): Menu {
  const element = create("label", "player-menu");
  const select = document.createElement("select");
  element.append(create("span", "", label), select);
  select.addEventListener("change", () => onSelect(select.value));
  let shown = "";
  return {
    element,
    render: (options, selected) => {
      element.hidden = options.length < 2;
      const key = JSON.stringify(options);
      if (key !== shown) {
        shown = key;
        select.replaceChildren(...options.map(({ value, label: text }) => new Option(text, value)));
      }
      select.value = selected;
    },
  };
}
