// Fails with the problems found, one a line.

export function none(problems) {
  if (problems.length === 0) return
  const error = new Error(`${problems.length} problems:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`)
  // Where the list was checked says nothing.
  error.stack = error.message
  throw error
}
