/* From the findings of a fault to its row. */
import type { Row } from "./row.ts";
import type { Aftermath } from "./watch.ts";

export interface Findings {
  readonly film: Aftermath;
  readonly get: Aftermath;
  /** A text for each wrong frame after the film continued. */
  readonly wrongFrames: readonly string[];
  /** Bytes in the page's responses that are not the film's. */
  readonly servedWrong: number;
  /** What went wrong in the final check of the film. */
  readonly filmFault: string | undefined;
  /** Received bytes that are not the film's. */
  readonly getWrong: number;
  /** Bytes that were not received. */
  readonly getMissing: number;
  /** How `get` failed after it had continued. */
  readonly getFault: string | undefined;
}

export function judge(found: Findings): Pick<Row, "survived" | "secondsToRecover" | "bytesWrong" | "word"> {
  const { film, get, wrongFrames, servedWrong, filmFault, getWrong, getMissing, getFault } = found;
  // If the loss was reported, missing bytes are expected.
  const bytesWrong = servedWrong + getWrong + (get.state === "told" ? 0 : getMissing);
  const faults = [
    ...(film.state === "lost" ? [film.word] : []),
    ...(filmFault === undefined ? [] : [filmFault]),
    ...wrongFrames,
    ...(get.state === "lost" ? [get.word] : []),
    ...(getFault === undefined ? [] : [getFault]),
  ];
  const survived = faults.length === 0 && bytesWrong === 0;
  const secondsToRecover = film.state === "on" && get.state === "on" && survived ? round(Math.max(film.seconds, get.seconds)) : null;
  const told = [...(film.state === "told" ? ["the page"] : []), ...(get.state === "told" ? ["get"] : [])];
  const word = faults.length > 0 ? faults.join("; ") : told.length > 0 ? `told by ${told.join(" and ")}` : undefined;
  return { survived, secondsToRecover, bytesWrong, ...(word === undefined ? {} : { word }) };
}

/** To hundredths: the state is checked ten times a second. */
function round(seconds: number): number {
  return Math.round(seconds * 100) / 100;
}
