/**
 * The one way into and out of a gateway's container, which has no network: a Mux over this process's stdin and stdout,
 * which the engine carries. The harness opens connections to the gateway; the gateway's connections to the mocks, and
 * the lines of its files, go the other way.
 *
 * Plain JavaScript without dependencies: it runs under whatever Node the image has.
 * Usage: node relay-inside.mjs <gateway port> <port for the mocks> <folder> <log folder>
 */
import { connect, createServer } from 'node:net';
import { Mux } from './mux.mjs';
import { tailFolder } from './tail-folder.mjs';

const [gatewayPort, mocksPort, folder, logFolder] = process.argv.slice(2);

const mux = new Mux(process.stdin, process.stdout, {
  first: 1,
  onOpen: () => connect({ port: Number(gatewayPort), host: '127.0.0.1', allowHalfOpen: true }),
});
// Without the harness there is nothing to relay.
process.stdin.on('close', () => process.exit());

createServer({ allowHalfOpen: true }, (socket) => mux.carry(socket)).listen(Number(mocksPort), '127.0.0.1');

const send = (from) => (line) => mux.sendLine(JSON.stringify({ from, line }));
tailFolder(folder, 'egress.jsonl', send('egress'));
tailFolder(logFolder, '.log', send('log'));
