// Frames as they are written here: what graphql-ws' client never sends.

import assert from 'node:assert/strict';
import { once } from 'node:events';

import WebSocket from 'ws';

const INIT = { type: 'connection_init' };
const WAITING = { query: 'subscription { count(to: 1, then: WAIT) }' };

export const RAW = {
  // 4400: not a message.
  'not-json': (url) => refused(url, 'connection_init'),
  'not-an-object': (url) => refused(url, ['connection_init']),
  'no-type': (url) => refused(url, { payload: {} }),
  'unknown-type': (url) => refused(url, { type: 'connection_start' }),
  'init-text': (url) => refused(url, { type: 'connection_init', payload: 'token' }),
  'no-id': (url) => refused(url, INIT, { type: 'subscribe', payload: { query: '{ hello }' } }),
  'empty-id': (url) => refused(url, INIT, subscribe('', { query: '{ hello }' })),
  'no-query': (url) => refused(url, INIT, subscribe('a', { variables: {} })),
  'variables-array': (url) =>
    refused(url, INIT, subscribe('a', { query: '{ hello }', variables: ['name'] })),

  // 4401, 4409, 4429, 4500: a message, but not now, or not from a client.
  'subscribe-first': (url) => refused(url, subscribe('a', { query: '{ hello }' })),
  'same-id': (url) => refused(url, INIT, subscribe('a', WAITING), subscribe('a', WAITING)),
  'init-twice': (url) => refused(url, INIT, INIT),
  'next-from-client': (url) => refused(url, INIT, { id: 'a', type: 'next', payload: {} }),

  // 4406, 4408: the client says nothing.
  silent: (url) => refused(url),

  async 'no-subprotocol'(url) {
    const { socket, end } = await opened(url, []);
    assert.equal(socket.protocol, '');
    return [await end];
  },

  // Every form of ping and pong, before connection_init and after it.
  async 'ping-forms'(url) {
    const { send, receive, leave } = await opened(url);
    const payloads = [undefined, null, {}, { at: 12.5, why: ['test', null] }];
    for (const payload of payloads) {
      send({ type: 'ping', payload });
      const { payload: returned } = await receive('pong');
      assert.deepEqual(returned, payload ?? undefined);
    }
    send({ type: 'pong' });
    send({ type: 'pong', payload: { unasked: true } });
    send({ ...INIT, payload: null });
    await receive('connection_ack');
    send({ type: 'ping' });
    await receive('pong');
    return leave();
  },

  // An id is free again after its operation; complete for what is over, or never was, is no mistake.
  async 'id-again'(url) {
    const { send, receive, leave } = await opened(url);
    send({ ...INIT, payload: {} });
    await receive('connection_ack');
    send({ id: 'nobody', type: 'complete' });
    for (const query of ['{ hello }', 'subscription { count(to: 1) }']) {
      send(subscribe('again', { query, operationName: null, variables: null, extensions: null }));
      await receive('next');
      await receive('complete');
      send({ id: 'again', type: 'complete' });
    }
    send(subscribe('again', WAITING));
    await receive('next');
    send({ id: 'again', type: 'complete' });
    send({ type: 'ping' });
    await receive('pong'); // and nothing about the operation before it
    return leave();
  },

  // Readers skip keys that they do not know.
  async 'unknown-keys'(url) {
    const { send, receive, leave } = await opened(url);
    send({ ...INIT, id: 7 });
    await receive('connection_ack');
    send({ ...subscribe('b', { query: '{ hello }', priority: 1 }), at: 'noon' });
    await receive('next');
    await receive('complete');
    send({ id: 'b', type: 'complete', payload: 'done' });
    return leave();
  },

  // The server takes a binary message for the text that its bytes are.
  async binary(url) {
    const { socket, receive, leave } = await opened(url);
    socket.send(Buffer.from(JSON.stringify(INIT)));
    await receive('connection_ack');
    return leave();
  },

  // subscribe must wait for connection_ack, not only follow connection_init.
  async 'subscribe-before-ack'(url) {
    const { send, end } = await opened(url);
    send(INIT);
    send(subscribe('a', { query: '{ hello }' }));
    return [await end];
  },
};

function subscribe(id, payload) {
  return { id, type: 'subscribe', payload };
}

// Send these messages, and see the server close. All but the last are answered, where they are to be,
// before the next is sent.
async function refused(url, ...messages) {
  const { send, receive, end } = await opened(url);
  for (const [index, message] of messages.entries()) {
    send(message);
    if (index === messages.length - 1) break;
    if (message.type === 'connection_init') await receive('connection_ack');
    if (message.type === 'subscribe') await receive('next');
  }
  return [await end];
}

async function opened(url, subprotocols = ['graphql-transport-ws']) {
  const socket = new WebSocket(url, subprotocols);
  const waiting = [];
  const messages = [];
  socket.on('message', (data) => {
    const message = JSON.parse(String(data));
    const taker = waiting.shift();
    if (taker) taker(message);
    else messages.push(message);
  });
  const end = new Promise((resolve) =>
    socket.once('close', (code, reason) => resolve({ code, reason: String(reason) })),
  );
  await once(socket, 'open');
  return {
    socket,
    end,
    send: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    async receive(type) {
      const message =
        messages.shift() ??
        (await Promise.race([
          new Promise((resolve) => waiting.push(resolve)),
          end.then(({ code }) => assert.fail(`closed with ${code} before ${type}`)),
        ]));
      assert.equal(message.type, type);
      return message;
    },
    async leave() {
      socket.close(1000, 'Normal Closure');
      return [await end];
    },
  };
}
