// What the pages of `pages.mjs` show: things of the demonstration, and some of each state that it lacks.

import { readFile } from 'node:fs/promises'

import { Api } from './support/api.mjs'
import { Mailbox, linkIn } from './support/mailbox.mjs'

const example = JSON.parse(await readFile(new URL('../../seeds/demo/walk.json', import.meta.url), 'utf8'))

/** Ids by name, for the addresses of pages. */
export async function prepare(world) {
  const [visitor, town, vendor, bureau] = await Promise.all(
    ['visitor', 'town', 'vendor', 'bureau'].map((role) => Api.as(world, role)),
  )
  const [municipality, seller] = [await town.get('/me'), await vendor.get('/me')]
  const open = await town.first(`/challenges?status=open&organization=${municipality.organization.id}`)
  const own = await vendor.first(`/solutions?organization=${seller.organization.id}&verified=true`)
  const others = await visitor.get('/solutions?limit=4')
  const deployments = await vendor.get(`/solutions/${own.id}/deployments`)
  const [session] = (await town.get('/me/sessions')).items
  const pending = await signedUp(world, visitor, bureau)
  await vendor.post(`/challenges/${open.id}/questions`, { body: '今ある設備の電源を使えますか。' })
  const proposal = await vendor.post(`/challenges/${open.id}/proposals`, content(own.id))
  const { closed, opened } = await openedProposal(town, bureau, vendor, own.id)
  const operator = await Api.as(world, 'operator')
  const round = await visitor.first('/rounds?bureau=hokkaido&status=announced')
  const arranged = await visitor.first('/rounds?bureau=tohoku&status=announced')
  const called = (await vendor.get(`/fields-wanted?organization=${seller.organization.id}`)).items
  const callDraft = await vendor.post('/fields-wanted', { solution_id: own.id, title: '書きかけの募集' })
  const [held] = (await operator.get(`/rounds/${arranged.id}/sessions`)).items
  return {
    round: round.id,
    arranged: arranged.id,
    held: held.id,
    open: open.id,
    fieldWanted: called.find(({ status }) => status === 'open').id,
    fieldDraft: callDraft.id,
    draft: await written(town, '書きかけの課題'),
    inReview: await submitted(town, '審査を待つ課題'),
    amended: await amended(town, bureau),
    solution: own.id,
    several: others.items.map(({ id }) => id),
    deployment: deployments.items.find(isUnread).id,
    unread: (await unreadEvidence(bureau)).id,
    match: await introduced(bureau, open.id, own.id),
    session: session.id,
    member: seller.member.id,
    vendor: seller.organization.id,
    pending,
    imported: await imported(town, '題名,分野\n路面の凍結を早く知りたい,除雪・雪害\n'),
    mended: await imported(town, '題名,分野,予算の上限\n,雪かき,たくさん\n'),
    proposal: proposal.id,
    closed,
    opened,
    mail: (await Mailbox.names(world))[0],
  }
}

async function written(town, title) {
  return (await town.post('/challenges', { ...example, title })).id
}

async function submitted(town, title) {
  const id = await written(town, title)
  await town.post(`/challenges/${id}/submit`)
  return id
}

async function amended(town, bureau) {
  const id = await submitted(town, '一度訂正された課題')
  await bureau.post(`/challenges/${id}/publish`)
  const change = { summary: `${example.summary}二地区で試す。`, amendment_note: '試す地区の数を書き足した。' }
  await town.patch(`/challenges/${id}`, change)
  return id
}

/** Everything that the submission of a proposal needs. */
function content(solution) {
  return {
    solutions: [solution],
    approach: '今ある設備に装置を後付けし、職員の方と一緒に試します。',
    plan: [{ milestone: '取付けと講習', due: '2027-05-31' }],
    cost: { initial: 5_800_000, yearly: 720_000, funded_by: '令和9年度当初予算' },
    team: '責任者1名、現地担当2名',
    risks: '電波の届かない区間は中継器で補います。',
    needs: '設備の図面',
  }
}

/** A proposal that its town may read, since it has closed the call. */
async function openedProposal(town, bureau, vendor, solution) {
  const closed = await submitted(town, '募集を終えた課題')
  await bureau.post(`/challenges/${closed}/publish`)
  const { id: opened } = await vendor.post(`/challenges/${closed}/proposals`, content(solution))
  await vendor.post(`/proposals/${opened}/submit`)
  await town.post(`/challenges/${closed}/close`)
  for (let tries = 0; tries < 60; tries += 1) {
    const { sealed } = await town.get(`/challenges/${closed}/proposals`)
    if (!sealed) return { closed, opened }
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
  throw new Error('the proposal was not opened')
}

/** A spreadsheet that was looked through; the import's id. */
async function imported(town, text) {
  return (await town.upload('/imports?kind=challenges', '課題.csv', text)).id
}

/** Nobody stands behind it yet, and somebody could. */
function isUnread({ verification, denied, municipality_code }) {
  return verification === 'declared' && !denied && municipality_code !== null
}

/** A deployment in Hokkaido, the bureau's own area, whose evidence nobody has read. */
async function unreadEvidence(bureau) {
  const { items } = await bureau.get('/solutions?has_evidence=true&prefecture=01&limit=100')
  for (const { id } of items) {
    const { items: deployments } = await bureau.get(`/solutions/${id}/deployments`)
    const found = deployments.find((one) => isUnread(one) && one.municipality_code.startsWith('01'))
    if (found) return found
  }
  throw new Error('the world has no unread evidence in Hokkaido')
}

async function introduced(bureau, challenge, solution) {
  const { id } = await bureau.post('/matches', { challenge_id: challenge, solution_id: solution })
  await bureau.post(`/matches/${id}/approve`)
  await bureau.post(`/matches/${id}/introduce`)
  return id
}

/** A vendor whose sign-up waits for the bureau. */
async function signedUp(world, visitor, bureau) {
  const mailbox = await Mailbox.open(world)
  const email = 'info@mizube-kanshi.example'
  const place = { municipality_code: '011002', vendor_type: 'startup' }
  const organization = { kind: 'vendor', name: '水辺監視工房', ...place }
  await visitor.post('/auth/sign-up', { email, password: 'kawa-no-mizu-wo-miru', name: '水辺 守', organization })
  const link = new URL(linkIn(await mailbox.waitFor(email, 'メールアドレスの確認')))
  await visitor.post('/auth/verify-email', { token: link.searchParams.get('token') })
  return (await bureau.first('/organizations?status=pending')).id
}
