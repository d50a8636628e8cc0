// A running `kakehashi demo`: the real binary, in a folder of its own, on a port of its own.

import { spawn } from 'node:child_process'
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

/** A served demonstration. `origin` has no slash at its end; `mails` is the folder of sent mails. */
export class World {
  #child
  #folder

  constructor(child, folder, origin) {
    this.#child = child
    this.#folder = folder
    this.origin = origin
    this.mails = join(folder, 'demo', 'mail')
  }

  /** Serves a copy of the world that `run.mjs` made, so that no test file sees what another one did. */
  static async start() {
    const template = process.env[TEMPLATE]
    if (!template) throw new Error('no world to start from: run the tests with `node run.mjs`')
    const folder = await mkdtemp(join(tmpdir(), 'kakehashi-browser-'))
    await cp(template, folder, { recursive: true })
    return serve(folder)
  }

  /** Makes a new world in `folder` and tells the test files of it; the world is not served. */
  static async prepare(folder) {
    const world = await serve(folder)
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

// Ready when the address is announced and the walk in the terminal is over: its last line is the address alone.
async function serve(folder) {
  const child = spawn(BINARY, ['demo', '--bind', '127.0.0.1:0'], {
    cwd: folder,
    env: environment(folder),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const said = []
  let origin
  const ready = new Promise((done, failed) => {
    let walked = false
    child.once('error', failed)
    child.once('exit', (code) => failed(new Error(`kakehashi demo ended with ${code}:\n${said.join('\n')}`)))
    createInterface({ input: child.stdout }).on('line', (line) => {
      said.push(line)
      origin ??= line.match(/^listening on (\S+)$/)?.[1]
      walked ||= /^ {2}http:\S+$/.test(line)
      if (origin && walked) done()
    })
    setTimeout(() => failed(new Error(`not ready in time:\n${said.join('\n')}`)), START_WITHIN_MS).unref()
  })
  try {
    await ready
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
  child.removeAllListeners('exit')
  return new World(child, folder, origin)
}
