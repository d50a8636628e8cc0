// From the front page to an approved organization: sign-up, the link in the mail, the bureau's desk. Once in the
// demonstration, once in an empty service on PostgreSQL.

import { after, describe, it } from 'node:test'

import { signIn } from '../support/browser.mjs'
import { Mailbox, linkIn } from '../support/mailbox.mjs'
import { Stage, press } from '../support/stage.mjs'
import { World } from '../support/world.mjs'

const NAME = '石狩みちしるべ技研'
const EMAIL = 'hanako@ishikari-michishirube.example'
const PASSWORD = 'hashi-no-mukou-e-2026'

/** What the newcomer types; the bureau of Hokkaido is in charge of it. */
async function apply(page) {
  await page.goto('/')
  await press(page, page.getByRole('banner').getByRole('link', { name: '登録する' }))
  await page.getByRole('radio', { name: /^事業者/ }).check()
  await page.getByRole('combobox', { name: '都道府県' }).selectOption({ label: '北海道' })
  await press(page, page.getByRole('button', { name: '次へ進む' }))
  await page.getByLabel('団体の名称').fill(NAME)
  await page.getByRole('combobox', { name: '本社のある市区町村' }).selectOption({ label: '札幌市' })
  await page.getByLabel('担当者のお名前').fill('石狩 花子')
  await page.getByLabel('メールアドレス').fill(EMAIL)
}

function journey(where, opened) {
  describe(where, () => {
    let stage
    after(() => stage?.close())

    it('a vendor signs up, follows the mail, waits, is approved, and is in', async () => {
      stage = await Stage.of(await opened())
      const mailbox = await Mailbox.open(stage.world)
      const page = await stage.person()
      await apply(page)

      // A password that is too short costs nothing but the password.
      await page.getByLabel('パスワード').fill('short')
      await press(page, page.getByRole('button', { name: '申し込む' }))
      await page.getByRole('alert').waitFor()
      await stage.looksRight(page)
      await page.getByLabel('パスワード').fill(PASSWORD)
      await press(page, page.getByRole('button', { name: '申し込む' }))
      await page.getByRole('heading', { level: 1, name: '確認メールを送りました' }).waitFor()
      await stage.looksRight(page)

      await page.goto(linkIn(await mailbox.waitFor(EMAIL, 'メールアドレスの確認')))
      await stage.looksRight(page)
      await press(page, page.getByRole('main').getByRole('button', { name: '登録する' }))
      await page.getByText('メールアドレスを確認しました').waitFor()
      await stage.looksRight(page)

      await signIn(page, EMAIL, PASSWORD)
      await page.goto('/organization')
      await page.getByText('承認待ち').waitFor()
      await stage.looksRight(page)

      const officer = await stage.person('bureau')
      await officer.goto('/moderation')
      await officer.getByRole('checkbox', { name: NAME }).check()
      await stage.looksRight(officer)
      await press(officer, officer.getByRole('button', { name: '選んだものを承認する' }))
      await officer.getByText('処理しました', { exact: false }).first().waitFor()

      await page.reload()
      await page.getByText('承認済み').waitFor()
      await stage.looksRight(page)
    })
  })
}

journey('in the demonstration', () => World.start())
journey('in an empty service on PostgreSQL', () => World.startEmptyOnPostgres('hokkaido'))
