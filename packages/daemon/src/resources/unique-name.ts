/** The name, or with the lowest number that makes it differ from those that are taken: `a.mp4` becomes `a (2).mp4`. */
export function uniqueName(name: string, taken: ReadonlySet<string>): string {
  const dot = name.lastIndexOf(".");
  const [stem, extension] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ""];
  let unique = name;
  for (let number = 2; taken.has(unique); number += 1) unique = `${stem} (${number})${extension}`;
  return unique;
}
