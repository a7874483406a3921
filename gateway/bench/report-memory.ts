/** Loaded into a gateway before its own code: tells on each message what memory it holds after a collection. */
process.on('message', () => {
  globalThis.gc?.()
  const { rss, heapUsed } = process.memoryUsage()
  process.send?.({ rss, heapUsed })
})
// It ends when it is told to, whoever may still want to ask.
process.channel?.unref()
