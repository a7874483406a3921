export {
  CreateWorkspaceDocument,
  MembersDocument,
  SignInDocument,
  ViewerDocument,
} from './__generated__/operations.ts'
export { PlatformError, type PlatformErrorEntry } from './client-error.ts'
export {
  createPlatformClient,
  type PlatformClient,
  type PlatformClientOptions,
} from './platform-client.ts'
export { createTokenSource, type TokenSource, type TokenSourceOptions } from './token-source.ts'
