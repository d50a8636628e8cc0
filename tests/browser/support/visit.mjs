// One visit to one page in a cold browser, and what is wrong with the page.

import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'

import { DESKTOP, NARROWEST, PHONE, profile } from './browser.mjs'

const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Bytes over the wire for a page and all it loads, on a first visit. */
const HEAVIEST = 100_000
/** Cumulative layout shift. */
const LARGEST_SHIFT = 0.01
const STATE_WITHIN_MS = 20_000

/** A text that stands in no locale file is shown as its key: `ja.front.title`. */
const BARE_KEY = /\b(?:ja|en)\.[a-z_]+(?:\.[a-z0-9_-]+)+\b/

/**
 * Visits `path` and looks at everything that must hold on every page.
 *
 * `expected` is the status it answers with. Yields the problems as sentences, the HTML as it came over the wire,
 * its links within the service, and the page's weight in bytes.
 */
export async function visit(browser, world, { path, lang, viewport, state, expected = 200 }) {
  const context = await profile(browser, world, { viewport, storageState: state })
  try {
    const page = await context.newPage()
    const address = inLanguage(path, lang)
    const watch = new Watch(page, world.origin)
    await page.addInitScript(observeShifts)
    const answer = await page.goto(address, { waitUntil: 'load', timeout: STATE_WITHIN_MS })
    const html = await answer.text()
    await page.evaluate(settled)

    const problems = []
    if (answer.status() !== expected) problems.push(`answered ${answer.status()}, not ${expected}`)
    problems.push(...(await lookAt(page, lang)))
    problems.push(...(await shifts(page)))
    if (viewport === PHONE) {
      await page.setViewportSize({ ...PHONE, width: NARROWEST })
      problems.push(...(await overflow(page)))
    }
    const weight = await watch.weight()
    if (weight > HEAVIEST) problems.push(`weighs ${weight} bytes: ${await watch.heaviest()}`)
    problems.push(...watch.problems)
    return { problems, html, weight, links: await page.evaluate(linksWithin) }
  } finally {
    await context.close()
  }
}

/** What is wrong with what a page shows at this moment. Where scripts are off, axe cannot look. */
export async function lookAt(page, lang, scripts = true) {
  const structural = await page.evaluate(structure, lang)
  const text = bareKeys(await page.locator('html').innerText())
  const axe = scripts ? await accessibility(page) : []
  return [...structural, ...text, ...axe, ...(await overflow(page))]
}

/** `path` in a language, whatever its query. */
export function inLanguage(path, lang) {
  const url = new URL(path, 'http://any')
  url.searchParams.set('lang', lang)
  return url.pathname + url.search
}

/** The name of a width in a problem's sentence. */
export function nameOf(viewport) {
  return viewport === DESKTOP ? 'desktop' : 'phone'
}

/** Hears what a page says and asks for. */
export class Watch {
  #requests = []

  constructor(page, origin) {
    this.problems = []
    const documents = new Set()
    page.on('pageerror', (error) => this.problems.push(`script error: ${error.message}`))
    page.on('console', (message) => {
      // That the page itself is refused is the test's to judge.
      if (['error', 'warning'].includes(message.type()) && !documents.has(message.location().url)) {
        this.problems.push(`console ${message.type()}: ${message.text()} (${message.location().url})`)
      }
    })
    page.on('request', (request) => {
      if (!request.url().startsWith(`${origin}/`)) this.problems.push(`asked another host: ${request.url()}`)
    })
    page.on('requestfinished', (request) => this.#requests.push(request))
    page.on('requestfailed', (request) => {
      // A navigation that another one overtakes is no failure.
      const reason = request.failure()?.errorText ?? ''
      if (reason !== 'net::ERR_ABORTED') this.problems.push(`could not load ${request.url()}: ${reason}`)
    })
    page.on('response', (response) => {
      if (response.request().resourceType() === 'document') {
        documents.add(response.url())
      } else if (response.status() >= 400) {
        this.problems.push(`${response.url()} answered ${response.status()}`)
      }
    })
  }

  /** Bytes of all answers so far, heads included. */
  async weight() {
    const sizes = await this.#sizes()
    return sizes.reduce((sum, [, size]) => sum + size, 0)
  }

  async heaviest() {
    const sizes = (await this.#sizes()).sort(([, a], [, b]) => b - a)
    return sizes.slice(0, 3).map(([url, size]) => `${url} ${size}`).join(', ')
  }

  #sizes() {
    const size = async (request) => {
      const { responseBodySize, responseHeadersSize } = await request.sizes()
      return [request.url(), responseBodySize + responseHeadersSize]
    }
    return Promise.all(this.#requests.map(size))
  }
}

function bareKeys(text) {
  const key = text.match(BARE_KEY)
  return key ? [`shows the name of a text instead of the text: ${key[0]}`] : []
}

/** What axe finds, its best practices and the size of targets included. */
async function accessibility(page) {
  await page.evaluate(AXE)
  const violations = await page.evaluate(async () => {
    const options = { resultTypes: ['violations'], rules: { 'target-size': { enabled: true } } }
    const { violations } = await globalThis.axe.run(document, options)
    const place = ({ target, any }) => `${target.join(' ')} (${any.map(({ message }) => message).join('; ')})`
    return violations.map(({ id, help, nodes }) => ({ id, help, places: nodes.map(place) }))
  })
  return violations.map(({ id, help, places }) => {
    return `axe ${id}: ${help}; ${places.length} places: ${places.slice(0, 3).join(', ')}`
  })
}

async function shifts(page) {
  const { sum, moved } = await page.evaluate(() => globalThis.layoutShifts())
  return sum < LARGEST_SHIFT ? [] : [`layout shifts by ${sum.toFixed(4)}: ${moved.join(', ')}`]
}

async function overflow(page) {
  const found = await page.evaluate(overflowing)
  return found ? [`is wider than ${found.width} px: ${found.culprits.join(', ')}`] : []
}

// --- In the page -----------------------------------------------------------------------------------------------

function observeShifts() {
  let sum = 0
  const moved = []
  const take = (entries) => {
    for (const entry of entries) {
      if (entry.hadRecentInput) continue
      sum += entry.value
      moved.push(...entry.sources.map((source) => source.node?.className || source.node?.nodeName))
    }
  }
  const observer = new PerformanceObserver((list) => take(list.getEntries()))
  observer.observe({ type: 'layout-shift', buffered: true })
  globalThis.layoutShifts = () => {
    take(observer.takeRecords())
    return { sum, moved }
  }
}

// Fonts are in and two frames are drawn, so that late shifts are counted.
async function settled() {
  await document.fonts.ready
  for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame)
}

function structure(lang) {
  const problems = []
  const say = (holds, sentence) => holds || problems.push(sentence)
  say(document.documentElement.lang === lang, `html lang is "${document.documentElement.lang}", not "${lang}"`)
  say(document.querySelectorAll('h1').length === 1, `has ${document.querySelectorAll('h1').length} h1`)
  say(document.title.trim() !== '', 'has no title')
  say(!document.querySelector('[style], style, script:not([src])'), 'has inline style or script')
  const anchors = [...document.querySelectorAll('a[href^="#"]')].map((link) => link.getAttribute('href').slice(1))
  const nowhere = anchors.filter((id) => id !== '' && !document.getElementById(decodeURIComponent(id)))
  say(nowhere.length === 0, `links to places that are not on it: #${nowhere.slice(0, 3).join(', #')}`)
  const forms = [...document.querySelectorAll('form[method=post]')]
  say(forms.every((form) => form.action.startsWith(location.origin)), 'posts a form to elsewhere')
  return problems
}

function overflowing() {
  const width = document.documentElement.clientWidth
  if (document.documentElement.scrollWidth <= width) return null
  const wide = [...document.body.querySelectorAll('*')].filter(
    (element) => element.getBoundingClientRect().right > width + 0.5,
  )
  const innermost = wide.filter((element) => !wide.some((other) => other !== element && element.contains(other)))
  const name = (element) => `${element.nodeName.toLowerCase()}.${element.getAttribute('class')}`
  return { width, culprits: innermost.slice(0, 3).map(name) }
}

function linksWithin() {
  const link = (element) => new URL(element.getAttribute('href'), location.href)
  const links = [...document.querySelectorAll('a[href]')].map(link)
  return links.filter((url) => url.origin === location.origin).map((url) => url.pathname + url.search)
}
