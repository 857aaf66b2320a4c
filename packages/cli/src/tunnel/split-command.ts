/**
 * Splits a command line into program and arguments. No shell ever sees it: there are no variables, patterns, pipes or substitutions. White space separates
 * arguments; `'…'` and `"…"` keep it; within `"…"`, `\"` and `\\` stand for `"` and `\`. Elsewhere a backslash is a character like others, so that paths of
 * Windows need no quotes.
 * @returns undefined if a quote is not closed
 */
export function splitCommand(text: string): string[] | undefined {
  const PART = /'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|([^\s'"]+)|(\s+)/gu;
  const words: string[] = [];
  let word: string | undefined;
  let end = 0;
  for (const [part, single, double, plain, space] of text.matchAll(PART)) {
    end += part.length;
    if (space === undefined) word = (word ?? "") + (single ?? double?.replaceAll(/\\(["\\])/gu, "$1") ?? plain ?? "");
    else if (word !== undefined) {
      words.push(word);
      word = undefined;
    }
  }
  if (word !== undefined) words.push(word);
  // What no part matches is a quote without its end.
  return end === text.length ? words : undefined;
}
