import { create, setText, showText } from "../../view/dom.ts";
import type { ListMessage } from "../folder-model.ts";
import type { Part } from "./part.ts";

type Action = NonNullable<ListMessage["action"]>;

const LABELS: Readonly<Record<Action, string>> = { retry: "Try again", root: "Show the whole folder", clear: "Clear the filter" };

/** What is said in place of a list. */
export function createMessageView(onAction: (action: Action) => void): Part<ListMessage | undefined> {
  const root = create("div", "list-message");
  root.setAttribute("role", "status");
  const title = create("h2", "");
  const text = create("p", "");
  const button = create("button", "button small");
  button.type = "button";
  root.append(title, text, button);
  let action: Action | undefined;
  button.addEventListener("click", () => action && onAction(action));
  const render = (message: ListMessage | undefined): void => {
    root.hidden = !message;
    action = message?.action;
    setText(title, message?.title ?? "");
    setText(text, message?.text ?? "");
    showText(button, action ? LABELS[action] : "");
  };
  return { element: root, render };
}
