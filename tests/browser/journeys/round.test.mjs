// A whole round by three browsers: the call, a challenge out of a spreadsheet, a sealed proposal, the opening, the plan of
// sessions, and everybody's calendar.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, it } from 'node:test'

import { Mailbox } from '../support/mailbox.mjs'
import { Stage, press } from '../support/stage.mjs'
import { EMAIL } from '../support/world.mjs'

const ROUND = '北海道 地域課題マッチング 試しの回'
const TITLE = '畝立てをまっすぐにできる人が減っている'
const OPENED_WITHIN_MS = 30_000

const stage = await Stage.open()
const [bureau, town, vendor] = await Promise.all(['bureau', 'town', 'vendor'].map((role) => stage.person(role)))
const main = (page) => page.getByRole('main')

/** The day in Japan, `days` from now. */
function day(days) {
  const there = new Date(Date.now() + (days * 24 + 9) * 3_600_000)
  return there.toISOString().slice(0, 10)
}

/** The spreadsheet of a clerk: a challenge with everything that a bureau asks for. */
function spreadsheet(title) {
  const rows = {
    題名: title,
    概要: '高齢の農家が夜明け前から畑を往復している。',
    背景: '担い手は十年で半分になった。',
    いま起きていること: '畝立てに一枚あたり二時間かかり、曲がると収量が落ちる。',
    目指す姿: '経験の浅い人でも、まっすぐな畝を立てられる。',
    分野: 'スマート農業・農機自動走行',
    始めたい段階: '実証から',
    予算の下限: '100万',
    予算の上限: '300万円',
    予算の状況: '確保済み',
    予算の年度: '令和9年度',
    実証の後の契約の方法: 'トライアル発注',
  }
  const line = (cells) => cells.map((cell) => `"${cell}"`).join(',')
  return `\uFEFF${line(Object.keys(rows))}\r\n${line(Object.values(rows))}\r\n`
}

async function imports(page, text) {
  await page.goto('/imports')
  await stage.looksRight(page)
  await page.locator('input[type=file]').setInputFiles({ name: '課題.csv', mimeType: 'text/csv', buffer: Buffer.from(text) })
  await press(page, page.getByRole('button', { name: '確かめる' }))
}

/** The file behind a link. */
async function download(page, name) {
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name }).click()])
  return readFile(await file.path())
}

/** The appointments of a calendar: their properties by name (RFC 5545, 3.1 and 3.3.11). */
function appointments(calendar) {
  const lines = calendar.toString('utf8').replace(/\r\n[ \t]/g, '').split('\r\n')
  assert.deepEqual([lines[0], lines.at(-1) || lines.at(-2)], ['BEGIN:VCALENDAR', 'END:VCALENDAR'])
  const found = []
  for (const line of lines) {
    if (line === 'BEGIN:VEVENT') found.push(new Map())
    const [, name, value] = line.match(/^([A-Z-]+)(?:;[^:]*)?:(.*)$/) ?? []
    if (name && found.length > 0) found.at(-1).set(name, value.replace(/\\([,;\\])/g, '$1'))
  }
  return found
}

describe('a round', () => {
  let round
  let challenge

  it('the bureau announces it', async () => {
    await bureau.goto('/rounds/new')
    const dates = { 課題の募集: [0, 5], 提案の募集: [0, 10], 提案会: [0, 12] }
    await bureau.getByLabel('題名').fill(ROUND)
    for (const [window, [from, to]] of Object.entries(dates)) {
      await bureau.getByLabel(`${window}の開始日`).fill(day(from))
      await bureau.getByLabel(`${window}の終了日`).fill(day(to))
    }
    await stage.looksRight(bureau)
    await press(bureau, bureau.getByRole('button', { name: '保存' }))
    round = new URL(bureau.url()).pathname
    await press(bureau, main(bureau).getByRole('button', { name: '告知する' }))
    await bureau.getByRole('status').filter({ hasText: '告知しました' }).waitFor()
    await stage.looksRight(bureau)
  })

  it('a town brings its challenge in a spreadsheet, mended after the first try', async () => {
    await imports(town, spreadsheet(TITLE).replace('令和9年度', 'そのうち'))
    await town.getByText('直すところが1か所あります').waitFor()
    const row = town.getByRole('row').filter({ hasText: '予算の年度' })
    await row.getByRole('cell', { name: /^K/ }).waitFor()
    await stage.looksRight(town)
    await imports(town, spreadsheet(TITLE))
    await stage.looksRight(town)
    await press(town, town.getByRole('button', { name: 'この内容で下書きを作る' }))
    await stage.looksRight(town)
    await press(town, town.getByRole('link', { name: '下書き 1' }))
    challenge = new URL(town.url()).pathname
    await press(town, town.getByRole('link', { name: '確認して提出する' }))
    await press(town, town.getByRole('button', { name: '提出する' }))
    await town.getByRole('status').filter({ hasText: '提出しました' }).waitFor()
  })

  it('the bureau publishes it, and the town puts it into the round', async () => {
    await bureau.goto('/moderation?kind=challenge')
    await bureau.getByRole('checkbox', { name: TITLE }).check()
    await press(bureau, bureau.getByRole('button', { name: '選んだものを承認する' }))
    await town.goto(round)
    await town.getByLabel('参加する地域課題').selectOption({ label: TITLE })
    await press(town, town.getByRole('button', { name: 'この募集回に参加する' }))
    await main(town).getByRole('link', { name: TITLE }).waitFor()
    await stage.looksRight(town)
  })

  it('a vendor proposes, and nobody else reads it', async () => {
    const mailbox = await Mailbox.open(stage.world)
    await vendor.goto(challenge)
    await press(vendor, vendor.getByRole('button', { name: '提案を書く' }))
    await main(vendor).getByRole('checkbox').first().check()
    await vendor.getByLabel('進め方').fill('今あるトラクターに後付けし、農家の方と一緒に試します。')
    await vendor.getByLabel('行うこと').first().fill('取付けと講習')
    await vendor.getByLabel('いつまでに').first().fill('2027-05-31')
    await vendor.getByLabel('導入と初年度の費用').fill('280万')
    await vendor.getByLabel('2年目からの年間費用').fill('30万')
    await vendor.getByLabel('費用の出どころ').fill('令和9年度当初予算')
    await vendor.getByLabel('体制').fill('責任者1名、現地担当2名')
    await press(vendor, vendor.getByRole('button', { name: '保存して確かめる' }))
    await press(vendor, main(vendor).getByRole('button', { name: /提出/ }).first())
    await vendor.getByRole('status').filter({ hasText: '提出しました' }).waitFor()
    await stage.looksRight(vendor)
    await mailbox.waitFor(EMAIL.vendor, '受領')
    const proposal = new URL(vendor.url()).pathname
    for (const reader of [town, bureau]) {
      const answer = await reader.request.get(proposal)
      assert.equal(answer.status(), 404, 'it is sealed')
    }
    await town.goto(`${challenge}/proposals`)
    await town.getByText('提案は封印されています').waitFor()
    await stage.looksRight(town)
  })

  it('the call is closed, and the proposal is opened', async () => {
    const mailbox = await Mailbox.open(stage.world)
    await town.goto(challenge)
    await press(town, town.getByRole('button', { name: '募集を締め切る' }))
    await mailbox.waitFor(EMAIL.town, '開封されました')
    await town.goto(`${challenge}/proposals`)
    const proposal = main(town).getByRole('table').getByRole('link').first()
    await proposal.waitFor({ timeout: OPENED_WITHIN_MS })
    await stage.looksRight(town)
    await press(town, proposal)
    await town.getByText('今あるトラクターに後付けし').first().waitFor()
    await stage.looksRight(town)
  })

  it('the bureau arranges the sessions and publishes them', async () => {
    await bureau.goto(`${round}/sessions`)
    await bureau.getByLabel(/^日/).fill(day(2))
    await bureau.getByLabel('最初の枠の開始時刻').fill('10:00')
    await bureau.getByLabel('続けて作る枠の数').fill('3')
    await bureau.getByLabel('場所').fill('札幌第1合同庁舎 会議室A')
    await press(bureau, bureau.getByRole('button', { name: '枠を追加する' }))
    await press(bureau, bureau.getByRole('button', { name: '自動で調整する' }))
    await stage.looksRight(bureau)
    const mailbox = await Mailbox.open(stage.world)
    await press(bureau, bureau.getByRole('button', { name: '公開して知らせる' }))
    await bureau.getByRole('status').filter({ hasText: '公開しました' }).waitFor()
    await stage.looksRight(bureau)
    await mailbox.waitFor(EMAIL.town, '提案会の日程が決まりました')
  })

  it('everybody has it in the calendar, and the bureau the whole round in a workbook', async () => {
    const all = appointments(await download(bureau, /カレンダーに取り込む/))
    assert.ok(all.length > 0)
    for (const page of [town, vendor]) {
      const answer = await page.request.get(`${round}/sessions.ics`)
      assert.equal(answer.headers()['content-type'], 'text/calendar; charset=utf-8')
      const own = appointments(await answer.body())
      assert.ok(own.length > 0 && own.length <= all.length)
      for (const one of own) {
        assert.match(one.get('SUMMARY'), new RegExp(TITLE))
        assert.equal(one.get('LOCATION'), '札幌第1合同庁舎 会議室A')
        assert.equal(one.get('DTSTART').slice(0, 8), day(2).replaceAll('-', ''))
        assert.equal(one.get('STATUS'), 'CONFIRMED')
        assert.ok(all.some((other) => other.get('UID') === one.get('UID')))
      }
      await page.goto('/our-sessions')
      await page.getByText('札幌第1合同庁舎 会議室A').first().waitFor()
      await stage.looksRight(page)
    }
    const book = await download(bureau, /Excelで保存する/)
    assert.equal(book.subarray(0, 4).toString('latin1'), 'PK\u0003\u0004')
    const table = (await download(bureau, /課題の一覧をCSV/)).toString('utf8')
    assert.ok(table.startsWith('\uFEFF"題名"') && table.includes(`"${TITLE}"`), table)
  })
})

describe('two people at one draft', () => {
  it('keep what each of them wrote, and see both where they wrote the same', async () => {
    const other = await stage.person('town')
    await imports(town, spreadsheet('二人で書く課題'))
    await press(town, town.getByRole('button', { name: 'この内容で下書きを作る' }))
    await press(town, town.getByRole('link', { name: '下書き 1' }))
    const address = `${new URL(town.url()).pathname}/edit?step=1`
    await Promise.all([town.goto(address), other.goto(address)])
    await town.getByLabel('概要').fill('こちらで書いた概要。')
    await other.getByLabel('背景').fill('あちらで書いた背景。')
    const save = (page) => press(page, page.getByRole('button', { name: '保存して次へ' }))
    await save(town)
    await save(other)
    await town.goto(address)
    assert.equal(await town.getByLabel('概要').inputValue(), 'こちらで書いた概要。')
    assert.equal(await town.getByLabel('背景').inputValue(), 'あちらで書いた背景。')
    // The same field at once: whoever is later sees both and loses nothing.
    await other.goto(address)
    await town.getByLabel('題名').fill('こちらの題名')
    await other.getByLabel('題名').fill('あちらの題名')
    await save(town)
    await press(other, other.getByRole('button', { name: '保存して次へ' }))
    await other.getByText('こちらの題名').first().waitFor()
    assert.equal(await other.getByLabel('題名').inputValue(), 'あちらの題名')
    await stage.looksRight(other)
  })
})
