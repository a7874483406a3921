/** The part of MJML that is used; it comes without types, as CommonJS. */
declare module 'mjml-core' {
  type Options = {
    readonly presets: readonly object[]
    readonly validationLevel: 'strict'
    readonly ignoreIncludes: boolean
    readonly fonts: Readonly<Record<string, string>>
  }
  const core: { default(source: string, options: Options): Promise<{ readonly html: string }> }
  export = core
}

declare module 'mjml-preset-core' {
  const preset: object
  export = preset
}
