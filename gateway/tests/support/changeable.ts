export type Changeable<Value> = {
  read(): Promise<Value>
  watch(onChange: (value: Value) => void): () => void
  change(value: Value): void
}

/** A source that a test changes at will, of a supergraph or of services. */
export function changeable<Value>(first: Value): Changeable<Value> {
  let listener: (value: Value) => void = () => undefined
  return {
    read: async () => first,
    watch(onChange) {
      listener = onChange
      return () => {
        listener = () => undefined
      }
    },
    change: (value) => listener(value),
  }
}
