/** The environment in which every gateway under test is started. */
export function gatewayEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, NODE_ENV: 'production', LOG_LEVEL: 'error', FORK: '1' }
}
