import type { Sound } from "../ways/way.ts";
import { createMenu } from "./menu.ts";
import type { PlayerPart } from "./part.ts";

/** Chooses the sound of a film that has several. */
export const soundMenu: PlayerPart = ({ bar, onSound }) => {
  const menu = createMenu("Sound", (track) => onSound(Number(track)));
  bar.append(menu.element);
  return ({ sounds, sound }) => {
    const options = sounds.map((each) => ({ value: String(each.track), label: soundLabel(each) }));
    menu.render(options, String(sound ?? sounds[0]?.track ?? ""));
  };
};

/** Such as `German – Commentary`, or `Track 2` if the film doesn't tell. */
export function soundLabel({ track, name, language }: Sound): string {
  const parts = [languageName(language), name].filter((part) => part !== "");
  return parts.length === 0 ? `Track ${track + 1}` : parts.join(" – ");
}

function languageName(language: string): string {
  if (language === "") return "";
  try {
    return new Intl.DisplayNames(["en"], { type: "language" }).of(language) ?? "";
  } catch {
    return ""; // Not a language tag.
  }
}
