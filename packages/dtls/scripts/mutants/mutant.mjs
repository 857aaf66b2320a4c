/** Mutants of one package. @param rows [what is missing, file, text, what it becomes, test files that should notice] */
export function mutantsOf(folder, rows) {
  return rows.map(([rule, file, find, replace, ...tests]) => ({
    rule,
    file: `${folder}/src/${file}.ts`,
    find,
    replace,
    tests: tests.map((name) => `${folder}/src/${name}`),
  }));
}
