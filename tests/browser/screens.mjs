// Takes the pictures of docs/screens.

import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { DESKTOP, PHONE, launch, profile, stateOf } from './support/browser.mjs'
import { inLanguage } from './support/visit.mjs'
import { World } from './support/world.mjs'
import { prepare } from './prepare.mjs'

const FOLDER = fileURLToPath(new URL('../../docs/screens', import.meta.url))

/** What is shown: file name, who looks, where, language, width; `whole` takes more than what fits the window. */
const SCREENS = [
  { name: 'front', as: 'visitor', path: () => '/' },
  { name: 'front-en', as: 'visitor', path: () => '/', lang: 'en' },
  { name: 'front-phone', as: 'visitor', path: () => '/', viewport: PHONE },
  { name: 'challenges', as: 'visitor', path: () => '/challenges?q=%E9%99%A4%E9%9B%AA' },
  { name: 'challenge', as: 'vendor', path: ({ open }) => `/challenges/${open}` },
  { name: 'write', as: 'town', path: ({ draft }) => `/challenges/${draft}/edit?step=1` },
  { name: 'solutions', as: 'visitor', path: () => '/solutions' },
  { name: 'solution', as: 'town', path: ({ solution }) => `/solutions/${solution}` },
  { name: 'compare', as: 'visitor', path: ({ several }) => `/solutions/compare?id=${several.join('&id=')}` },
  { name: 'matches', as: 'town', path: ({ open }) => `/challenges/${open}/matches` },
  { name: 'matches-en', as: 'town', path: ({ open }) => `/challenges/${open}/matches`, lang: 'en' },
  { name: 'for-you-phone', as: 'vendor', path: () => '/for-you', viewport: PHONE },
  { name: 'moderation', as: 'bureau', path: () => '/moderation' },
  { name: 'mails', as: 'operator', path: () => '/operations/mails' },
]

async function take(browser, world, state, address, { name, lang = 'ja', viewport = DESKTOP, whole = false }) {
  const context = await profile(browser, world, { viewport, storageState: state, reducedMotion: 'reduce' })
  const page = await context.newPage()
  await page.goto(inLanguage(address, lang))
  await page.evaluate(() => document.fonts.ready)
  await page.screenshot({ path: join(FOLDER, `${name}.png`), fullPage: whole })
  await context.close()
}

export async function takeScreens() {
  await mkdir(FOLDER, { recursive: true })
  const world = await World.start()
  const browser = await launch()
  try {
    const known = await prepare(world)
    const states = new Map()
    for (const screen of SCREENS) {
      if (!states.has(screen.as)) states.set(screen.as, await stateOf(browser, world, screen.as))
      await take(browser, world, states.get(screen.as), screen.path(known), screen)
      console.log(`docs/screens/${screen.name}.png`)
    }
  } finally {
    await browser.close()
    await world.stop()
  }
}
