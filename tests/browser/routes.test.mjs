// The list of pages and the routes of the service are the same.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { it } from 'node:test'

import { none } from './support/none.mjs'
import { PAGES } from './pages.mjs'

/** What is no page: data, health, files. */
const NO_PAGE = [/^\/api\/v1\//, /^\/health\//, /^\/assets\//, /^\/attachments\//, /^\/calendar$/, /^\/imports\/templates\//, /\.(json|ico|svg|txt|atom|ics|csv|xlsx)$/]

async function routes() {
  const router = await readFile(new URL('../../src/router.rs', import.meta.url), 'utf8')
  const gets = [...router.matchAll(/^\s*GET "([^"]+)" =>/gm)].map(([, path]) => path)
  assert.ok(gets.length > 10, 'the routes are read')
  return gets.filter((path) => !NO_PAGE.some((pattern) => pattern.test(path)))
}

it('every route that shows a page is looked at', async () => {
  const looked = new Set(PAGES.map((page) => page.route))
  none((await routes()).filter((route) => !looked.has(route)))
})

it('every page looked at is a route', async () => {
  const existing = new Set(await routes())
  none(PAGES.map((page) => page.route).filter((route) => route && !existing.has(route)))
})
