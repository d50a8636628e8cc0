// How long the service takes for its pages, against its own API for the same data.
//
//   cargo build --release && npm ci --prefix tests/browser --ignore-scripts
//   TEST_BINARY=target/release/kakehashi node benches/pages/load.mjs [REQUESTS]
//
// One client on loopback, one request at a time on a connection that stays open, so that what is measured is the
// service's own time and some tenths of a millisecond of the client. Prints a table for docs/performance.md.

import { mkdtemp, rm } from 'node:fs/promises'
import { Agent, get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { Api } from '../../tests/browser/support/api.mjs'
import { launch, stateOf } from '../../tests/browser/support/browser.mjs'
import { World } from '../../tests/browser/support/world.mjs'

const REQUESTS = Number(process.argv[2] ?? 400)
const WARM_UP = 20

const agent = new Agent({ keepAlive: true, maxSockets: 1 })

/** Milliseconds until the whole answer is there, and its bytes. */
function once(url, headers) {
  return new Promise((done, failed) => {
    const begin = performance.now()
    const asked = get(url, { agent, headers }, (answer) => {
      let bytes = 0
      answer.on('data', (chunk) => (bytes += chunk.length))
      answer.on('end', () => {
        if (answer.statusCode !== 200) failed(new Error(`${url} answered ${answer.statusCode}`))
        done({ time: performance.now() - begin, bytes })
      })
    })
    asked.on('error', failed)
  })
}

async function measured(url, headers) {
  for (let request = 0; request < WARM_UP; request++) await once(url, headers)
  const seen = []
  for (let request = 0; request < REQUESTS; request++) seen.push(await once(url, headers))
  const times = seen.map(({ time }) => time).sort((a, b) => a - b)
  const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))]
  return { p50: at(0.5), p99: at(0.99), bytes: seen[0].bytes }
}

/** The session cookie of a role as a header, and its bearer token. */
async function credentials(browser, world, role) {
  const { cookies } = await stateOf(browser, world, role)
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
  return { page: { cookie }, api: (await Api.as(world, role)).headers }
}

const milliseconds = (number) => number.toFixed(number < 10 ? 2 : 1)

async function row(world, as, page, api) {
  const compressed = { 'accept-encoding': 'gzip' }
  const shown = await measured(world.origin + page, { ...compressed, ...as.page })
  const answered = api ? await measured(`${world.origin}/api/v1${api}`, { ...compressed, ...as.api }) : null
  const figures = (seen) => (seen ? `${milliseconds(seen.p50)} / ${milliseconds(seen.p99)}` : '–')
  return `| ${figures(shown)} | ${(shown.bytes / 1000).toFixed(1)} | ${figures(answered)} |`
}

async function main(world, browser) {
  const visitor = { page: {}, api: {} }
  const [town, vendor] = [await credentials(browser, world, 'town'), await credentials(browser, world, 'vendor')]
  const api = await Api.as(world, 'town')
  const me = await api.get('/me')
  const challenge = await api.first(`/challenges?status=open&organization=${me.organization.id}`)
  const solution = await api.first('/solutions')
  const rows = [
    ['front page', visitor, '/', null],
    ['challenges', visitor, '/challenges', '/challenges?status=open'],
    ['challenges, searched', visitor, '/challenges?q=除雪', '/challenges?status=open&q=除雪'],
    ['challenge', visitor, `/challenges/${challenge.id}`, `/challenges/${challenge.id}`],
    ['solutions', visitor, '/solutions', '/solutions'],
    ['solution', visitor, `/solutions/${solution.id}`, `/solutions/${solution.id}`],
    ['matches of a challenge', town, `/challenges/${challenge.id}/matches`, `/challenges/${challenge.id}/matches`],
    ['challenges for you', vendor, '/for-you', null],
  ]
  console.log('| page | page p50 / p99, ms | kB, gzip | API p50 / p99, ms |\n|---|---|---|---|')
  for (const [name, as, page, path] of rows) {
    console.log(`| ${name} ${await row(world, as, encodeURI(page), path && encodeURI(path))}`)
  }
}

const template = await mkdtemp(join(tmpdir(), 'kakehashi-load-'))
await World.prepare(template)
const [world, browser] = [await World.start(), await launch()]
try {
  await main(world, browser)
} finally {
  agent.destroy()
  await browser.close()
  await world.stop()
  await rm(template, { recursive: true, force: true })
}
