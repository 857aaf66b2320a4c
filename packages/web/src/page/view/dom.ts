/** The element of that id in index.html. Not finding it is a fault of ours. */
export function byId<Type extends Element>(id: string, type: new () => Type): Type {
  const element = document.getElementById(id);
  if (!(element instanceof type)) throw new Error(`index.html has no ${type.name} #${id}`);
  return element;
}

/** Sets text where it differs, so that a live region isn't read out again for nothing. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** Shows an element with this text, or hides it where there is none. */
export function showText(element: HTMLElement, text: string): void {
  setText(element, text);
  element.hidden = text === "";
}

/** A new element with a class and, as text, what it says. */
export function create<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, className: string, text = ""): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  if (className !== "") element.className = className;
  if (text !== "") element.textContent = text;
  return element;
}

/** Where a name may be broken: behind what joins its words. */
const JOINTS = /(?<=[._\-–—+&,)\]}])/u;

/** Sets a file's name as text that may break at its joints, and is the same name when it is copied. */
export function setName(element: Element, name: string): void {
  if (element.textContent === name) return;
  element.replaceChildren(
    ...name.split(JOINTS).flatMap((piece, index) => (index === 0 ? [piece] : [document.createElement("wbr"), piece])),
  );
}
