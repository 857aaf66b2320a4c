import { create } from "../../view/dom.ts";
import type { Crumb } from "../folder-model.ts";
import type { Part } from "./part.ts";

/** The folders above what is shown, as links. */
export function createCrumbsView(hrefOf: (path: string) => string, onGo: (path: string) => void): Part<readonly Crumb[]> {
  const nav = create("nav", "crumbs");
  nav.setAttribute("aria-label", "Folders above");
  const list = create("ol", "");
  nav.append(list);
  let shown = "";
  nav.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-path]") : null;
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    onGo(link.dataset["path"] ?? "");
  });
  const render = (crumbs: readonly Crumb[]): void => {
    nav.hidden = crumbs.length === 0;
    const key = JSON.stringify(crumbs);
    if (key === shown) return;
    shown = key;
    list.replaceChildren(
      ...crumbs.map(({ name, path }) => {
        const item = create("li", "");
        const link = create("a", "", name);
        link.dir = "auto";
        link.href = hrefOf(path);
        link.dataset["path"] = path;
        item.append(link);
        return item;
      }),
    );
  };
  return { element: nav, render };
}
