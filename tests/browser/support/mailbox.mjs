// The folder into which the demonstration puts its mails. A name ending in .eml is a whole mail.

import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

const WITHIN_MS = 20_000
const LOOK_EVERY_MS = 100

/** The mails that come after it was opened. */
export class Mailbox {
  #folder
  #seen

  /** The names of all mails without their ending, oldest first. */
  static async names(world) {
    return (await names(world.mails)).map((name) => name.replace(/\.eml$/, ''))
  }

  static async open(world) {
    const mailbox = new Mailbox()
    mailbox.#folder = world.mails
    mailbox.#seen = new Set(await names(world.mails))
    return mailbox
  }

  /** Waits for a mail to `recipient` whose subject contains `words`: `{to, subject, text}`. */
  async waitFor(recipient, words) {
    const end = Date.now() + WITHIN_MS
    const others = []
    while (Date.now() < end) {
      for (const name of await names(this.#folder)) {
        if (this.#seen.has(name)) continue
        this.#seen.add(name)
        const mail = parse(await readFile(join(this.#folder, name), 'utf8'))
        if (mail.to.includes(recipient) && mail.subject.includes(words)) return mail
        others.push(`${mail.to}: ${mail.subject}`)
      }
      await pause(LOOK_EVERY_MS)
    }
    throw new Error(`no mail to ${recipient} about ${words}; others:\n${others.join('\n')}`)
  }
}

/** The address of the first link with a token in a mail. */
export function linkIn(mail) {
  const link = mail.text.match(/https?:\/\/\S+[?&]token=[\w.~-]+/)
  if (!link) throw new Error(`no link in the mail:\n${mail.text}`)
  return link[0]
}

async function names(folder) {
  try {
    return (await readdir(folder)).filter((name) => name.endsWith('.eml')).sort()
  } catch (error) {
    if (error.code === 'ENOENT') return []
    throw error
  }
}

function parse(source) {
  const { headers, body } = split(source)
  return { to: headers.get('to') ?? '', subject: words(headers.get('subject') ?? ''), text: plainText(headers, body) }
}

// Header fields by lower-case name, folded lines joined (RFC 5322, 2.2.3).
function split(source) {
  const [head, ...rest] = source.replaceAll('\r\n', '\n').split('\n\n')
  const fields = head.replace(/\n[ \t]+/g, ' ').split('\n')
  const field = (line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]
  const headers = new Map(fields.map(field))
  return { headers, body: rest.join('\n\n') }
}

// Encoded words (RFC 2047); spaces between two of them do not count.
function words(value) {
  const joined = value.replace(/\?=\s+=\?/g, '?==?')
  return joined.replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, form, encoded) => {
    if (form.toLowerCase() === 'b') return Buffer.from(encoded, 'base64').toString()
    return quotedPrintable(encoded.replaceAll('_', ' '))
  })
}

// The first text/plain part, decoded.
function plainText(headers, body) {
  const type = headers.get('content-type') ?? 'text/plain'
  const boundary = type.match(/^multipart\/.*boundary="?([^";]+)/i)?.[1]
  if (boundary) {
    const parts = body.split(`--${boundary}`).slice(1, -1).map((part) => split(part.replace(/^\n/, '')))
    return parts.map((part) => plainText(part.headers, part.body)).find((text) => text !== '') ?? ''
  }
  if (!/^text\/plain/i.test(type)) return ''
  switch (headers.get('content-transfer-encoding')?.toLowerCase()) {
    case 'base64':
      return Buffer.from(body, 'base64').toString()
    case 'quoted-printable':
      return quotedPrintable(body)
    default:
      return body
  }
}

function quotedPrintable(text) {
  const byte = (_, hex) => String.fromCharCode(parseInt(hex, 16))
  const bytes = text.replace(/=\n/g, '').replace(/=([0-9A-F]{2})/gi, byte)
  return /[^\x00-\xff]/.test(bytes) ? bytes : Buffer.from(bytes, 'latin1').toString()
}
