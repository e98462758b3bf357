// The reference of the API, made from /openapi.json alone: an overview, the operations by what they are about, the
// schemas.

import { get, setToken, token } from "./admin_api.js";
import { button, fill, h, icon } from "./admin_dom.js";
import { hue } from "./admin_text.js";
import { failed, skeleton, toast } from "./admin_ui.js";
import { operationNode } from "./docs_operation.js";
import { schemaTable } from "./docs_schema.js";

const METHODS = ["get", "post", "put", "patch", "delete"];
const main = document.getElementById("main");

function slug(text) {
	return text.toLowerCase().replace(/[^a-z0-9]+/g, "-");
}

// [{ name, operations: [{ method, path, operation }] }], in the order of the document.
function groupsOf(api) {
	const groups = new Map();

	for (const [path, item] of Object.entries(api.paths))
		for (const method of METHODS.filter((m) => item[m])) {
			const operation = item[method],
				name = operation.tags?.[0] || "Service";

			if (!groups.has(name)) groups.set(name, { name, operations: [] });
			groups.get(name).operations.push({ method, path, operation });
		}
	return [...groups.values()];
}

// ---- overview

function tokenForm() {
	const status = h("p", { class: "hint", id: "token-hint", role: "status" });
	const input = h("input", {
		id: "token",
		class: "input",
		type: "password",
		autocomplete: "off",
		spellcheck: "false",
		"aria-describedby": status.id,
	});
	const forget = button("Forget", { onclick: () => setToken("") });
	const show = () => {
		status.textContent = token()
			? "A token is kept for this tab and sent with every request tried here."
			: "None is kept. Where the service wants one, enter it here: it stays in this tab alone.";
		forget.hidden = !token();
	};

	addEventListener("token", show);
	show();
	return h(
		"form",
		{
			class: "card token-form",
			onsubmit: (event) => {
				event.preventDefault();
				if (!input.value.trim()) return;
				setToken(input.value.trim());
				input.value = "";
				toast("The token is kept for this tab.");
			},
		},
		h("label", { class: "label", for: "token" }, icon("key"), "Access token"),
		h("div", { class: "token-line" }, input, h("button", { class: "button primary" }, "Keep"), forget),
		status,
	);
}

function overview(api) {
	const fact = (title, ...text) => h("div", {}, h("dt", {}, title), h("dd", {}, ...text));
	const code = (text) => h("code", {}, text);

	return [
		h("p", { class: "intro" }, api.info.description),
		h(
			"dl",
			{ class: "card basics" },
			fact("Address", code(location.origin)),
			fact("Authentication", code("Authorization: Bearer …"), ", where the service wants a token"),
			fact("Pages of a list", "follow ", code('Link: …; rel="next"'), " until there is none"),
			fact("Lost updates", "send ", code("If-Match"), " with the ", code("ETag"), " that was read"),
			fact("Sending again", "the same ", code("Idempotency-Key"), " makes one row only"),
			fact(
				"Description",
				h("a", { href: "/openapi.json" }, "openapi.json"),
				` (OpenAPI ${api.openapi})`,
			),
		),
		tokenForm(),
	];
}

// ---- page

function section(id, title, ...children) {
	return h(
		"section",
		{ id, class: "group", "aria-labelledby": `${id}-title` },
		h("h2", { id: `${id}-title`, tabindex: "-1" }, title),
		...children,
	);
}

function schemas(api) {
	return Object.entries(api.components.schemas).map(([name, schema]) =>
		h(
			"details",
			{ class: "card fold", id: `schema-${name}` },
			h(
				"summary",
				{},
				h("h3", {}, h("code", {}, name)),
				h("span", { class: "fold-text" }, schema.description || ""),
			),
			h("div", { class: "fold-body" }, schemaTable(api, schema)),
		),
	);
}

function navigation(groups) {
	const link = (id, text, picture, inner) =>
		h("li", {}, h("a", { href: `#${id}` }, picture, h("span", {}, text)), inner);
	const tile = (text, i) => h("span", { class: `tile ${hue(i)}`, "aria-hidden": "true" }, text);

	return [
		link("overview", "Overview", icon("home")),
		groups.map((group, i) =>
			link(
				slug(group.name),
				group.name,
				tile(group.name[0], i),
				h(
					"ul",
					{ class: "nav-inner" },
					group.operations.map(({ method, path, operation }) =>
						h(
							"li",
							{},
							h(
								"a",
								{ href: `#${operation.operationId}` },
								h(
									"span",
									{ class: `verb ${method}` },
									method.toUpperCase(),
								),
								h("span", { class: "path" }, path),
							),
						),
					),
				),
			),
		),
		link("schemas", "Schemas", tile("{}", groups.length)),
	];
}

// What the address names is opened and gets the focus.
function showTarget() {
	const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));

	if (!target || !main.contains(target)) return;
	if (target.tagName === "DETAILS") target.open = true;
	target.scrollIntoView({ block: "start" });
	target.querySelector("summary, h2").focus({ preventScroll: true });
}

async function start() {
	fill(main, h("div", { class: "page", "aria-busy": "true" }, h("h1", {}, "API reference"), skeleton(6)));
	let api;
	try {
		api = (await get("/openapi.json")).data;
	} catch (problem) {
		fill(main, h("div", { class: "page" }, h("h1", {}, "API reference"), failed(problem, start)));
		return;
	}
	const groups = groupsOf(api);
	document.title = `API reference · ${api.info.title}`;
	document.getElementById("brand").textContent = api.info.title;
	fill(document.getElementById("nav"), navigation(groups));
	fill(
		main,
		h(
			"div",
			{ class: "page docs" },
			h(
				"div",
				{ class: "head" },
				h(
					"div",
					{ class: "titles" },
					h("h1", { tabindex: "-1" }, "API reference"),
					h("p", { class: "lead" }, `${api.info.title}, version ${api.info.version}`),
				),
			),
			section("overview", "Overview", overview(api)),
			groups.map((group) =>
				section(
					slug(group.name),
					group.name,
					group.operations.map((each) => operationNode(api, each)),
				),
			),
			section("schemas", "Schemas", schemas(api)),
		),
	);
	showTarget();
}

document.getElementById("admin-link").prepend(icon("table"));
document.querySelector(".skip").addEventListener("click", (event) => {
	event.preventDefault();
	main.focus();
});
addEventListener("hashchange", showTarget);
start();
