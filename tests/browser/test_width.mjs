// No page is wider than its window, and no tab is cut off.

import assert from "node:assert/strict";

const WIDTHS = [320, 390, 1280];

// What is wider than the window, or than the box that should hold it.
function tooWide() {
	const inner = document.documentElement.clientWidth,
		found = [];

	if (document.documentElement.scrollWidth > inner) {
		const wide = [...document.querySelectorAll("main *")].filter(
			(node) => node.getBoundingClientRect().right > inner,
		);
		found.push(`page: ${document.documentElement.scrollWidth}`, ...wide.map((node) => node.outerHTML.slice(0, 200)));
	}
	for (const node of document.querySelectorAll(".nav, .nav ul, .nav a > span, .side, .head, .tools, .pager, .foot"))
		if (getComputedStyle(node).display !== "none" && node.scrollWidth > node.clientWidth + 1)
			found.push(`${node.className || node.textContent}: ${node.scrollWidth} > ${node.clientWidth}`);
	for (const node of document.querySelectorAll(".side a, .side button, .who")) {
		const { left, right, width } = node.getBoundingClientRect();

		if (width > 0 && (left < 0 || right > inner)) found.push(`${node.textContent}: ${left} to ${right}`);
	}
	return found;
}

export const tests = {
	"every page fits into its window": async (v, { gym, api }) => {
		const [{ id }] = await api.must("GET", "/subscriptions?limit=1");
		const paths = [
			"/",
			"/#/members",
			"/#/subscriptions?active=true&sort=-end_date",
			"/#/plans",
			`/#/members/${gym.members[0].id}`,
			`/#/subscriptions/${id}`,
			`/#/subscriptions/${id}/edit`,
			"/#/members/new",
			"/#/nothing",
			"/docs",
			"/docs#list_subscriptions",
			"/docs#create_members",
		];

		for (const width of WIDTHS) {
			await v.page.setViewportSize({ width, height: 844 });
			for (const path of paths) {
				await v.open(path);
				assert.deepEqual(await v.page.evaluate(tooWide), [], `${path} at ${width} px`);
			}
			await v.page.screenshot({ path: `${v.folder}/docs-at-${width}.png` });
			await v.open("/#/members");
			await v.page.screenshot({ path: `${v.folder}/list-at-${width}.png` });
		}
	},
};
