import { arrange, dotsY, paint, spanBox } from './draw.mjs';
import { bounds, firstFrom, look, pan, timeAt, view, xOf, zoom } from './view.mjs';

const scenes = JSON.parse(document.getElementById('scenes').textContent);
const byId = (id) => document.getElementById(id);
const [frame, canvas, turnChoice] = [byId('frame'), byId('canvas'), byId('turn')];
const context = canvas.getContext('2d');
const NEAR = 12;
const NAMES = { chat: 'web chat', fault: 'faults' };

let turn;
let chosen;
let height = 0;

const runs = scenes.map((scene) => {
  const lanes = scene.lanes.map((name) => ({
    name: NAMES[name] ?? name,
    isLabelled: name === 'fault',
    spans: [],
    events: [],
  }));
  const run = { ...scene, lanes, title: `${scene.name}: ${scene.outcome}`, shift: 0 };
  run.events = scene.events.map(([at, lane, of, tone, says, payload]) => {
    const event = { at, start: at, turn: of, tone, says, payload, run, lane: lanes[lane], findings: [] };
    lanes[lane].events.push(event);
    return event;
  });
  run.spans = scene.spans.map((span) => {
    const own = { ...span, start: span.from, stop: span.to };
    lanes[span.lane].spans.push(own);
    return own;
  });
  run.findings = scene.findings.map((finding, index) => {
    const events = finding.events.map((place) => run.events[place]);
    const check = finding.says.split(':')[0];
    const own = { ...finding, check, number: index + 1, events, run, start: finding.from, stop: finding.to };
    for (const event of events) event.findings.push(own);
    return own;
  });
  return run;
});

/** Two runs share an axis whose zero is the moment at which the same turn was sent. */
function align(number) {
  for (const run of runs) {
    const same = run.turns.find((one) => one.number === number) ?? run.turns[0];
    const shift = runs.length > 1 && same ? same.at : 0;
    for (const event of run.events) event.at = event.start - shift;
    for (const span of [...run.spans, ...run.findings])
      [span.from, span.to] = [span.start - shift, span.stop - shift];
    run.shift = shift;
  }
  bounds.from = Math.min(...runs.map(({ shift }) => -shift));
  bounds.to = Math.max(...runs.map(({ end, shift }) => end - shift)) + 1;
  const margin = (bounds.to - bounds.from) * 0.01;
  bounds.from -= margin;
  bounds.to += margin;
}

function showTurn(number) {
  turn = number;
  align(number ?? 0);
  if (number === undefined) look(bounds.from, bounds.to);
  else {
    const seen = runs.flatMap(({ turns, shift }) =>
      turns
        .filter((one) => one.number === number)
        .map((one) => ({ from: one.at - shift, to: one.to - shift })),
    );
    const [from, to] = [Math.min(...seen.map((one) => one.from)), Math.max(...seen.map((one) => one.to))];
    look(from - (to - from) * 0.05, to + (to - from) * 0.05);
  }
  draw();
}

let asked = false;
function draw() {
  if (asked) return;
  asked = true;
  requestAnimationFrame(() => {
    asked = false;
    paint(context, runs, height, { chosen, turn });
  });
}

function resize() {
  const { clientWidth } = frame;
  const ratio = devicePixelRatio || 1;
  view.left = clientWidth < 600 ? 62 : 92;
  view.width = clientWidth - view.left - 4;
  height = arrange(runs);
  canvas.width = clientWidth * ratio;
  canvas.height = height * ratio;
  canvas.style.height = `${height}px`;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  // At once: on paper there is no next frame.
  paint(context, runs, height, { chosen, turn });
}

function choose(thing) {
  chosen = thing;
  if (!thing) return draw();
  const { says, run } = thing;
  const isEvent = thing.lane !== undefined && thing.payload !== undefined;
  const at = (thing.start / 1000).toFixed(3);
  byId('what').textContent = says;
  byId('where').textContent = isEvent
    ? `${run.name}, ${thing.lane.name}, ${at} s${thing.turn >= 0 ? `, turn ${thing.turn + 1}` : ''}`
    : `${run.name}, finding ${thing.number}, proved by ${thing.events.length} events`;
  byId('proves').textContent = isEvent
    ? thing.findings.map((one) => `Proves ${one.number}: ${one.says}`).join('\n')
    : '';
  byId('payload').textContent = isEvent
    ? thing.payload
    : thing.events.map((event) => `${(event.start / 1000).toFixed(2)} s  ${event.says}`).join('\n');
  byId('event').hidden = false;
  bringIntoView(thing);
  draw();
}

function bringIntoView(thing) {
  const [from, to] = thing.events ? [thing.from, thing.to] : [thing.at, thing.at];
  if (from >= view.from && to <= view.to) return;
  const length = Math.max(view.to - view.from, (to - from) * 1.1);
  const middle = (from + to) / 2;
  look(middle - length / 2, middle + length / 2);
}

/** What lies under a point: an event, a finding, or the event that a span begins with. */
function hit(x, y) {
  for (const run of runs) {
    for (const finding of run.findings) if (isIn(spanBox(finding, run.findingsY), x, y)) return finding;
    for (const lane of run.lanes) {
      if (lane.height === 0 || y < lane.y || y >= lane.y + lane.height) continue;
      const span = lane.spans.find((one) => isIn(spanBox(one, lane.y), x, y));
      const near = nearest(lane.events, span ? span.from : timeAt(x));
      if (near && (span || (Math.abs(xOf(near.at) - x) <= NEAR && Math.abs(dotsY(lane) - y) <= NEAR)))
        return near;
    }
  }
  return undefined;
}

const isIn = (box, x, y) => x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height;

function nearest(events, at) {
  const place = firstFrom(events, at);
  const [before, after] = [events[place - 1], events[place]];
  if (!before || !after) return before ?? after;
  return at - before.at < after.at - at ? before : after;
}

/** The next event of the same run, or of the same lane; `by` is 1 or -1. */
function step(by) {
  const from = chosen?.lane ? chosen : undefined;
  const run = chosen?.run ?? runs[0];
  const list = run.events.filter((event) => turn === undefined || event.turn === turn);
  const place = from ? list.indexOf(from) + by : firstFrom(list, view.from);
  choose(list[Math.max(0, Math.min(list.length - 1, place))]);
}

function stepLane(by) {
  if (!chosen?.lane) return step(1);
  const all = runs.flatMap((run) => run.lanes).filter(({ events }) => events.length > 0);
  const lane = all[all.indexOf(chosen.lane) + by];
  if (lane) choose(nearest(lane.events, chosen.at));
}

function stepFinding() {
  const all = runs.flatMap(({ findings }) => findings);
  if (all.length > 0) choose(all[(all.indexOf(chosen) + 1) % all.length]);
}

const KEYS = {
  ArrowRight: (event) => (event.shiftKey ? pan(0.2) : step(1)),
  ArrowLeft: (event) => (event.shiftKey ? pan(-0.2) : step(-1)),
  ArrowDown: () => stepLane(1),
  ArrowUp: () => stepLane(-1),
  Home: () => choose(runs[0].events[0]),
  End: () => choose(runs.at(-1).events.at(-1)),
  '+': () => zoom(0.6),
  '=': () => zoom(0.6),
  '-': () => zoom(1 / 0.6),
  0: () => look(bounds.from, bounds.to),
  f: stepFinding,
  Escape: () => choose(undefined),
  Enter: () => chosen && byId('payload').focus(),
};

frame.addEventListener('keydown', (event) => {
  const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act(event);
  draw();
});

frame.addEventListener(
  'wheel',
  (event) => {
    event.preventDefault();
    const { deltaX, deltaY, shiftKey, offsetX } = event;
    if (shiftKey || Math.abs(deltaX) > Math.abs(deltaY)) pan((shiftKey ? deltaX || deltaY : deltaX) / 800);
    else zoom(Math.exp(Math.max(-100, Math.min(100, deltaY)) / 300), timeAt(offsetX));
    draw();
  },
  { passive: false },
);

let drag;
frame.addEventListener('pointerdown', ({ clientX, offsetX, offsetY, pointerId }) => {
  frame.setPointerCapture(pointerId);
  drag = { x: clientX, from: view.from, to: view.to, offsetX, offsetY, moved: false };
});
frame.addEventListener('pointermove', ({ clientX }) => {
  if (!drag) return;
  drag.moved ||= Math.abs(clientX - drag.x) > 4;
  const by = ((drag.x - clientX) / view.width) * (drag.to - drag.from);
  if (drag.moved) look(drag.from + by, drag.to + by);
  draw();
});
frame.addEventListener('pointerup', () => {
  const found = drag && !drag.moved && hit(drag.offsetX, drag.offsetY);
  drag = undefined;
  if (found) choose(found);
});
frame.addEventListener('pointercancel', () => {
  drag = undefined;
});

const BUTTONS = {
  nearer: () => zoom(0.6),
  farther: () => zoom(1 / 0.6),
  back: () => pan(-0.3),
  on: () => pan(0.3),
  whole: () => look(bounds.from, bounds.to),
  previous: () => step(-1),
  next: () => step(1),
};
for (const [id, act] of Object.entries(BUTTONS))
  byId(id).addEventListener('click', () => {
    act();
    draw();
  });
for (const button of document.querySelectorAll('button[data-finding]'))
  button.addEventListener('click', () => {
    const { run, finding } = button.dataset;
    choose(runs[run].findings[finding]);
    frame.focus();
  });
turnChoice.addEventListener('change', () =>
  showTurn(turnChoice.value === '' ? undefined : Number(turnChoice.value)),
);

showTurn(undefined);
new ResizeObserver(resize).observe(frame);
for (const query of ['print', '(prefers-color-scheme: dark)'])
  matchMedia(query).addEventListener('change', resize);
addEventListener('beforeprint', () => {
  for (const folded of document.querySelectorAll('details')) folded.open = true;
});
