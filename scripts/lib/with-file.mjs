/** The arguments of `rangecast share`, with `file` added if they name none. What takes a value, and is so no file, the program itself says. */
export async function withFile(args, file) {
  const { createProgram } = await import("../../packages/cli/dist/bundle/program.js");
  const program = createProgram({}, { version: "", out: () => {}, columns: 80 });
  const share = program.commands.find((command) => command.name() === "share");
  try {
    return share.parseOptions(args).operands.length > 0 ? args : [file, ...args];
  } catch {
    // A bad value: the program says so itself, whatever the file.
    return [file, ...args];
  }
}
