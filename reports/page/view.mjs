/** What part of the time is seen, in milliseconds of the shared axis, and where that is on the canvas. */
export const view = { from: 0, to: 1, left: 0, width: 1 };

/** The axis as a whole. */
export const bounds = { from: 0, to: 1 };

const SHORTEST_MS = 5;

export const xOf = (at) => view.left + ((at - view.from) / (view.to - view.from)) * view.width;

export const timeAt = (x) => view.from + ((x - view.left) / view.width) * (view.to - view.from);

/** Shows a stretch, no shorter than can be told apart and not beyond the ends. */
export function look(from, to) {
  const all = bounds.to - bounds.from;
  const length = Math.min(all, Math.max(SHORTEST_MS, to - from));
  const start = Math.max(bounds.from, Math.min(bounds.to - length, from));
  view.from = start;
  view.to = start + length;
}

/** `factor` below 1 comes nearer; `at` stays where it is. */
export function zoom(factor, at = (view.from + view.to) / 2) {
  const length = Math.max(SHORTEST_MS, (view.to - view.from) * factor);
  const share = (at - view.from) / (view.to - view.from);
  look(at - share * length, at + (1 - share) * length);
}

/** Moves by a share of what is seen. */
export function pan(share) {
  const step = (view.to - view.from) * share;
  look(view.from + step, view.to + step);
}

/** The first place in sorted `events` that is not before `at`. */
export function firstFrom(events, at) {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (events[middle].at < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Round steps for the axis, about `count` of them. */
export function ticks(count) {
  const rough = (view.to - view.from) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((digit) => digit * power).find((one) => one >= rough) ?? rough;
  const first = Math.ceil(view.from / step) * step;
  return Array.from({ length: Math.floor((view.to - first) / step) + 1 }, (_, index) => first + index * step);
}
