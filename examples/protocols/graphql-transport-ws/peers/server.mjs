// A GraphQL server of the npm package graphql-ws: `node server.mjs --help` lists its options.

import { parseArgs } from 'node:util';

import { useServer } from 'graphql-ws/use/ws';

import { OPTIONS, listening } from './listening.mjs';
import { roots, schema } from './schema.mjs';

const HELP = `usage: node server.mjs [options]

  --port N           where to listen on 127.0.0.1; 0, the default, is any free port
  --lifetime S       seconds after which it ends by itself; 600 unless given
  --init-timeout MS  how long clients have for connection_init; 3000 unless given
  --greet            connection_ack has a payload
  --refuse           no client may connect: close code 4403
  --fail             onConnect throws: close code 4500
  --never-ack        connection_init is not answered
  --pings N          sends N ping messages to each client, each after the pong before
  --restart          closes the first connection with 1012 when it subscribes to something
  --leave            ends after the first result that it sent, with 1001
`;

const { values: options } = parseArgs({
  options: {
    ...OPTIONS,
    help: { type: 'boolean' },
    'init-timeout': { type: 'string', default: '3000' },
    greet: { type: 'boolean' },
    refuse: { type: 'boolean' },
    fail: { type: 'boolean' },
    'never-ack': { type: 'boolean' },
    pings: { type: 'string', default: '0' },
    restart: { type: 'boolean' },
    leave: { type: 'boolean' },
  },
});
if (options.help) {
  console.log(HELP);
  process.exit(0);
}

let connections = 0;

async function onConnect(context) {
  connections += 1;
  context.extra.number = connections;
  context.extra.pings = 0;
  if (options.fail) throw new Error('The doorkeeper fell asleep');
  if (options['never-ack']) await new Promise(() => {});
  setTimeout(() => ping(context), 0); // by then connection_ack has been sent
  if (options.greet) return { server: 'example', motd: { lines: ['Hello.', 'Mind the step.'] } };
  return !options.refuse;
}

// graphql-ws' server sends no ping messages of its own accord. Every other one has a payload.
function ping({ extra }) {
  if (!(extra.pings < Number(options.pings))) return; // nor before connection_init
  extra.pings += 1;
  const payload = extra.pings % 2 ? { number: extra.pings } : undefined;
  extra.socket.send(JSON.stringify({ type: 'ping', payload }));
}

function onSubscribe({ extra }) {
  if (options.restart && extra.number === 1) extra.socket.close(1012, 'Service restart');
}

function onNext() {
  if (options.leave) setTimeout(end, 0); // by then the result has been sent
}

const end = listening(options, (server) => {
  const using = useServer(
    {
      schema,
      roots,
      connectionInitWaitTimeout: Number(options['init-timeout']),
      onConnect,
      onPong: ping,
      onSubscribe,
      onNext,
    },
    server,
  );
  return using.dispose;
});
