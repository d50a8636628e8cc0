// The browser: Debian's Chromium without a window.

import { chromium } from 'playwright-core'

import { EMAIL, PASSWORD } from './world.mjs'

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium'
const ARGUMENTS = [
  // Nothing of the browser's own goes out: only what a page asks for is seen, and nothing else.
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-default-apps',
  '--disable-sync',
  '--no-first-run',
  '--disable-dev-shm-usage',
]

/** The widths people have: an office's monitor and a phone. */
export const DESKTOP = { width: 1280, height: 900 }
export const PHONE = { width: 390, height: 844 }
/** The narrowest width that must work (WCAG 2.2, 1.4.10). */
export const NARROWEST = 320

export function launch() {
  // Chromium has no sandbox for root.
  const sandbox = process.getuid?.() !== 0
  return chromium.launch({ executablePath: CHROMIUM, chromiumSandbox: sandbox, args: ARGUMENTS })
}

/** A browser profile of a person in Japan: cold cache, no cookies but those of `state`. */
export function profile(browser, world, options = {}) {
  return browser.newContext({
    baseURL: world.origin,
    locale: 'ja-JP',
    timezoneId: 'Asia/Tokyo',
    viewport: DESKTOP,
    ...options,
  })
}

/** Signs in on the page, as people do. */
export async function signIn(page, email, password = PASSWORD) {
  await page.goto('/sign-in?lang=ja')
  await page.locator('input[type=email]').fill(email)
  await page.locator('input[type=password]').fill(password)
  await page.locator('input[type=password]').press('Enter')
  await page.waitForURL((url) => url.pathname !== '/sign-in')
}

/** The opened menu of the member's name in the header. */
export async function accountMenu(page) {
  const menu = page.getByRole('banner').locator('details', { has: page.locator('form[action="/sign-out"]') })
  if (!(await menu.evaluate((details) => details.open))) await menu.locator('summary').click()
  return menu
}

/** The cookies of somebody signed in; of a visitor none. */
export async function stateOf(browser, world, role) {
  if (role === 'visitor') return { cookies: [], origins: [] }
  const context = await profile(browser, world)
  try {
    await signIn(await context.newPage(), EMAIL[role])
    return await context.storageState()
  } finally {
    await context.close()
  }
}
