export {
  createInternalClient,
  httpTransport,
  type InternalClient,
  type InternalTransport,
  inProcessTransport,
} from './client.ts'
export { identityEpochBumps, tenancyEpochBumps } from './contracts/epochs.ts'
export { describeUsers, identityJwks } from './contracts/identity.ts'
export {
  describeMembership,
  describeReaders,
  filterMembers,
  releaseUser,
} from './contracts/tenancy.ts'
export {
  defineInternalCall,
  type InputOf,
  type InternalCall,
  type OutputOf,
} from './define-call.ts'
export { identityEpochSource, tenancyEpochSource } from './epoch-sources.ts'
export {
  createInternalServer,
  handleInternalCall,
  type InternalHandler,
  type InternalRequest,
  type InternalServer,
  internalFailure,
} from './handlers.ts'
export { createVerification, type Verification } from './verification.ts'
