// What both servers have in common: where they listen, how they say so, and that they end.

import { WebSocketServer } from 'ws';

export const PATH = '/graphql';

// Options that both servers know, for `parseArgs`.
export const OPTIONS = {
  port: { type: 'string', default: '0' },
  lifetime: { type: 'string', default: '600' },
};

// Listen on this machine only, print the address as the first line, and end on a signal or when the
// lifetime, in seconds, is over. `dispose` ends the connections.
export function listening({ port, lifetime }, start) {
  const server = new WebSocketServer({ host: '127.0.0.1', port: Number(port), path: PATH });
  const dispose = start(server);
  let isEnding = false;
  async function end() {
    if (isEnding) return;
    isEnding = true;
    clearTimeout(last);
    await dispose();
  }
  const last = setTimeout(end, Number(lifetime) * 1000);
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
  server.once('listening', () =>
    console.log(`listening on ws://127.0.0.1:${server.address().port}${PATH}`),
  );
  return end;
}
