// The main road: a town posts a challenge, the bureau publishes it, a vendor sees it among those for it, the bureau
// brings both together. Once as most people go, once without JavaScript.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'

import { Mailbox } from '../support/mailbox.mjs'
import { Stage, press } from '../support/stage.mjs'
import { EMAIL } from '../support/world.mjs'

const SOLUTION = '後付け操舵 ミチビキ畝'

const stage = await Stage.open()

/** The five steps of the form, as a clerk fills them. */
async function write(page, title) {
  await page.getByLabel('題名').fill(title)
  await page.getByLabel('概要').fill('高齢の農家が夜明け前から畑を往復している。まっすぐ走らせられる人が減り、作付けをあきらめる畑が出ている。')
  await page.getByLabel('背景').fill('担い手は十年で半分になった。作業を頼める相手も、春と秋は手一杯である。')
  await page.getByLabel('いま起きていること').fill('代かきと畝立てに一枚あたり二時間かかり、曲がると収量が一割落ちる。')
  await stage.looksRight(page)
  await press(page, page.getByRole('button', { name: '保存して次へ' }))

  await page.getByLabel('目指す姿').fill('今あるトラクターに操舵の装置を付け、経験の浅い人でも夜間にまっすぐ走れる。')
  const first = page.getByRole('group', { name: '指標 1' })
  await first.getByLabel('指標', { exact: true }).or(first.getByLabel('指標').first()).first().fill('畝立てにかかる時間')
  await first.getByLabel('いまの値').fill('120')
  await first.getByLabel('目標の値').fill('６０')
  await first.getByLabel('単位').fill('分/枚')
  await stage.looksRight(page)
  await press(page, page.getByRole('button', { name: '保存して次へ' }))

  await page.getByRole('radio', { name: /^実証から/ }).check()
  await page.getByRole('checkbox', { name: 'スマート農業・農機自動走行' }).check()
  await stage.looksRight(page)
  await press(page, page.getByRole('button', { name: '保存して次へ' }))

  await page.getByRole('radio', { name: /^確保済み/ }).check()
  await page.getByLabel('下限').fill('１００万円')
  await page.getByLabel('上限（導入と初年度）').fill('300万')
  await page.getByLabel('予算の年度').fill('令和9年度')
  await page.getByLabel('実証の後の契約の方法').selectOption({ label: 'トライアル発注' })
  await page.getByLabel('担当の部署').fill('農政課')
  await stage.looksRight(page)
  await press(page, page.getByRole('button', { name: '保存して次へ' }))
}

function travel(how, options) {
  const title = `畑をまっすぐ走らせられる人が減り、農作業が追いつかない（${how}）`

  describe(how, () => {
    let address

    it('a town posts a challenge with its budget', async () => {
      const page = await stage.person('town', options)
      await page.goto('/')
      await press(page, page.getByRole('main').getByRole('link', { name: /地域課題を登録する|課題を登録/ }).first())
      await write(page, title)
      await page.getByText('提出できます').waitFor()
      await page.getByText('300万円').first().waitFor()
      await stage.looksRight(page)
      await press(page, page.getByRole('button', { name: '提出する' }))
      await page.getByRole('status').filter({ hasText: '提出しました' }).waitFor()
      await stage.looksRight(page)
      address = new URL(page.url()).pathname
    })

    it('the bureau publishes it from the desk', async () => {
      const page = await stage.person('bureau', options)
      await page.goto('/moderation')
      await page.getByRole('checkbox', { name: title }).check()
      await press(page, page.getByRole('button', { name: '選んだものを承認する' }))
      await page.getByRole('status').filter({ hasText: '処理しました' }).waitFor()
      await stage.looksRight(page)
    })

    it('a vendor finds it among the challenges for it, with the reason', async () => {
      const page = await stage.person('vendor', options)
      await press(page, page.getByRole('navigation').getByRole('link', { name: 'あなた向けの課題' }).first())
      const row = page.getByRole('listitem').filter({ has: page.getByRole('link', { name: title }) })
      await row.getByText('スマート農業').first().waitFor()
      await row.getByRole('link', { name: SOLUTION }).waitFor()
      await stage.looksRight(page)
      await press(page, row.getByRole('link', { name: title }))
      await page.getByText('300万円').first().waitFor()
      await stage.looksRight(page)
    })

    it('the bureau brings them together, and both learn whom to write to', async () => {
      const mailbox = await Mailbox.open(stage.world)
      const page = await stage.person('bureau', options)
      await page.goto(`${address}/matches`)
      await stage.looksRight(page)
      const row = page.getByRole('listitem').filter({ has: page.getByRole('link', { name: SOLUTION }) })
      await row.getByText('この組み合わせを進める・見送る').click()
      await press(page, row.getByRole('button', { name: 'マッチングの候補にする' }))
      await stage.looksRight(page)
      await press(page, page.getByRole('main').getByRole('button', { name: '承認する' }))
      await press(page, page.getByRole('main').getByRole('button', { name: '紹介する' }))
      await page.getByRole('heading', { name: '連絡先' }).waitFor()
      await stage.looksRight(page)
      await mailbox.waitFor(EMAIL.vendor, 'ご紹介します')

      const vendor = await stage.person('vendor', options)
      await vendor.goto(new URL(page.url()).pathname)
      assert.equal(await vendor.getByRole('link', { name: EMAIL.town }).count(), 1)
      await stage.looksRight(vendor)
    })
  })
}

travel('with scripts', {})
travel('without scripts', { javaScriptEnabled: false })
