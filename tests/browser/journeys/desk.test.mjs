// An officer with ten things waiting and no mouse.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { it } from 'node:test'

import { Api } from '../support/api.mjs'
import { Stage } from '../support/stage.mjs'

const WAITING = 10

const stage = await Stage.open()
const town = await Api.as(stage.world, 'town')
const example = JSON.parse(await readFile(new URL('../../../seeds/demo/walk.json', import.meta.url), 'utf8'))

/** Challenges that wait for the bureau; their ids. */
async function submitted() {
  const ids = []
  for (let number = 1; number <= WAITING; number++) {
    const { id } = await town.post('/challenges', { ...example, title: `審査を待つ課題 その${number}` })
    await town.post(`/challenges/${id}/submit`)
    ids.push(id)
  }
  return ids
}

async function states(ids) {
  const found = await Promise.all(ids.map((id) => town.get(`/challenges/${id}`)))
  return [...new Set(found.map(({ status }) => status))]
}

/** Presses a key that sends a form, and waits for the page it leads to. */
async function pressKey(page, key) {
  const arrived = page.waitForEvent('load')
  await page.keyboard.press(key)
  await arrived
}

it('clears ten waiting challenges with the keyboard, and takes it back', async () => {
  const ids = await submitted()
  const page = await stage.person('bureau')
  await page.goto('/moderation?kind=challenge')
  assert.equal(await page.getByRole('checkbox', { name: /^審査を待つ課題/ }).count(), WAITING)

  // One row is read, then all are chosen and accepted.
  await page.keyboard.press('j')
  await page.keyboard.press('o')
  await stage.looksRight(page)
  await page.keyboard.press('*')
  await page.getByText(/^\d+件を選んでいます$/).waitFor()
  await pressKey(page, 'a')
  await page.getByRole('button', { name: '元に戻す' }).first().waitFor()
  await stage.looksRight(page)
  assert.deepEqual(await states(ids), ['open'])

  await pressKey(page, 'u')
  await page.getByRole('checkbox', { name: /^審査を待つ課題/ }).first().waitFor()
  await stage.looksRight(page)
  assert.deepEqual(await states(ids), ['in_review'])
})

it('does the same with Tab, Space and Enter alone', async () => {
  const page = await stage.person('bureau', { javaScriptEnabled: false })
  await page.goto('/moderation?kind=challenge')
  const waiting = page.getByRole('checkbox', { name: /^審査を待つ課題/ })
  const before = await waiting.count()
  await tabTo(page, waiting.first())
  await page.keyboard.press('Space')
  await tabTo(page, page.getByRole('button', { name: '選んだものを承認する' }), 'Shift+Tab')
  await pressKey(page, 'Enter')
  await page.getByRole('button', { name: '元に戻す' }).first().waitFor()
  assert.equal(await waiting.count(), before - 1)
})

/** Goes from control to control until `control` has the focus. */
async function tabTo(page, control, key = 'Tab') {
  const wanted = await control.elementHandle()
  for (let steps = 0; steps < 200; steps++) {
    if (await wanted.evaluate((element) => element === document.activeElement)) return
    await page.keyboard.press(key)
  }
  assert.fail('the keyboard does not get there')
}
