// A server of our own, for what graphql-ws' server never sends: `--sends` says what that is.

import { parseArgs } from 'node:util';

import { OPTIONS, listening } from './listening.mjs';

const ACK = { type: 'connection_ack' };
const ID = 'operation-1';
const NEXT = { id: ID, type: 'next', payload: { data: { count: 1 } } };
const COMPLETE = { id: ID, type: 'complete' };

// What is sent after each message of the client, the first, the second and so on.
const ANSWERS = {
  // Clients take these.
  'odd-frames': [
    [{ payload: null, type: 'connection_ack', since: 'noon' }],
    [{ type: 'ping', payload: null }],
    [
      { id: ID, type: 'next', payload: { data: null, extensions: { cost: 1.5 }, hasNext: true } },
      { id: ID, type: 'next', payload: { hasNext: false } },
      COMPLETE,
    ],
  ],
  'late-results': [[ACK], [NEXT], [NEXT, { ...NEXT, id: 'operation-9' }, COMPLETE]],
  'ack-twice': [[ACK], [NEXT, ACK, COMPLETE]],

  // Clients close with 4004.
  'next-first': [[NEXT]],
  'ack-text': [[{ type: 'connection_ack', payload: 'welcome' }]],
  'unknown-type': [[ACK], [{ type: 'connection_kept' }]],
  'no-id': [[ACK], [{ type: 'next', payload: { data: null } }]],
  'next-array': [[ACK], [{ id: ID, type: 'next', payload: [] }]],
  'error-object': [[ACK], [{ id: ID, type: 'error', payload: { message: 'alone' } }]],
  'error-empty': [[ACK], [{ id: ID, type: 'error', payload: [] }]],
};

const { values: options } = parseArgs({
  options: { ...OPTIONS, sends: { type: 'string', default: 'odd-frames' } },
});
const answers = ANSWERS[options.sends];
if (answers === undefined) {
  console.error(`--sends is one of ${Object.keys(ANSWERS).join(', ')}`);
  process.exit(2);
}

listening(options, (server) => {
  server.options.handleProtocols = () => 'graphql-transport-ws';
  server.on('connection', (socket) => {
    let received = 0;
    socket.on('message', () => {
      for (const answer of answers[received] ?? []) socket.send(JSON.stringify(answer));
      received += 1;
    });
  });
  return async () => {
    for (const socket of server.clients) socket.close(1001, 'Going away');
    await new Promise((resolve) => server.close(resolve));
  };
});
