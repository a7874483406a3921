import { describe, expect, test } from '@jest/globals'
import { parse } from 'graphql'
import { createJoinedDocuments, joinDocuments } from './joined-documents.ts'

const query = (selection: string, { variables = '', more = '' } = {}) =>
  `query Feed__posts($representations:[_Any!]!${variables}){_entities(representations:$representations){${selection}}}${more}`

const joined = (...queries: string[]) => joinDocuments(queries)?.query ?? null

test('documents ask side by side, each for its own entities', () => {
  const document = joinDocuments([query('...on User{name}'), query('...on Post{title}')])
  expect(document).toEqual({
    query:
      'query Feed__posts($representations_0:[_Any!]!$representations_1:[_Any!]!)' +
      '{entities_0:_entities(representations:$representations_0){...on User{name}}' +
      'entities_1:_entities(representations:$representations_1){...on Post{title}}}',
    operationName: 'Feed__posts',
    beginning: expect.stringContaining('"operationName":"Feed__posts","variables":'),
  })
  expect(JSON.parse(`${document?.beginning}{}}`)).toMatchObject({ query: document?.query })
})

test('a variable that several have is declared once', () => {
  const one = query('...on User{posts(first:$first){id}}', { variables: ',$first:Int=3' })
  const text = joined(one, one)
  expect(text?.match(/\$first:Int/g)).toHaveLength(1)
})

describe('fragments of one name', () => {
  const withFragment = (body: string) =>
    query('...on User{...Short}', { more: `fragment Short on User{${body}}` })

  test('that say the same are there once', () => {
    expect(joined(withFragment('id'), withFragment('id'))?.match(/fragment/g)).toHaveLength(1)
  })

  test('that say something else are kept apart', () => {
    const text = joined(withFragment('id'), withFragment('name'), withFragment('id')) ?? ''
    expect(text).toContain('fragment Short on User{id}')
    expect(text).toContain('fragment Short_1 on User{name}')
    expect(text).toContain('representations_1){...on User{...Short_1}}')
    expect(text).toContain('representations_2){...on User{...Short}}')
    expect(() => parse(text)).not.toThrow()
  })

  test('are not taken for one that another has by the new name', () => {
    const other = query('...on User{...Short_1}', { more: 'fragment Short_1 on User{email}' })
    expect(joined(other, withFragment('id'))).not.toBeNull()
    expect(joined(withFragment('id'), withFragment('name'), other)).toContain('Short_1_2')
  })
})

test.each([
  ['a variable that means something else', query('...on User{a(x:$x)}', { variables: ',$x:Int' })],
  [
    'another field beside the entities',
    'query($representations:[_Any!]!){_entities(representations:$representations){id} x}',
  ],
  [
    'an alias',
    'query($representations:[_Any!]!){e:_entities(representations:$representations){id}}',
  ],
  ['entities written out', '{_entities(representations:[]){id}}'],
  [
    'a directive',
    'query($representations:[_Any!]!)@x{_entities(representations:$representations){id}}',
  ],
  [
    'a mutation',
    'mutation($representations:[_Any!]!){_entities(representations:$representations){id}}',
  ],
  ['two operations', 'query A{a} query B{b}'],
])('nothing is joined with %s', (_, other) => {
  const one = query('...on User{a(x:$x)}', { variables: ',$x:String' })
  expect(joinDocuments([one, other])).toBeNull()
  expect(joinDocuments([other, one])).toBeNull()
})

test('a combination is put together once', () => {
  const join = createJoinedDocuments()
  const [one, other] = [query('...on User{name}'), query('...on Post{title}')]
  expect(join([one, other])).toBe(join([one, other]))
  expect(join([other, one])).not.toBe(join([one, other]))
})
