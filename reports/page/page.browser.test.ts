import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunRecord } from '#harness/record/record.ts';
import { goodTurn, hungTurn, timelineOf } from '#harness/testing/timeline-of.ts';
import { recordOfHang } from '../testing.ts';
import { longRecord } from '../testing-long-run.ts';
import { pageFor } from './page.ts';

const FLAGS = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];
let browser: Browser;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'openclaw-repro-test-'));
  browser = await chromium.launch({
    executablePath: process.env.OPENCLAW_REPRO_CHROMIUM ?? '/usr/bin/chromium',
    args: FLAGS,
  });
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

/** Its last event proves its only finding. */
const twoTurns = recordOfHang({
  timeline: timelineOf(...goodTurn(0), ...hungTurn(1)),
  findings: [{ check: 'reply-arrives', sentence: 'turn 2 never ended', evidence: [6, 9, 11] }],
});

interface Look {
  width?: number;
  dark?: boolean;
  print?: boolean;
}

/** Opens a page of these runs; whatever goes wrong in it, or leaves the machine, stands in `trouble`. */
async function open(records: [RunRecord, ...RunRecord[]], { width = 1200, dark, print }: Look = {}) {
  const file = join(folder, 'report.html');
  writeFileSync(file, pageFor(records));
  const page = await browser.newPage({
    viewport: { width, height: 800 },
    colorScheme: dark ? 'dark' : 'light',
  });
  const trouble: string[] = [];
  page.on('pageerror', ({ message }) => trouble.push(message));
  page.on('console', (message) => trouble.push(message.text()));
  page.on('request', (request) => request.url().startsWith('file:') || trouble.push(request.url()));
  await page.goto(pathToFileURL(file).href);
  if (print) await page.emulateMedia({ media: 'print' });
  return { page, trouble, [Symbol.asyncDispose]: () => page.close() };
}

/** How bright the canvas is in its corner, from 0 to 765. */
const brightness = (page: Page): Promise<number> =>
  page.evaluate(`{
    const [red, green, blue] = document.querySelector('canvas').getContext('2d').getImageData(1, 1, 1, 1).data;
    red + green + blue;
  }`);

/** The canvas after all that was asked for is painted. */
const picture = (page: Page): Promise<string> =>
  page.evaluate(`new Promise((resolve) => {
    const canvas = document.querySelector('canvas');
    requestAnimationFrame(() => requestAnimationFrame(() => resolve(canvas.toDataURL())));
  })`);

/** Pans for 60 frames. Returns the times between them in milliseconds. */
const panned = (page: Page): Promise<number[]> =>
  page.evaluate(`new Promise((resolve) => {
    const gaps = [];
    let last = performance.now();
    const next = () => {
      const now = performance.now();
      gaps.push(now - last);
      last = now;
      if (gaps.length === 60) return resolve(gaps);
      const deltaX = gaps.length % 20 < 10 ? 40 : -40;
      document.getElementById('frame').dispatchEvent(new WheelEvent('wheel', { deltaX, cancelable: true }));
      requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
  })`);

test('opens without an error and asks nobody for anything, whatever the record holds', async () => {
  const hostile = '</script><script>throw 1</script><img src="https://example.org/x"> @a';
  const record = recordOfHang({
    verdict: hostile,
    timeline: timelineOf({ kind: 'gateway.log', stream: 'stdout', message: hostile }),
    findings: [{ check: 'reply-arrives', sentence: hostile, evidence: [0] }],
  });
  await using opened = await open([record]);
  const { page, trouble } = opened;
  await page.click('button[data-finding="0"]');
  await page.keyboard.press('ArrowRight');
  expect(await page.textContent('#what')).toContain('</script><script>');
  expect(await page.locator('img').count()).toBe(0);
  expect(trouble).toEqual([]);
});

test('is read by keyboard: from event to event, to a finding, and to the payload', async () => {
  await using opened = await open([twoTurns]);
  const { page, trouble } = opened;
  await page.focus('#frame');
  await page.keyboard.press('Home');
  expect(await page.textContent('#what')).toContain('turn 1 sent');
  await page.keyboard.press('ArrowRight');
  expect(await page.textContent('#what')).toContain('turn 1 accepted');
  await page.keyboard.press('f');
  expect(await page.textContent('#where')).toContain('finding 1');
  await page.keyboard.press('Enter');
  expect(await page.evaluate('document.activeElement.id')).toBe('payload');
  expect(trouble).toEqual([]);
});

test('a click on an event shows its payload and what it proves', async () => {
  await using opened = await open([twoTurns]);
  const { page } = opened;
  const box = await page.locator('#canvas').boundingBox();
  if (!box) throw new Error('no canvas');
  // The last event, at 12 of 12 s; the axis has a margin on both sides, the lanes' names stand left of it.
  for (let y = 0; y < box.height && !(await page.textContent('#proves')); y += 6)
    await page.mouse.click(box.x + 92 + ((box.width - 96) * 12.12) / 12.24, box.y + y);
  expect(await page.textContent('#payload')).toContain('"kind": "turn.given-up"');
  expect(await page.textContent('#proves')).toContain('Proves 1: reply-arrives');
});

test('shows one turn on its own, and two runs from the moment at which that turn was sent', async () => {
  const good = recordOfHang({
    outcome: 'clean',
    findings: [],
    timeline: timelineOf({ wait: 9_000 }, ...goodTurn(0), ...goodTurn(1)),
  });
  await using opened = await open([good, twoTurns]);
  const { page, trouble } = opened;
  expect(await page.locator('section.run').count()).toBe(2);
  const whole = await picture(page);
  await page.selectOption('#turn', '1');
  expect(await picture(page)).not.toBe(whole);
  await page.focus('#frame');
  await page.keyboard.press('ArrowRight');
  expect(await page.textContent('#where')).toMatch(/turn 2$/);
  await page.selectOption('#turn', '');
  expect(trouble).toEqual([]);
});

test('wheel, drag and buttons zoom and pan, and "whole run" brings all back', async () => {
  await using opened = await open([twoTurns]);
  const { page } = opened;
  const whole = await picture(page);
  const box = await page.locator('#frame').boundingBox();
  if (!box) throw new Error('no frame');
  await page.mouse.move(box.x + box.width / 2, box.y + 60);
  await page.mouse.wheel(0, -300);
  const nearer = await picture(page);
  expect(nearer).not.toBe(whole);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2 - 120, box.y + 60, { steps: 4 });
  await page.mouse.up();
  expect(await picture(page)).not.toBe(nearer);
  await page.click('#whole');
  expect(await picture(page)).toBe(whole);
});

test('a run of 10,000 events opens, pans without long frames, and stays under 5 MB', async () => {
  const record = longRecord(10_000);
  expect(pageFor([record]).length).toBeLessThan(5_000_000);
  await using opened = await open([record]);
  const { page, trouble } = opened;
  await page.focus('#frame');
  for (let count = 0; count < 4; count++) await page.keyboard.press('+');
  const frames = await panned(page);
  const median = frames.toSorted((a, b) => a - b)[30] ?? Infinity;
  console.log(
    `panning 10,000 events: median frame ${median.toFixed(1)} ms, longest ${Math.max(...frames).toFixed(1)} ms`,
  );
  // What paints every event takes longer; a crowded machine alone does not.
  expect(median).toBeLessThan(100);
  expect(trouble).toEqual([]);
});

test('is dark where that is wanted, and light on paper even then', async () => {
  await using light = await open([twoTurns]);
  await using dark = await open([twoTurns], { dark: true });
  await using paper = await open([twoTurns], { dark: true, print: true });
  expect(await brightness(light.page)).toBe(3 * 255);
  expect(await brightness(dark.page)).toBeLessThan(150);
  await expect.poll(() => brightness(paper.page)).toBe(3 * 255);
  expect(await paper.page.locator('.tools').isVisible()).toBe(false);
});

test('a narrow page needs no scrolling sideways', async () => {
  await using opened = await open([twoTurns], { width: 360 });
  const over = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
  expect(await opened.page.evaluate(over)).toBe(0);
});
