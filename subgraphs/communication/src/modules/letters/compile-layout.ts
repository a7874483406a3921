// The declarations are ours, and whoever compiles this file needs them as well.
/// <reference path="./mjml.d.ts" />
import { type LetterShape, letterLayout, withColorPlaces } from './letter-layout.ts'

/** MJML takes most of a second to load, and not every process writes letters. */
const loadMjml = async () => {
  const [{ default: core }, { default: preset }] = await Promise.all([
    import('mjml-core'),
    import('mjml-preset-core'),
  ])
  return { compile: core.default, preset }
}

let mjml: ReturnType<typeof loadMjml> | undefined

/** By what it is made for: as many as there are types, languages and kinds of header. */
const compiled = new Map<string, Promise<string>>()

/** HTML for a shape, with places for values. Compiled once, and kept while the process runs. */
export function compileLayout(shape: LetterShape): Promise<string> {
  const key = JSON.stringify(shape)
  const known = compiled.get(key)
  if (known) return known
  const html = compile(shape)
  compiled.set(key, html)
  return html
}

async function compile(shape: LetterShape): Promise<string> {
  mjml ??= loadMjml()
  const { compile, preset } = await mjml
  const { html } = await compile(letterLayout(shape), {
    presets: [preset],
    validationLevel: 'strict',
    ignoreIncludes: true,
    // By default it loads web fonts from their makers, who would learn of every opened letter.
    fonts: {},
  })
  return withColorPlaces(html)
}
