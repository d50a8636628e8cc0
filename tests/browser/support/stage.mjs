// Where a journey takes place: a world, a browser, people with a browser profile each.

import { after } from 'node:test'

import { launch, profile, signIn } from './browser.mjs'
import { invalid } from './html.mjs'
import { none } from './none.mjs'
import { Watch, lookAt } from './visit.mjs'
import { EMAIL, World } from './world.mjs'

export class Stage {
  #html = new Map()
  #pages = new Map()
  #watches = []

  /** In the world of the demonstration. Opened at the head of a test file; closes after its tests. */
  static async open() {
    const stage = await Stage.of(await World.start())
    after(() => stage.close())
    return stage
  }

  /** In any world; whoever opens it closes it. */
  static async of(world) {
    const stage = new Stage()
    stage.world = world
    stage.browser = await launch()
    return stage
  }

  /** A page in a browser of somebody's own: of a role of the demonstration, signed in, or of a visitor. */
  async person(role = 'visitor', options = {}) {
    const context = await profile(this.browser, this.world, options)
    const page = await context.newPage()
    const watch = new Watch(page, this.world.origin)
    this.#watches.push(watch)
    const known = { scripts: options.javaScriptEnabled !== false, document: null }
    this.#pages.set(page, known)
    page.on('response', (response) => {
      const request = response.request()
      if (request.isNavigationRequest() && request.frame() === page.mainFrame()) known.document = response
    })
    if (role !== 'visitor') await signIn(page, EMAIL[role])
    return page
  }

  /** Fails when something is wrong with what a page shows at this moment; its HTML is checked at the end. */
  async looksRight(page, lang = 'ja') {
    const { scripts, document } = this.#pages.get(page)
    none((await lookAt(page, lang, scripts)).map((problem) => `${page.url()}: ${problem}`))
    this.#html.set(`${new URL(page.url()).pathname} (${this.#html.size})`, await document.text())
  }

  /** Ends browser and world; fails with what pages said or asked for, and with invalid HTML. */
  async close() {
    await this.browser.close()
    await this.world.stop()
    const invalidities = this.#html.size > 0 ? await invalid(this.#html) : []
    none([...this.#watches.flatMap((watch) => watch.problems), ...invalidities])
  }
}

/** Presses what leads to another page, and waits for it. */
export async function press(page, control) {
  const arrived = page.waitForEvent('load')
  await control.click()
  await arrived
}
