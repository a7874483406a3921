import { createServer, type Socket } from 'node:net'
import { buildSubgraphSchema } from '@apollo/subgraph'
import { execute, type GraphQLSchema, parse } from 'graphql'
import { resolvers, subgraphSdl } from './workload.ts'

/**
 * The four subgraphs in one process, each on a port of its own. What a request is answered is
 * worked out once and replayed from then on, by a server that does no more than it must, so that
 * the gateways in front are what is measured. `GET /` tells how many requests there were.
 */
let requests = 0

type Answers = Map<string, string>

async function answerOf(schema: GraphQLSchema, body: string): Promise<string> {
  const { query, variables, operationName } = JSON.parse(body)
  const document = parse(query)
  const result = await execute({ schema, document, variableValues: variables, operationName })
  return JSON.stringify(result)
}

const SEEDS = /~\d+/g
const ANY_SEED = '~0'

/** Requests that differ in the seed alone are one to the record. */
function keyOf(body: string): { key: string; seed: string | undefined } {
  const seed = /~\d+|"seed":"\d+"/.exec(body)?.[0].replace(/\D/g, '')
  if (seed === undefined) return { key: body, seed }
  const key = body.replaceAll(SEEDS, ANY_SEED).replace(`"seed":"${seed}"`, '"seed":"0"')
  return { key, seed }
}

const response = (body: string): string =>
  `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`

function serve(name: keyof typeof resolvers, port: number): void {
  const typeDefs = parse(subgraphSdl[name] ?? '')
  const schema = buildSubgraphSchema([{ typeDefs, resolvers: resolvers[name] as never }])
  const answers: Answers = new Map()

  /** The first whole request in what was received, and what comes after it. */
  function next(received: string): { head: string; body: string; rest: string } | null {
    const headEnd = received.indexOf('\r\n\r\n')
    if (headEnd < 0) return null
    const head = received.slice(0, headEnd)
    const length = Number(/content-length: *(\d+)/i.exec(head)?.[1] ?? 0)
    const end = headEnd + 4 + length
    if (received.length < end) return null
    return { head, body: received.slice(headEnd + 4, end), rest: received.slice(end) }
  }

  function write(socket: Socket, answer: string, seed: string | undefined): void {
    socket.write(response(seed === undefined ? answer : answer.replaceAll(ANY_SEED, `~${seed}`)))
  }

  createServer((socket) => {
    let received = ''
    let isRecording = false

    function take(): void {
      for (let request = next(received); request && !isRecording; request = next(received)) {
        received = request.rest
        if (request.head.startsWith('GET')) socket.write(response(String(requests)))
        else answer(request.body)
      }
    }

    function answer(body: string): void {
      requests += 1
      const { key, seed } = keyOf(body)
      const known = answers.get(key)
      if (known !== undefined) {
        write(socket, known, seed)
        return
      }
      isRecording = true
      void answerOf(schema, key).then((recorded) => {
        answers.set(key, recorded)
        write(socket, recorded, seed)
        isRecording = false
        take()
      })
    }

    socket.setNoDelay(true)
    socket.on('error', () => socket.destroy())
    socket.on('data', (part) => {
      received += part.toString('latin1')
      take()
    })
  }).listen(port, '127.0.0.1')
}

const first = Number(process.argv[2])
for (const [at, name] of Object.keys(resolvers).entries()) {
  serve(name as keyof typeof resolvers, first + at)
}
