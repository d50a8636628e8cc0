// The JSON API, for finding what exists in the world and for preparing what a journey starts from.

import { EMAIL, PASSWORD } from './world.mjs'

export class Api {
  #origin
  #token

  constructor(origin, token) {
    this.#origin = origin
    this.#token = token
  }

  /** A client that acts for one of the demonstration's roles. */
  static async as(world, role) {
    const visitor = new Api(world.origin)
    if (role === 'visitor') return visitor
    const session = await visitor.post('/auth/sign-in', { email: EMAIL[role], password: PASSWORD })
    return new Api(world.origin, session.access_token)
  }

  /** What says who asks. */
  get headers() {
    return this.#token ? { authorization: `Bearer ${this.#token}` } : {}
  }

  get(path) {
    return this.#send('GET', path)
  }

  post(path, body = {}) {
    return this.#send('POST', path, body)
  }

  /** Changes what stands there now, whatever its version. */
  async patch(path, body) {
    const { version } = await this.get(path)
    return this.#send('PATCH', path, body, { 'if-match': `"${version}"` })
  }

  /** The first item of a list; fails when there is none. */
  async first(path) {
    const { items } = await this.get(path)
    if (items.length === 0) throw new Error(`the world has none of ${path}`)
    return items[0]
  }

  /** Sends one file. */
  async upload(path, name, text) {
    const body = new FormData()
    body.append('file', new Blob([text]), name)
    const answer = await fetch(`${this.#origin}/api/v1${path}`, { method: 'POST', headers: this.headers, body })
    if (!answer.ok) throw new Error(`POST ${path} answered ${answer.status}: ${await answer.text()}`)
    return answer.json()
  }

  async #send(method, path, body, more = {}) {
    const type = body === undefined ? {} : { 'content-type': 'application/json' }
    const headers = { ...this.headers, ...type, ...more }
    const answer = await fetch(`${this.#origin}/api/v1${path}`, { method, headers, body: JSON.stringify(body) })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`)
    return text === '' ? undefined : JSON.parse(text)
  }
}
