/** A value of the input that the person can put right. */
export type InvalidInputError = {
  readonly __typename: 'InvalidInputError'
  readonly message: string
  readonly path: string[]
}

/** @param path where in the mutation's input the value stands, outermost name first */
export const invalidInput = (message: string, ...path: string[]): InvalidInputError => ({
  __typename: 'InvalidInputError',
  message,
  path,
})
