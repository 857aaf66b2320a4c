/** The arguments of `rangecast share`, with `file` added if they contain no file. The program itself says which options take a value. */
export async function withFile(args, file) {
  const { createProgram } = await import("../../packages/cli/dist/bundle/program.js");
  const program = createProgram({}, { version: "", out: () => {}, columns: 80 });
  const share = program.commands.find((command) => command.name() === "share");
  try {
    return share.parseOptions(args).operands.length > 0 ? args : [file, ...args];
  } catch {
    // An invalid value: the program reports it, with any file.
    return [file, ...args];
  }
}
