// The API reference, made from /openapi.json alone: an overview, the operations by group, the schemas.
// The part of the address after # names what is open: an operation, a schema or a section.

import { get, isRemembered, setToken, token } from "./admin_api.js";
import { button, fill, h, icon } from "./admin_dom.js";
import { hue } from "./admin_text.js";
import { failed, rememberBox, skeleton, toast } from "./admin_ui.js";
import { identity, loadIdentity, mayOnlyRead } from "./admin_who.js";
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

// "desk, who may only read"
function callerText() {
	const { name } = identity();

	return name ? ` It belongs to ${name}${mayOnlyRead() ? ", who may only read" : ""}.` : "";
}

function tokenForm() {
	const status = h("p", { class: "hint", id: "token-hint", role: "status" });
	const remember = rememberBox();
	const input = h("input", {
		id: "token",
		class: "input",
		type: "password",
		autocomplete: "off",
		spellcheck: "false",
		"aria-describedby": status.id,
	});
	const forget = button("Log out", { onclick: () => setToken("") });
	const show = () => {
		const where = isRemembered() ? "on this device" : "in this tab";

		status.textContent = token()
			? `The token is kept ${where} and sent with every request from this page.${callerText()}`
			: "If the service needs a token, enter it here. It stays in this tab until you close it.";
		forget.hidden = !token();
		remember.node.hidden = Boolean(token());
	};

	addEventListener("token", show);
	addEventListener("identity", show);
	show();
	return h(
		"form",
		{
			class: "card token-form",
			onsubmit: (event) => {
				event.preventDefault();
				if (!input.value.trim()) return;
				setToken(input.value.trim(), remember.checked());
				input.value = "";
				toast(isRemembered() ? "This device remembers the token." : "This tab keeps the token.");
			},
		},
		h("label", { class: "label", for: "token" }, icon("key"), "Access token"),
		h("div", { class: "token-line" }, input, h("button", { class: "button primary" }, "Keep"), forget),
		status,
		remember.node,
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
			fact("Base URL", code(location.origin)),
			fact("Authentication", code("Authorization: Bearer …"), ", if the service needs a token"),
			fact("Pages of a list", "follow ", code('Link: …; rel="next"'), " until it is absent"),
			fact("Lost updates", "send ", code("If-Match"), " with the ", code("ETag"), " of the row"),
			fact("Retries", "with the same ", code("Idempotency-Key"), " create one row only"),
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

// Opens what the address names, and gives it the focus.
function showTarget() {
	const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));

	if (!target || !main.contains(target)) return;
	if (target.tagName === "DETAILS") target.open = true;
	target.scrollIntoView({ block: "start" });
	target.querySelector("summary, h2").focus({ preventScroll: true });
}

// An operation or a schema that the user opens gets its address, which can be copied.
function nameOpened(event) {
	const { id, open } = event.target;

	if (open && id && location.hash !== `#${id}`) history.replaceState(null, "", `#${id}`);
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
addEventListener("token", loadIdentity);
main.addEventListener("toggle", nameOpened, { capture: true }); // toggle does not bubble
start();
loadIdentity();
