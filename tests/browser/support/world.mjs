// A running service: the real binary, in a folder of its own, on a port of its own; mostly as `kakehashi demo`.

import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url))
const TARGET = process.env.CARGO_TARGET_DIR ?? join(REPOSITORY, 'target')
const BINARY = process.env.TEST_BINARY ?? join(TARGET, 'debug', 'kakehashi')

// Where `run.mjs` put the world that every test file starts from.
const TEMPLATE = 'TEST_WORLD_TEMPLATE'
// Making the world and its first walk takes some ten seconds on a quiet machine.
const START_WITHIN_MS = 180_000
const STOP_WITHIN_MS = 15_000

// What the demonstration's accounts are called in these tests.
export const PASSWORD = 'hashi-wo-wataru-2026'
export const EMAIL = {
  town: 'town@demo.example',
  vendor: 'vendor@demo.example',
  bureau: 'bureau@demo.example',
  operator: 'operator@demo.example',
}

/** A running service. `origin` has no slash at its end; `mails` is the folder of sent mails. */
export class World {
  #child
  #folder

  constructor(child, folder, origin, mails) {
    this.#child = child
    this.#folder = folder
    this.origin = origin
    this.mails = mails
  }

  /** Serves a copy of the world that `run.mjs` made, so that no test file sees what another one did. */
  static async start() {
    const template = process.env[TEMPLATE]
    if (!template) throw new Error('no world to start from: run the tests with `node run.mjs`')
    const folder = await mkdtemp(join(tmpdir(), 'kakehashi-browser-'))
    await cp(template, folder, { recursive: true })
    return demonstrate(folder)
  }

  /** Serves an empty service on PostgreSQL, in the database of `scripts/with-postgres`, with one bureau in it. */
  static async startEmptyOnPostgres(bureau) {
    const database = process.env.TEST_POSTGRES_URL
    if (!database) throw new Error('no PostgreSQL: run the tests with `scripts/with-postgres node run.mjs`')
    const folder = await mkdtemp(join(tmpdir(), 'kakehashi-browser-'))
    const settings = { ...environment(folder), KAKEHASHI_DATABASE__URL: database }
    const enrol = ['user', 'create-bureau', '--bureau', bureau, '--email', EMAIL.bureau, '--name', 'bureau']
    const enrolled = spawnSync(BINARY, enrol, { env: settings, input: `${PASSWORD}\n`, encoding: 'utf8' })
    if (enrolled.status !== 0) throw new Error(`no bureau was made: ${enrolled.stderr}`)
    const child = start(['serve'], folder, { ...settings, KAKEHASHI_SERVER__BIND: '127.0.0.1:0' })
    return new World(child, folder, await announced(child, false), join(folder, 'mail'))
  }

  /** Makes a new world in `folder` and tells the test files of it; the world is not served. */
  static async prepare(folder) {
    const world = await demonstrate(folder)
    await world.#end()
    process.env[TEMPLATE] = folder
  }

  /** Ends the service and forgets what was done in it. */
  async stop() {
    await this.#end()
    await rm(this.#folder, { recursive: true, force: true })
  }

  async #end() {
    if (this.#child.exitCode !== null) throw new Error(`the service ended by itself: ${this.#child.exitCode}`)
    const exited = once(this.#child, 'exit', { signal: AbortSignal.timeout(STOP_WITHIN_MS) })
    this.#child.kill('SIGTERM')
    const [code] = await exited
    if (code !== 0) throw new Error(`the service ended with ${code}`)
  }
}

// Settings of the machine must not reach the service.
function environment(folder) {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('KAKEHASHI_'))
  return {
    ...Object.fromEntries(inherited),
    KAKEHASHI_PATHS__VAR: folder,
    KAKEHASHI_METRICS__BIND: '',
    KAKEHASHI_LOG__FILTER: 'warn',
    // All these browsers and the check of links share one address.
    KAKEHASHI_LIMITS__ADDRESS_PER_SECOND: '1000',
    KAKEHASHI_LIMITS__ADDRESS_BURST: '10000',
    KAKEHASHI_LIMITS__MEMBER_PER_SECOND: '1000',
    KAKEHASHI_LIMITS__MEMBER_BURST: '10000',
  }
}

async function demonstrate(folder) {
  const child = start(['demo', '--bind', '127.0.0.1:0'], folder, environment(folder))
  return new World(child, folder, await announced(child, true), join(folder, 'demo', 'mail'))
}

function start(words, folder, env) {
  return spawn(BINARY, words, { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] })
}

// The address, once it is announced and, in a demonstration, the walk in the terminal is over: the last line of that
// is the address alone.
async function announced(child, walks) {
  const said = []
  let origin
  const ready = new Promise((done, failed) => {
    let walked = !walks
    const late = setTimeout(() => failed(new Error(`not ready in time:\n${said.join('\n')}`)), START_WITHIN_MS)
    child.once('error', failed)
    child.once('exit', (code) => failed(new Error(`kakehashi ended with ${code}:\n${said.join('\n')}`)))
    createInterface({ input: child.stdout }).on('line', (line) => {
      said.push(line)
      origin ??= line.match(/^listening on (\S+)$/)?.[1]
      walked ||= /^ {2}http:\S+$/.test(line)
      if (!origin || !walked) return
      clearTimeout(late)
      done()
    })
  })
  try {
    await ready
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
  child.removeAllListeners('exit')
  return origin
}
