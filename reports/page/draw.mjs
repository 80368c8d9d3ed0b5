import { firstFrom, ticks, view, xOf } from './view.mjs';

const ROW = 20;
const DOTS = 14;
const AXIS = 26;
const TITLE = 26;

/** Gives every lane of every run its place, top down; empty lanes have none. Returns the height. */
export function arrange(runs) {
  let y = AXIS;
  for (const run of runs) {
    run.y = y;
    y += TITLE;
    run.findingsY = y;
    stack(run.findings);
    y += rowsOf(run.findings) * ROW + (run.findings.length > 0 ? 6 : 0);
    for (const lane of run.lanes) {
      lane.y = y;
      stack(lane.spans);
      lane.rows = rowsOf(lane.spans);
      lane.height = lane.rows * ROW + DOTS + 6;
      if (lane.spans.length + lane.events.length === 0) lane.height = 0;
      y += lane.height;
    }
    run.bottom = y;
    y += 10;
  }
  return y;
}

/** Spans that overlap lie one under the other. */
function stack(spans) {
  const ends = [];
  for (const span of spans.toSorted((a, b) => a.from - b.from)) {
    const free = ends.findIndex((end) => end <= span.from + 1);
    span.row = Math.min(3, free < 0 ? ends.length : free);
    ends[span.row] = Math.max(ends[span.row] ?? 0, span.to);
  }
}

const rowsOf = (spans) => spans.reduce((most, { row }) => Math.max(most, row + 1), 0);

export const dotsY = (lane) => lane.y + lane.rows * ROW + DOTS / 2 + 2;

export const spanBox = (span, top) => {
  const x = xOf(span.from);
  return { x, y: top + span.row * ROW + 2, width: Math.max(3, xOf(span.to) - x), height: ROW - 3 };
};

function colours() {
  const style = getComputedStyle(document.documentElement);
  const names = ['paper', 'ink', 'line', 'band', 'plain', 'good', 'bad', 'warn', 'dim', 'on'];
  return Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
}

/** Paints all that is seen. `chosen` is an event or a finding; `turn` dims what belongs to others. */
export function paint(context, runs, height, { chosen, turn }) {
  const ink = colours();
  const full = view.left + view.width;
  context.fillStyle = ink.paper;
  context.fillRect(0, 0, full + 20, height);
  context.font = '12px system-ui, sans-serif';
  context.textBaseline = 'middle';
  paintAxis(context, ink, height, runs.length);
  for (const run of runs) {
    context.save();
    context.beginPath();
    context.rect(view.left, run.y, view.width, run.bottom - run.y);
    context.clip();
    for (const [index, lane] of run.lanes.filter(({ height: tall }) => tall > 0).entries()) {
      if (index % 2 === 0) fill(context, ink.band, view.left, lane.y, view.width, lane.height);
      for (const span of lane.spans) paintSpan(context, ink, span, lane.y, turn);
      paintDots(context, ink, lane, turn);
    }
    for (const finding of run.findings) {
      paintFinding(context, ink, finding, run.findingsY);
      if (chosen === finding) paintPins(context, ink, run, finding);
    }
    context.restore();
    paintNames(context, ink, run);
  }
  if (chosen?.lane) paintChosen(context, ink, chosen);
}

function paintAxis(context, ink, height, count) {
  for (const at of ticks(Math.max(2, view.width / 110))) {
    const x = Math.round(xOf(at)) + 0.5;
    fill(context, ink.line, x, AXIS - 6, 1, height);
    context.fillStyle = ink.ink;
    const digits = view.to - view.from < 2_000 ? 3 : view.to - view.from < 20_000 ? 1 : 0;
    const sign = count > 1 && at > 0 ? '+' : '';
    context.textAlign = 'center';
    context.fillText(`${sign}${(at / 1000).toFixed(digits)} s`, x, AXIS / 2);
  }
}

function paintNames(context, ink, run) {
  context.textAlign = 'left';
  context.fillStyle = ink.ink;
  context.font = 'bold 13px system-ui, sans-serif';
  context.fillText(run.title, 2, run.y + TITLE / 2);
  context.font = '12px system-ui, sans-serif';
  if (run.findings.length > 0) context.fillText('findings', 2, run.findingsY + ROW / 2);
  for (const lane of run.lanes)
    if (lane.height > 0) context.fillText(lane.name, 2, lane.y + lane.height / 2, view.left - 8);
}

function paintSpan(context, ink, span, top, turn) {
  if (span.to < view.from || span.from > view.to) return;
  const { x, y, width, height } = spanBox(span, top);
  context.globalAlpha = isDimmed(span, turn) ? 0.2 : 1;
  fill(context, ink[span.tone], x, y, width, height);
  if (span.isSilence) hatch(context, ink.on, x, y, width, height);
  const left = Math.max(view.left, x);
  const room = Math.min(x + width, view.left + view.width) - left - 8;
  if (room > 24) {
    context.save();
    context.beginPath();
    context.rect(left, y, room + 4, height);
    context.clip();
    context.fillStyle = ink.on;
    context.textAlign = 'left';
    context.fillText(span.says, left + 4, y + height / 2 + 1);
    context.restore();
  }
  context.globalAlpha = 1;
}

function hatch(context, colour, x, y, width, height) {
  context.save();
  context.beginPath();
  context.rect(x, y, width, height);
  context.clip();
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.globalAlpha *= 0.45;
  context.beginPath();
  const first = Math.max(x, view.left) - height;
  const last = Math.min(x + width, view.left + view.width);
  for (let at = first - (first % 8); at < last; at += 8) {
    context.moveTo(at, y + height);
    context.lineTo(at + height, y);
  }
  context.stroke();
  context.restore();
}

const isDimmed = (thing, turn) => turn !== undefined && thing.turn !== undefined && thing.turn !== turn;

/** An outline: what is full of colour happened, this is what is said about it. */
function paintFinding(context, ink, finding, top) {
  const { x, y, width, height } = spanBox(finding, top);
  const [left, right] = [Math.max(view.left, x), Math.min(view.left + view.width, x + width)];
  context.strokeStyle = ink.bad;
  context.lineWidth = 1.5;
  context.strokeRect(x, y, width, height);
  const isNarrow = width < 30;
  context.fillStyle = ink.bad;
  context.textAlign = isNarrow ? 'right' : 'left';
  const says = isNarrow ? String(finding.number) : `${finding.number} ${finding.check}`;
  context.fillText(
    says,
    isNarrow ? x - 5 : left + 5,
    y + height / 2 + 1,
    isNarrow ? 200 : Math.max(20, right - left - 8),
  );
}

/** Of the events that fall on one point only the weightiest is painted. */
function paintDots(context, ink, lane, turn) {
  const y = dotsY(lane);
  const { events } = lane;
  let place = -1;
  let best;
  const labels = lane.isLabelled ? [] : undefined;
  const flush = () => {
    if (!best) return;
    dot(context, ink, best, y, turn);
    labels?.push(best);
  };
  for (let index = firstFrom(events, view.from); index < events.length; index++) {
    const event = events[index];
    if (event.at > view.to) break;
    const x = Math.round(xOf(event.at) / 2);
    if (x !== place) {
      flush();
      place = x;
      best = event;
    } else if (WEIGHT[event.tone] > WEIGHT[best.tone]) best = event;
  }
  flush();
  if (labels) paintLabels(context, ink, labels, y);
}

/** Beside each dot what it is, where there is room before the next. */
function paintLabels(context, ink, events, y) {
  context.fillStyle = ink.ink;
  context.textAlign = 'left';
  for (const [index, event] of events.entries()) {
    const x = xOf(event.at) + 8;
    const next = events[index + 1];
    const room = (next ? xOf(next.at) - 6 : view.left + view.width) - x;
    if (room > 8 && context.measureText(event.says).width <= room) context.fillText(event.says, x, y + 1);
  }
}

const WEIGHT = { dim: 0, plain: 1, good: 2, warn: 3, bad: 4 };

function dot(context, ink, event, y, turn) {
  const x = xOf(event.at);
  context.globalAlpha = isDimmed(event, turn) ? 0.15 : 1;
  context.fillStyle = ink[event.tone];
  if (event.tone === 'dim') context.fillRect(x - 1, y - 4, 2, 8);
  else {
    context.beginPath();
    if (event.tone === 'warn') context.rect(x - 4, y - 4, 8, 8);
    else context.arc(x, y, event.tone === 'bad' ? 5 : 4, 0, Math.PI * 2);
    context.fill();
  }
  context.globalAlpha = 1;
}

function paintPins(context, ink, run, finding) {
  for (const event of finding.events) {
    const x = Math.round(xOf(event.at));
    fill(context, ink.bad, x - 1, run.findingsY, 2, dotsY(event.lane) - run.findingsY);
    context.strokeStyle = ink.bad;
    context.lineWidth = 2;
    context.strokeRect(x - 7, dotsY(event.lane) - 7, 14, 14);
  }
}

function paintChosen(context, ink, event) {
  const x = xOf(event.at);
  if (x < view.left || x > view.left + view.width) return;
  context.strokeStyle = ink.ink;
  context.lineWidth = 2;
  context.beginPath();
  context.arc(x, dotsY(event.lane), 8, 0, Math.PI * 2);
  context.stroke();
}

function fill(context, colour, x, y, width, height) {
  context.fillStyle = colour;
  context.fillRect(x, y, width, height);
}
