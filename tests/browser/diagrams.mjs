// Measures the pictures of `tfgen graph` at the size of a desktop and a phone, light and dark.
//
// Standard input is JSON: a list of {name, svg, mermaid, show}. Pictures with show are photographed to
// build/screenshots.

import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { launch } from "./launch.mjs";
import { TOP, modules } from "./modules.mjs";

const FOLDER = join(TOP, "build/screenshots"),
	MERMAID = modules.resolve("@mermaid-js/tiny/dist/mermaid.tiny.js");
const SETTINGS = [1000, 390].flatMap((width) => ["light", "dark"].map((theme) => ({ width, theme })));
const SMALLEST = { 1000: 16, 390: 9.5 }; // height of the type on the screen, in px

// Runs in the page. Returns what is wrong, a line each.
function measure(smallest) {
	const wrong = [],
		root = document.documentElement,
		scale = root.getScreenCTM().a;
	const lines = [...document.querySelectorAll("text")].flatMap((text) =>
		text.children.length ? [...text.children] : [text],
	);
	// The glyphs of a line do not fill its box.
	const boxes = lines.map((line) => {
		const { left, right, top, bottom } = line.getBoundingClientRect(),
			spare = (line.closest("[transform*=rotate]") ? right - left : bottom - top) * 0.15;
		return line.closest("[transform*=rotate]")
			? { left: left + spare, right: right - spare, top, bottom }
			: { left, right, top: top + spare, bottom: bottom - spare };
	});
	const overlap = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
	const holds = (a, x, y) => a.left < x && x < a.right && a.top < y && y < a.bottom;
	const inside = (a, b) => a.left >= b.left && a.right <= b.right && a.top >= b.top && a.bottom <= b.bottom;
	const said = (i) => `'${lines[i].textContent.trim()}'`;

	const picture = document.querySelector("rect.paper").getBoundingClientRect(),
		view = root.getBoundingClientRect();
	const frames = [...document.querySelectorAll("rect.box, rect.card, rect.network")].map((rect) =>
		rect.getBoundingClientRect(),
	);
	boxes.forEach((box, i) => {
		if (!inside(box, picture) || !inside(box, view)) wrong.push(`${said(i)} is outside the picture`);
		for (let k = 0; k < i; k++) if (overlap(box, boxes[k])) wrong.push(`${said(i)} is over ${said(k)}`);
		for (const frame of frames)
			if (overlap(box, frame) && !inside(box, frame)) wrong.push(`${said(i)} crosses a frame`);
		const size = parseFloat(getComputedStyle(lines[i]).fontSize) * scale;
		if (size < smallest) wrong.push(`${said(i)} is ${size.toFixed(1)} px high`);
	});

	// No line runs through a text.
	for (const path of document.querySelectorAll(".flow, .out, .alarm, .copy")) {
		const toScreen = path.getScreenCTM();
		for (let at = 0; at <= path.getTotalLength(); at += 2) {
			const { x, y } = path.getPointAtLength(at).matrixTransform(toScreen);
			const hit = boxes.findIndex((box) => holds(box, x, y));
			if (hit >= 0) {
				wrong.push(`a line runs through ${said(hit)}`);
				break;
			}
		}
	}

	// Contrast with what is below, as WCAG 2 defines it.
	const channels = (color) => color.match(/[\d.]+/g).slice(0, 3).map(Number);
	const luminance = (color) =>
		channels(color)
			.map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4))
			.reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
	boxes.forEach((box, i) => {
		const below = document
			.elementsFromPoint((box.left + box.right) / 2, (box.top + box.bottom) / 2)
			.find((element) => element.tagName === "rect" && getComputedStyle(element).fill !== "none");
		const [light, dark] = [getComputedStyle(lines[i]).fill, getComputedStyle(below).fill]
			.map(luminance)
			.sort((a, b) => b - a);
		const contrast = (light + 0.05) / (dark + 0.05);
		if (contrast < 4.5) wrong.push(`${said(i)} has a contrast of ${contrast.toFixed(2)}`);
	});
	return wrong;
}

async function measureAll(browser, pictures) {
	const wrong = [];

	for (const { width, theme } of SETTINGS) {
		const page = await browser.newPage({ viewport: { width, height: width * 2 }, colorScheme: theme });
		page.on("request", (request) => {
			if (!request.url().startsWith("data:")) wrong.push(`request of ${request.url()}`);
		});
		for (const { name, svg, show } of pictures) {
			await page.goto(`data:image/svg+xml;base64,${Buffer.from(svg).toString("base64")}`);
			const found = await page.evaluate(measure, SMALLEST[width]);
			wrong.push(...found.map((what) => `${name} (${width}, ${theme}): ${what}`));
			if (!show) continue;
			const [, , , height] = (await page.evaluate(() => document.documentElement.getAttribute("viewBox"))).split(" ");
			await page.setViewportSize({ width, height: Math.round((width * height) / 800) });
			await page.screenshot({ path: join(FOLDER, `graph-${name}-${width}-${theme}.png`) });
			await page.setViewportSize({ width, height: width * 2 });
		}
		await page.close();
	}
	return wrong;
}

async function drawMermaid(browser, pictures) {
	const wrong = [],
		page = await browser.newPage();

	await page.addScriptTag({ path: MERMAID });
	for (const { name, mermaid } of pictures) {
		const problem = await page.evaluate(async (text) => {
			try {
				const { svg } = await globalThis.mermaid.render("picture", text);
				return ["load balancer", "MySQL"].every((word) => svg.includes(word)) ? null : "a label is missing";
			} catch (error) {
				return String(error);
			}
		}, mermaid);
		if (problem) wrong.push(`${name}, mermaid: ${problem}`);
	}
	await page.close();
	return wrong;
}

async function main() {
	const pictures = JSON.parse(readFileSync(0, "utf8")),
		browser = await launch();
	let wrong = [];

	mkdirSync(FOLDER, { recursive: true });
	try {
		wrong = [...(await measureAll(browser, pictures)), ...(await drawMermaid(browser, pictures))];
	} finally {
		await browser.close();
	}
	console.log(wrong.join("\n") || `graph: ${pictures.length} pictures, each in ${SETTINGS.length} settings`);
	process.exit(wrong.length || pictures.length === 0 ? 1 : 0);
}

await main();
