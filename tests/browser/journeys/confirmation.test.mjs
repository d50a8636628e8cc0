// A municipality is asked by mail whether a deployment is right, and answers without an account.

import assert from 'node:assert/strict'
import { it } from 'node:test'

import { Api } from '../support/api.mjs'
import { Mailbox, linkIn } from '../support/mailbox.mjs'
import { Stage, press } from '../support/stage.mjs'

// A town of the demonstration whose address shares no domain with the vendor's; else nothing would be mailed.
const TOWN = '162108'
const TOWN_EMAIL = `dx@${TOWN}.town.example`
const SINCE = '2024-06-01'

const stage = await Stage.open()
const vendor = await Api.as(stage.world, 'vendor')
const mailbox = await Mailbox.open(stage.world)

/** A new deployment in the town, about which the town has just been asked: its address in the API, and the link. */
async function asked() {
  const { organization } = await vendor.get('/me')
  const mine = await vendor.first(`/solutions?organization=${organization.id}&status=published`)
  const declared = await vendor.post(`/solutions/${mine.id}/deployments`, {
    municipality_code: TOWN,
    sector: mine.sectors[0],
    started_on: SINCE,
    stage: 'pilot',
    outcome: 'ongoing',
  })
  await vendor.post(`/deployments/${declared.id}/request-confirmation`)
  return { deployment: `/deployments/${declared.id}`, link: linkIn(await mailbox.waitFor(TOWN_EMAIL, '導入実績')) }
}

it('confirms with one button, and the link acts once', async () => {
  const { deployment, link } = await asked()
  const page = await stage.person()
  await page.goto(link)
  await stage.looksRight(page)
  await page.getByRole('main').getByText(SINCE).first().waitFor()

  await press(page, page.getByRole('button', { name: '正しいと回答する' }))
  await page.getByRole('heading', { level: 1 }).waitFor()
  await stage.looksRight(page)
  assert.equal((await vendor.get(deployment)).verification, 'confirmed')

  const again = await page.goto(link)
  assert.equal(again.status(), 410)
})

it('corrects what is wrong, on a phone and without scripts', async () => {
  const { deployment, link } = await asked()
  const page = await stage.person('visitor', { javaScriptEnabled: false, viewport: { width: 390, height: 844 } })
  await page.goto(`${link}&lang=en`)
  await stage.looksRight(page, 'en')
  await page.getByText('Correct what is wrong').click()
  await page.getByLabel('First day').fill('2024-09-01')
  await press(page, page.getByRole('button', { name: 'Answer with corrections' }))
  await stage.looksRight(page, 'en')

  const corrected = await vendor.get(deployment)
  assert.deepEqual([corrected.verification, corrected.started_on], ['confirmed', '2024-09-01'])
})
