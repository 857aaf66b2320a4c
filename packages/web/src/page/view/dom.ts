/** The element with that id in index.html. @throws if there is none, which is a bug */
export function byId<Type extends Element>(id: string, type: new () => Type): Type {
  const element = document.getElementById(id);
  if (!(element instanceof type)) throw new Error(`index.html has no ${type.name} #${id}`);
  return element;
}

/** Sets text only if it differs, so that screen readers don't announce a live region again. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** Shows an element with this text, or hides it if the text is empty. */
export function showText(element: HTMLElement, text: string): void {
  setText(element, text);
  element.hidden = text === "";
}

/** Creates an element with a class and a text. */
export function create<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, className: string, text = ""): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  if (className !== "") element.className = className;
  if (text !== "") element.textContent = text;
  return element;
}

/** Where a name may wrap: after the characters that join its parts. */
const JOINTS = /(?<=[._\-–—+&,)\]}])/u;

/** Sets a file's name as text that may wrap at its joints. Copying it gives the name unchanged. */
export function setName(element: Element, name: string): void {
  if (element.textContent === name) return;
  element.replaceChildren(
    ...name.split(JOINTS).flatMap((piece, index) => (index === 0 ? [piece] : [document.createElement("wbr"), piece])),
  );
}
