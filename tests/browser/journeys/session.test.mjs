// Coming in, being known, leaving: by the pages alone.

import assert from 'node:assert/strict'
import { it } from 'node:test'

import { accountMenu } from '../support/browser.mjs'
import { Stage, press } from '../support/stage.mjs'
import { EMAIL, PASSWORD } from '../support/world.mjs'

const stage = await Stage.open()

it('a wrong password is told, and only the password is typed again', async () => {
  const page = await stage.person()
  await page.goto('/sign-in')
  await page.getByLabel('メールアドレス').fill(EMAIL.town)
  await page.getByLabel('パスワード').fill('not-the-password-2026')
  await press(page, page.getByRole('main').getByRole('button', { name: 'サインイン', exact: true }))
  await page.getByText('メールアドレスまたはパスワードが違います').waitFor()
  await stage.looksRight(page)
  assert.equal(await page.getByLabel('メールアドレス').inputValue(), EMAIL.town)
  assert.equal(await page.getByLabel('パスワード').inputValue(), '')
})

it('somebody signs in with the keyboard alone', async () => {
  const page = await stage.person()
  await page.goto('/sign-in')
  await page.keyboard.press('Tab')
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute('href')), '#main')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  await page.keyboard.type(EMAIL.vendor)
  await page.keyboard.press('Tab')
  await page.keyboard.type(PASSWORD)
  const arrived = page.waitForURL((url) => url.pathname === '/')
  await page.keyboard.press('Enter')
  await arrived
  await (await accountMenu(page)).getByRole('button', { name: 'サインアウト' }).waitFor()
})

it('who signs out is gone, also from the pages of before', async () => {
  const page = await stage.person('town')
  await press(page, (await accountMenu(page)).getByRole('button', { name: 'サインアウト' }))
  await page.getByText('サインアウトしました').waitFor()
  await page.goBack()
  await page.getByRole('banner').getByRole('link', { name: 'サインイン' }).waitFor()
})

it('nothing typed is lost when the session ends in mid-form', async () => {
  const page = await stage.person('town')
  await page.goto('/challenges/new')
  await page.getByLabel('題名').fill('書きかけのままサインアウトした課題')
  await page.getByLabel('概要').fill('消えてはいけない文章。')

  // The session ends in another tab; here the form is still open.
  const other = await page.context().newPage()
  await other.goto('/')
  await press(other, (await accountMenu(other)).getByRole('button', { name: 'サインアウト' }))
  await press(page, page.getByRole('button', { name: '保存する' }))

  await page.getByLabel('メールアドレス').fill(EMAIL.town)
  await page.getByLabel('パスワード').fill(PASSWORD)
  await press(page, page.getByRole('main').getByRole('button', { name: 'サインイン', exact: true }))
  await stage.looksRight(page)
  await press(page, page.getByRole('button', { name: '送信を続ける' }))
  assert.equal(await page.getByLabel('題名').inputValue(), '書きかけのままサインアウトした課題')
  assert.equal(await page.getByLabel('概要').inputValue(), '消えてはいけない文章。')
})

it('who signs out everywhere is signed out on the other machine', async () => {
  const [here, there] = [await stage.person('vendor'), await stage.person('vendor')]
  await here.goto('/account/sessions')
  await here.getByText('この端末', { exact: true }).waitFor()
  await stage.looksRight(here)
  await press(here, here.getByRole('link', { name: 'すべての端末からサインアウト' }))
  await here.getByLabel('あなたのパスワード').fill(PASSWORD)
  await stage.looksRight(here)
  await press(here, here.getByRole('button', { name: 'すべての端末からサインアウトする' }))

  await there.goto('/account')
  await there.getByRole('heading', { level: 1, name: 'サインイン' }).waitFor()
  assert.equal(new URL(there.url()).pathname, '/sign-in')
})
