// HTML validity by the Nu Html Checker (vnu): one Java process for all pages.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const VNU = join(dirname(createRequire(import.meta.url).resolve('vnu-jar/package.json')), 'build/dist/vnu.jar')
// The checker guesses a page's language from its words; a Japanese challenge on an English page is no fault.
const ARGUMENTS = ['--format', 'json', '--stdout', '--exit-zero-always', '--no-langdetect', '--html']

/** What is invalid in `pages`, a map of names to HTML: sentences, each with the page's name. */
export async function invalid(pages) {
  const folder = await mkdtemp(join(tmpdir(), 'kakehashi-html-'))
  try {
    const names = [...pages.keys()]
    const files = names.map((_, number) => join(folder, `${number}.html`))
    await Promise.all(files.map((file, number) => writeFile(file, pages.get(names[number]))))
    const { messages } = JSON.parse(await check(files))
    return messages.map((message) => {
      const name = names[files.findIndex((file) => message.url === `file:${file}`)] ?? message.url
      return `${name}, line ${message.lastLine}: ${message.message} ${message.extract ?? ''}`.trim()
    })
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function check(files) {
  const java = spawn('java', ['-Xss8m', '-jar', VNU, ...ARGUMENTS, ...files], { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  java.stdout.setEncoding('utf8').on('data', (text) => (said += text))
  const [code] = await once(java, 'close')
  if (code !== 0) throw new Error(`the HTML checker ended with ${code}: ${said}`)
  return said
}
