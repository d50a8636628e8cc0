// Every page of `pages.mjs`, in both languages and on both widths.

import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'

import { DESKTOP, PHONE, launch, profile, stateOf } from './support/browser.mjs'
import { invalid } from './support/html.mjs'
import { none } from './support/none.mjs'
import { nameOf, visit } from './support/visit.mjs'
import { World } from './support/world.mjs'
import { PAGES } from './pages.mjs'
import { prepare } from './prepare.mjs'

const world = await World.start()
const browser = await launch()
after(async () => {
  await browser.close()
  await world.stop()
})

const known = await prepare(world)
const roles = [...new Set(PAGES.flatMap((page) => page.as))]
const states = new Map()
for (const role of roles) states.set(role, await stateOf(browser, world, role))

// The API answers in its own way; its tests are elsewhere.
const isPage = (address) => !address.startsWith('/api/v1/')

const html = new Map()
const links = new Map(roles.map((role) => [role, new Set()]))

async function problemsOf(page, role) {
  const path = page.path ? page.path(known) : page.route
  const found = []
  for (const lang of ['ja', 'en']) {
    for (const viewport of [DESKTOP, PHONE]) {
      const options = { path, lang, viewport, state: states.get(role), expected: page.status }
      const seen = await visit(browser, world, options)
      found.push(...seen.problems.map((problem) => `${lang}, ${nameOf(viewport)}: ${problem}`))
      html.set(`${path} for ${role} in ${lang}`, seen.html)
      if (!page.status) seen.links.forEach((link) => links.get(role).add(link))
    }
  }
  return found
}

// Things of one kind share an address but for the id: three of them stand for all.
function samples(addresses) {
  const kinds = new Map()
  for (const address of addresses) {
    const url = new URL(address, world.origin)
    const kind = [url.pathname.replaceAll(/[0-9a-f-]{36}/g, '{id}'), ...url.searchParams.keys()].join(' ')
    kinds.set(kind, [...(kinds.get(kind) ?? []), address])
  }
  return [...kinds.values()].flatMap((same) => same.slice(0, 3))
}

describe('a page is accessible, light, still, silent and fits', { concurrency: 2 }, () => {
  for (const page of PAGES) {
    for (const role of page.as) {
      it(`${page.name ?? page.route} for ${role}`, async () => {
        none(await problemsOf(page, role))
      })
    }
  }
})

describe('all pages together', () => {
  it('are valid HTML', async () => {
    assert.ok(html.size > 0)
    none(await invalid(html))
  })

  for (const role of roles) {
    it(`lead a ${role} nowhere by mistake`, async () => {
      const context = await profile(browser, world, { storageState: states.get(role) })
      const broken = []
      for (const address of samples([...links.get(role)].filter(isPage))) {
        const answer = await context.request.get(address, { headers: { accept: 'text/html' } })
        if (!answer.ok()) broken.push(`${address} answers ${answer.status()}`)
      }
      await context.close()
      none(broken)
    })
  }
})
