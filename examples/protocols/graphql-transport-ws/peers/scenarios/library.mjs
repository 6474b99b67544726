// What the client of graphql-ws does by itself. Each scenario gives the ends of its connections.

import assert from 'node:assert/strict';

import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

// Made up for the recordings; the server lets everybody in.
const PARAMETERS = { token: 'example-token' };

export const LIBRARY = {
  async query(url) {
    const { run, ends } = connected(url);
    const { results } = await run({
      operationName: 'Greet',
      query: 'query Greet($name: String!) { hello(name: $name) }\nquery Other { hello }',
      variables: { name: 'GraphQL' },
      extensions: { trace: ['a', 1, null] },
    });
    assert.deepEqual(results, [{ data: { hello: 'Hello, GraphQL!' } }]);
    return ends();
  },

  async mutation(url) {
    const { run, ends } = connected(url);
    const { results } = await run({ query: 'mutation { drink(bottles: 1) }' });
    assert.deepEqual(results, [{ data: { drink: 98 } }]);
    return ends();
  },

  async subscription(url) {
    const { run, ends } = connected(url);
    const { results } = await run({ query: 'subscription { count(to: 3, every: 10) }' });
    assert.deepEqual(counts(results), [1, 2, 3]);
    return ends();
  },

  async 'subscription-stopped'(url) {
    const { client, ends } = connected(url);
    const query = 'subscription { count(to: 2, then: WAIT) }';
    for await (const { data } of client.iterate({ query })) if (data.count === 2) break;
    return ends();
  },

  async interleaved(url) {
    const { run, ends } = connected(url);
    const [slow, query, fast, mutation] = await Promise.all([
      run({ query: 'subscription { count(to: 4, every: 40) }' }),
      run({ query: '{ hello cellar { bottles } }' }),
      run({ query: 'subscription { count(to: 3, every: 20) }' }),
      run({ query: 'mutation { drink(bottles: 2) }' }),
    ]);
    assert.deepEqual(counts(slow.results), [1, 2, 3, 4]);
    assert.deepEqual(counts(fast.results), [1, 2, 3]);
    assert.deepEqual(query.results, [
      { data: { hello: 'Hello, world!', cellar: { bottles: 99 } } },
    ]);
    assert.deepEqual(mutation.results, [{ data: { drink: 97 } }]);
    return ends();
  },

  // One connection for all, so that one error after the other is seen to leave it as it was.
  async errors(url) {
    const { client, run, ends } = connected(url, { lazy: false });
    const unknown = await run({ query: '{ goodbye }' });
    assert.equal(unknown.error[0].message, 'Cannot query field "goodbye" on type "Query".');
    const ambiguous = await run({ query: 'query A { hello } query B { hello }' });
    assert.equal(ambiguous.error[0].message, 'Unable to identify operation');
    const partial = await run({ query: '{ cellar { bottles label } }' });
    assert.deepEqual(partial.results[0].errors[0].extensions, { code: 'LABEL_LOST', shelf: 7 });
    assert.deepEqual(partial.results[0].data, { cellar: { bottles: 99, label: null } });
    const nothing = await run({ query: '{ broken }' });
    assert.equal(nothing.results[0].data, null);
    const variable = await run({ query: 'query ($name: String!) { hello(name: $name) }' });
    assert.equal('data' in variable.results[0], false);
    const locked = await run({ query: 'subscription { locked }' });
    assert.equal(locked.results[0].errors[0].message, 'The door is locked');
    const midway = await run({ query: 'subscription { count(to: 2, then: FAIL) }' });
    assert.deepEqual(counts(midway.results), [1, 2]);
    assert.equal(midway.error[0].message, 'The counter broke');
    await client.dispose();
    return ends();
  },

  async 'ack-payload'(url) {
    const { client, ends } = connected(url, { lazy: false, connectionParams: undefined });
    const payload = await new Promise((resolve) =>
      client.on('connected', (_socket, payload) => resolve(payload)),
    );
    assert.deepEqual(payload, { server: 'example', motd: { lines: ['Hello.', 'Mind the step.'] } });
    await client.dispose();
    return ends();
  },

  async 'client-pings'(url) {
    const { client, ends } = connected(url, { lazy: false, keepAlive: 50 });
    await times(3, (count) => client.on('pong', (isReceived) => isReceived && count()));
    await client.dispose();
    return ends();
  },

  async 'server-pings'(url) {
    const { client, ends } = connected(url, { lazy: false });
    await times(4, (count) => client.on('pong', (isReceived) => !isReceived && count()));
    await client.dispose();
    return ends();
  },

  async odd(url) {
    const { run, ends } = connected(url);
    await run({ query: 'subscription { count(to: 2) }' });
    return ends();
  },

  // Stops an operation, and hears of it, and of one that it never had, all the same.
  async 'late-results'(url) {
    const { client, ends } = connected(url, { lazy: false });
    const late = times(4, (count) => client.on('message', ({ id }) => id && count()));
    for await (const _ of client.iterate({ query: 'subscription { count(to: 9) }' })) break;
    await late;
    await client.dispose();
    return ends();
  },

  async reconnect(url) {
    const { run, ends } = connected(url, { retryAttempts: 1, retryWait: async () => {} });
    const { results } = await run({ query: 'subscription { count(to: 2) }' });
    assert.deepEqual(counts(results), [1, 2]);
    return ends();
  },

  // What the server, or the client itself, ends with a code of its own.
  ended: (url) => ended(url, { query: 'subscription { count(to: 1, then: WAIT) }' }),
  'syntax-error': (url) => ended(url, { query: '{ hello' }),
  'ack-timeout': (url) => ended(url, { query: '{ hello }' }, { connectionAckWaitTimeout: 100 }),

  'no-parameters': (url) =>
    ended(url, { query: '{ hello }' }, {
      connectionParams() {
        throw new Error('The token is lost');
      },
    }),

  async terminated(url) {
    const { client, run, ends } = connected(url);
    const running = run({ query: 'subscription { count(to: 1, then: WAIT) }' }, () =>
      client.terminate(),
    );
    assert.equal((await running).error.code, 4499);
    return ends();
  },
};

async function ended(url, operation, options) {
  const { run, ends } = connected(url, options);
  const { error } = await run(operation);
  assert.ok(error, 'the operation came to its end');
  return ends();
}

// A client whose operations are operation-1, operation-2 and so on, and which says how each connection
// really ended, as the socket and not the client tells it.
function connected(url, options) {
  let operations = 0;
  const closings = [];
  const client = createClient({
    url,
    webSocketImpl: WebSocket,
    connectionParams: PARAMETERS,
    retryAttempts: 0,
    onNonLazyError: () => {},
    generateID: () => `operation-${(operations += 1)}`,
    ...options,
  });
  client.on('opened', (socket) =>
    closings.push(
      new Promise((resolve) =>
        socket.addEventListener('close', ({ code, reason }) => resolve({ code, reason })),
      ),
    ),
  );
  const run = (operation, onNext = () => {}) =>
    new Promise((resolve) => {
      const results = [];
      client.subscribe(operation, {
        next(result) {
          results.push(result);
          onNext();
        },
        error: (error) => resolve({ results, error }),
        complete: () => resolve({ results }),
      });
    });
  return { client, run, ends: () => Promise.all(closings) };
}

function counts(results) {
  return results.map(({ data }) => data.count);
}

function times(number, listen) {
  let seen = 0;
  return new Promise((resolve) => listen(() => (seen += 1) === number && resolve()));
}
