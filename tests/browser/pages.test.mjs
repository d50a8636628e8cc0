// Every page of `pages.mjs`, in both languages and on both widths.

import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'

import { DESKTOP, PHONE, launch, stateOf } from './support/browser.mjs'
import { invalid } from './support/html.mjs'
import { none } from './support/none.mjs'
import { nameOf, visit } from './support/visit.mjs'
import { World } from './support/world.mjs'
import { PAGES, discover } from './pages.mjs'

const world = await World.start()
const browser = await launch()
after(async () => {
  await browser.close()
  await world.stop()
})

const known = await discover(world)
const roles = [...new Set(PAGES.flatMap((page) => page.as))]
const states = new Map()
for (const role of roles) states.set(role, await stateOf(browser, world, role))

const html = new Map()

async function problemsOf(page, role) {
  const path = page.path ? page.path(known) : page.route
  const found = []
  for (const lang of ['ja', 'en']) {
    for (const viewport of [DESKTOP, PHONE]) {
      const options = { path, lang, viewport, state: states.get(role), expected: page.status }
      const seen = await visit(browser, world, options)
      found.push(...seen.problems.map((problem) => `${lang}, ${nameOf(viewport)}: ${problem}`))
      html.set(`${path} for ${role} in ${lang}`, seen.html)
    }
  }
  return found
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
})
