// Runs the browser tests: makes a world once, gives each test file a copy of it, counts.
//
//   node run.mjs            all test files
//   node run.mjs pages      those whose name contains a word
//   node run.mjs --test W   of all files, the tests whose name contains W
//   node run.mjs --screens  takes the pictures of docs/screens instead

import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { fileURLToPath } from 'node:url'

import { takeScreens } from './screens.mjs'
import { World } from './support/world.mjs'

// A file that hangs must not hold up the rest for ever.
const FILE_WITHIN_MS = 1_500_000

const here = fileURLToPath(new URL('.', import.meta.url))

async function testFiles(words) {
  const inFolder = async (folder) => (await readdir(join(here, folder))).map((name) => join(folder, name))
  const names = (await Promise.all(['.', 'journeys'].map(inFolder))).flat()
  const tests = names.filter((name) => name.endsWith('.test.mjs')).sort()
  const asked = tests.filter((name) => words.length === 0 || words.some((word) => name.includes(word)))
  return asked.map((name) => join(here, name))
}

/** Runs the files one after the other; whether all their tests passed. */
async function passes(files, name) {
  const counts = { passed: 0, failed: 0 }
  const testNamePatterns = name ? [RegExp(name.replace(/[{}()/.?]/g, '\\$&'))] : undefined
  const tests = run({ files, concurrency: 1, timeout: FILE_WITHIN_MS, testNamePatterns })
  const isTest = ({ details, name, skip }) => details.type !== 'suite' && !files.includes(name) && skip === undefined
  tests.on('test:pass', (event) => (counts.passed += isTest(event) ? 1 : 0))
  // A file that fails as a whole counts too: its tests never ran.
  tests.on('test:fail', (event) => (counts.failed += event.details.type === 'suite' ? 0 : 1))
  for await (const text of tests.compose(new spec())) process.stdout.write(text)
  console.log(`\nbrowser tests: ${counts.passed} passed, ${counts.failed} failed`)
  return counts.failed === 0 && counts.passed > 0
}

async function main(words) {
  const screens = words[0] === '--screens'
  const named = words.indexOf('--test')
  const [, name] = named < 0 ? [] : words.splice(named, 2)
  const files = screens ? [] : await testFiles(words)
  if (!screens && files.length === 0) {
    console.error('no test file has such a name')
    return 2
  }
  const template = await mkdtemp(join(tmpdir(), 'kakehashi-browser-world-'))
  try {
    await World.prepare(template)
    if (!screens) return (await passes(files, name)) ? 0 : 1
    await takeScreens()
    return 0
  } finally {
    await rm(template, { recursive: true, force: true })
  }
}

process.exitCode = await main(process.argv.slice(2))
