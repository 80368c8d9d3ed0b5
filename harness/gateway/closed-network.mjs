/**
 * Loaded by `NODE_OPTIONS=--import` into every Node process of a gateway, whose own code stays as it was published.
 * It leads the imitated hosts to the mocks, lets the gateway talk to itself, and refuses and writes down all else.
 *
 * The host names are kept, and answered with a public-looking address: from 2026.5.3 on a private base URL switches
 * the idle watchdog off, and newer versions refuse guarded fetches to names that resolve to private addresses
 * (2026.9.6: "Blocked: resolves to private/internal/special-use IP address"). All of fetch, https, ws and undici end
 * in `net`, so that one place is enough.
 *
 * It also keeps the gateway's log out of /tmp/openclaw, where the logs of the user's own gateway lie: up to 2026.4.15 at
 * least the bundled code cannot read `logging.file` (its `require("../config/config.js")` is not in the package), and so
 * every gateway of a machine writes to that one folder, and prunes it. Seen as unusable, it is left for $TMPDIR.
 *
 * Plain JavaScript without dependencies: it runs under whatever Node the gateway runs on.
 */
import childProcess from 'node:child_process';
import dgram from 'node:dgram';
import dns from 'node:dns';
import fs, { appendFileSync } from 'node:fs';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import { dirname, resolve as resolvePath } from 'node:path';
import { fileURLToPath } from 'node:url';
import workers from 'node:worker_threads';

/**
 * @typedef {{ at: 'dns' | 'connect' | 'tls', code?: string }} Trouble what befalls every connection to a host; `tls` is the mocks' own affair
 * @type {{ hosts: Record<string, string>, mock: { host: string, port: number }, troubles?: Record<string, Trouble>, troublesAfter?: string, loopback: [number, number], log: string }}
 */
const plan = JSON.parse(process.env.OPENCLAW_REPRO_NETWORK ?? 'null') ?? failClosed();
const mockedAddresses = new Set(Object.values(plan.hosts));

function failClosed() {
  throw new Error('OPENCLAW_REPRO_NETWORK is not set: the gateway must not run with an open network');
}

const refuse = (destination, via) => tell({ destination, via });

function tell(what) {
  try {
    appendFileSync(plan.log, `${JSON.stringify(what)}\n`);
  } catch {
    // The folder is gone when a run has been cleaned up under a dying process; the refusal stands all the same.
  }
}

const error = (code, syscall, where) =>
  Object.assign(new Error(`${syscall} ${code} ${where}`), { code, syscall, hostname: where });

const isLoopback = (host) =>
  /^(localhost|127(\.\d+){3}|::1|\[::1\]|::ffff:127(\.\d+){3}|0\.0\.0\.0|::)$/i.test(host);

/** Hosts in trouble: a gateway that is only being prepared finds them well. */
function troubleOf(name, at) {
  // A guarded fetch looks the name up by itself and then connects to the address.
  const host = plan.hosts[name] ? name : Object.keys(plan.hosts).find((one) => plan.hosts[one] === name);
  const trouble = plan.troubles?.[host];
  if (trouble?.at !== at || (plan.troublesAfter && !fs.existsSync(plan.troublesAfter))) return undefined;
  tell({ troubled: host });
  return trouble;
}

/** Names */

const hostOf = (name) => String(name).toLowerCase().replace(/\.$/, '');

function resolve(name) {
  const host = hostOf(name);
  const trouble = troubleOf(host, 'dns');
  if (trouble) return { failed: trouble.code };
  if (plan.hosts[host]) return plan.hosts[host];
  if (isLoopback(host)) return '127.0.0.1';
  if (net.isIP(host)) return host;
  refuse(host, 'dns');
  return { failed: 'ENOTFOUND' };
}

function lookup(name, options, callback) {
  const done = typeof options === 'function' ? options : callback;
  const all = typeof options === 'object' && options?.all;
  const address = resolve(name);
  const family = net.isIP(address);
  process.nextTick(() => {
    if (address.failed) done(error(address.failed, 'getaddrinfo', name));
    else if (all) done(null, [{ address, family }]);
    else done(null, address, family);
  });
}

async function lookupPromise(name, options) {
  const address = resolve(name);
  if (address.failed) throw error(address.failed, 'getaddrinfo', name);
  const found = { address, family: net.isIP(address) };
  return typeof options === 'object' && options?.all ? [found] : found;
}

const QUERIES = [
  'resolve',
  'resolve4',
  'resolve6',
  'resolveAny',
  'resolveCname',
  'resolveMx',
  'resolveNs',
].concat([
  'resolveTxt',
  'resolveSrv',
  'resolvePtr',
  'resolveNaptr',
  'resolveSoa',
  'resolveCaa',
  'resolveTlsa',
  'reverse',
  'lookupService',
]);

function closeQueries(target, asPromise) {
  for (const query of QUERIES) {
    if (typeof target[query] !== 'function') continue;
    target[query] = (name, ...rest) => {
      const host = hostOf(name);
      const trouble = troubleOf(host, 'dns');
      const address = /^resolve4?$/.test(query) && !trouble ? plan.hosts[host] : undefined;
      if (!address && !trouble) refuse(host, 'dns');
      const failure = address ? null : error(trouble?.code ?? 'ENOTFOUND', query, name);
      if (asPromise) return failure ? Promise.reject(failure) : Promise.resolve([address]);
      process.nextTick(rest.at(-1), failure, address ? [address] : undefined);
      return undefined;
    };
  }
}

dns.lookup = lookup;
dns.promises.lookup = lookupPromise;
closeQueries(dns, false);
closeQueries(dns.Resolver.prototype, false);
closeQueries(dns.promises, true);
closeQueries(dns.promises.Resolver.prototype, true);

/** Connections */

const connect = net.Socket.prototype.connect;

net.Socket.prototype.connect = function guardedConnect(...args) {
  // `net.connect` hands its arguments over as one array, `socket.connect(port, host)` as they are.
  const [first, second] = Array.isArray(args[0]) ? args[0] : args;
  // Read once: what is checked must be what is used.
  const options = typeof first === 'object' && first !== null ? { ...first } : { port: first, host: second };
  if (isPipe(first)) options.path = first;
  if (options.path) {
    if (!ownPipe(options.path)) return turnAway(this, options.path, 'pipe', 'ECONNREFUSED', 'connect');
    return connect.apply(this, args);
  }

  const host = hostOf(options.host ?? 'localhost');
  const port = Number(options.port);
  const mocked = (plan.hosts[host] || mockedAddresses.has(host)) && port === 443;
  const own = isLoopback(host) && port >= plan.loopback[0] && port <= plan.loopback[1];
  if (!mocked && !own) {
    const named = !net.isIP(host) && !isLoopback(host);
    return turnAway(
      this,
      `${host}:${port}`,
      'tcp',
      named ? 'ENOTFOUND' : 'ECONNREFUSED',
      named ? 'getaddrinfo' : 'connect',
    );
  }
  if (mocked) {
    const unknown = troubleOf(host, 'dns');
    if (unknown) return fail(this, error(unknown.code, 'getaddrinfo', host));
    const unreachable = troubleOf(host, 'connect');
    if (unreachable)
      return unreachable.code ? fail(this, refused(host, port, unreachable.code)) : swallow(this);
  }
  const target = mocked ? { ...options, host: plan.mock.host, port: plan.mock.port } : { ...options, port };
  if (Array.isArray(args[0])) {
    args[0][0] = target;
    return connect.apply(this, args);
  }
  return connect.call(
    this,
    target,
    args.findLast((arg) => typeof arg === 'function'),
  );
};

/** Node's own rule: a string that is not a number names a pipe. */
const isPipe = (value) => typeof value === 'string' && !(Number(value) >= 0);

/** Sockets below the run's own folder; others (of a container engine, say) lead out. */
const ownPipe = (path) => resolvePath(String(path)).startsWith(`${dirname(plan.log)}/`);

function turnAway(socket, destination, via, code, syscall) {
  refuse(String(destination), via);
  return fail(socket, error(code, syscall, destination));
}

function fail(socket, failure) {
  process.nextTick(() => socket.destroy(failure));
  return socket;
}

/** As Node says it of a port where nobody listens. */
function refused(host, port, code) {
  const address = plan.hosts[host] ?? host;
  return Object.assign(error(code, 'connect', `${address}:${port}`), {
    errno: -111,
    address,
    port,
    hostname: undefined,
  });
}

/** As where packets are lost: the connection is under way until its owner gives it up. */
function swallow(socket) {
  socket.connecting = true;
  // A connection under way keeps its process alive.
  const pending = setInterval(() => undefined, 2 ** 30);
  socket.once('close', () => clearInterval(pending));
  return socket;
}

for (const method of ['send', 'connect']) {
  dgram.Socket.prototype[method] = function guarded(...args) {
    const host = args.findLast((arg) => typeof arg === 'string') ?? 'localhost';
    refuse(host, 'udp');
    const done = args.at(-1);
    const failure = error('ENETUNREACH', method, host);
    process.nextTick(() => (typeof done === 'function' ? done(failure) : this.emit('error', failure)));
    return undefined;
  };
}

/** Children and workers: they get this module too, whatever environment or code they are started with. */

const KEPT = ['NODE_OPTIONS', 'NODE_EXTRA_CA_CERTS'].concat(
  ['NETWORK', 'RUN', 'CLOCK'].map((name) => `OPENCLAW_REPRO_${name}`),
);
const kept = KEPT.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]));
const keptPairs = Object.fromEntries(kept);
const spawn = childProcess.ChildProcess.prototype.spawn;
childProcess.ChildProcess.prototype.spawn = function guardedSpawn(options) {
  const others = (options.envPairs ?? []).filter(
    (pair) => !kept.some(([name]) => pair.startsWith(`${name}=`)),
  );
  return spawn.call(this, { ...options, envPairs: [...others, ...kept.map((pair) => pair.join('='))] });
};

for (const name of ['spawnSync', 'execFileSync', 'execSync']) {
  const run = childProcess[name];
  childProcess[name] = function guardedSync(file, ...rest) {
    const args = Array.isArray(rest[0]) ? [rest[0]] : [];
    const options = rest.find((one) => typeof one === 'object' && one !== null && !Array.isArray(one));
    return run(file, ...args, { ...options, env: { ...(options?.env ?? process.env), ...keptPairs } });
  };
}

if (process.execve) {
  const { execve } = process;
  process.execve = (file, args, env = process.env) =>
    execve.call(process, file, args, { ...env, ...keptPairs });
}

const { Worker } = workers;
workers.Worker = class GuardedWorker extends Worker {
  constructor(source, options = {}) {
    const guard = `process.getBuiltinModule('node:module').createRequire('/')(${JSON.stringify(fileURLToPath(import.meta.url))});`;
    super(options.eval ? `${guard}\n${source}` : source, options);
  }
};

/** The log's folder */

for (const name of ['lstatSync', 'statSync']) {
  const stat = fs[name];
  fs[name] = function guardedStat(path, ...rest) {
    if (path === '/tmp/openclaw') throw error('EPERM', 'lstat', path);
    return stat.call(this, path, ...rest);
  };
}

/** The clock, where a scenario puts it forward. At once, so that a worker can load this module by `require`. */
if (process.env.OPENCLAW_REPRO_CLOCK) createRequire(import.meta.url)('./clock.mjs');

syncBuiltinESMExports();
