// The admin page. All it knows of what the service keeps comes from x-crudd in /openapi.json. The address behind #
// says what is shown: #/ENTITY, #/ENTITY/7, #/ENTITY/7/edit, #/ENTITY/new; reloading and going back need nothing else.

import { get, onUnauthorized, setToken, token } from "./admin_api.js";
import { fill, h, icon } from "./admin_dom.js";
import { formView } from "./admin_form.js";
import { homeView } from "./admin_home.js";
import { listView } from "./admin_list.js";
import { absent, rowView } from "./admin_row.js";
import { hue } from "./admin_text.js";
import { askToken, confirm, failed, skeleton, toast } from "./admin_ui.js";

import { identity, loadIdentity } from "./admin_who.js";
const main = document.getElementById("main");
let spec = null;
let current = {}; // what the view gave: update(route), search
let stop = new AbortController(); // ends what the view has under way
let guard = null; // says if something entered would be lost
let here = location.hash;
let started = false; // the first view takes no focus

// ---- frame

function setDocumentTitle(...parts) {
	document.title = [...parts.filter(Boolean), spec?.title || "Admin"].join(" · ");
}

function crumbsOf(crumbs) {
	return h(
		"ol",
		{},
		crumbs.map(([text, href]) => h("li", {}, h("a", { href }, h("bdi", {}, text)))),
	);
}

// The frame of every view: { head, actions, body, setTitle(text, picture), setCrumbs(list) }.
// options: crumbs ([text, href] from the outside in), lead, actions, documentTitle.
function page(title, options = {}) {
	const { crumbs = [], lead = "", actions = [], documentTitle = title } = options;
	const heading = h("h1", { tabindex: "-1" }, title);
	const trail = h(
		"nav",
		{ class: "crumbs", "aria-label": "Breadcrumb", hidden: crumbs.length === 0 },
		crumbsOf(crumbs),
	);
	const box = h("div", { class: "actions" }, actions);
	const titles = h("div", { class: "titles" }, heading, lead && h("p", { class: "lead" }, lead));
	const head = h("div", { class: "head" }, titles, box);
	const body = h("div", { class: "body" });
	const context = crumbs.length ? crumbs[crumbs.length - 1][0] : "";

	fill(main, h("div", { class: "page" }, trail, head, body));
	setDocumentTitle(documentTitle, context);
	if (started) heading.focus({ preventScroll: true });
	scrollTo(0, 0);
	started = true;
	return {
		head,
		actions: box,
		body,
		setTitle: (text, picture) => {
			fill(heading, h("bdi", {}, text));
			head.querySelector(".avatar")?.remove();
			if (picture) titles.before(picture);
			setDocumentTitle(text, context);
		},
		setCrumbs: (list) => fill(trail, crumbsOf(list)),
	};
}

function showAbsent(title, text, href = "#/", where = "Go home") {
	page(title).body.append(absent(text, href, where));
	return {};
}

// ---- routes

// #/ENTITY/7/edit?x=y -> { view, entity, id, query }; view is null if it leads nowhere.
function routeOf(hash) {
	const [path, search = ""] = hash.replace(/^#\/?/, "").split(/\?(.*)/s);
	const [name, id, verb, ...rest] = path.split("/").filter(Boolean);
	const entity = spec.entities.find((e) => e.name === name) || null;
	const route = { view: null, entity, id: null, query: new URLSearchParams(search) };

	if (!name) route.view = homeView;
	else if (entity && !id) route.view = listView;
	else if (entity && id === "new" && !verb) route.view = formView;
	else if (entity && /^[1-9][0-9]{0,18}$/.test(id) && (!verb || verb === "edit") && rest.length === 0)
		Object.assign(route, { id, view: verb ? formView : rowView });
	return route;
}

function showFailed(where, problem, again) {
	const { entity } = routeOf(location.hash);

	if (problem.status !== 404) {
		fill(where.body, failed(problem, again));
		return;
	}
	where.setTitle("Not found");
	fill(where.body, absent(problem.message, `#/${entity.name}`, `Show all ${entity.title.toLocaleLowerCase()}`));
}

function markNavigation(entity) {
	for (const link of document.querySelectorAll("#nav a"))
		if (link.dataset.entity === (entity ? entity.name : "")) link.setAttribute("aria-current", "page");
		else link.removeAttribute("aria-current");
}

function route() {
	const wanted = routeOf(location.hash);

	here = location.hash;
	stop.abort();
	stop = new AbortController();
	guard = null;
	const context = {
		...wanted,
		spec,
		page,
		go,
		signal: stop.signal,
		failed: showFailed,
		heading: () => main.querySelector("h1"),
		guard: (f) => {
			guard = f;
		},
	};
	markNavigation(wanted.entity);
	if (current.update?.(context)) return;
	current = wanted.view ? wanted.view(context) : showAbsent("Not found", "This address leads nowhere.");
}

// To another address, or (replace) to another in the place of this one. state goes with the history's entry.
function go(hash, state = null, replace = false) {
	history[replace ? "replaceState" : "pushState"](state, "", hash);
	route();
}

// A link was followed, or Back was pressed.
async function onHash() {
	const wanted = location.hash;

	if (wanted === here) return;
	if (!guard?.()) {
		route();
		return;
	}
	history.pushState(null, "", here || "#/");
	if (await confirm("Leave without saving?", "What you entered on this page will be lost.", "Leave", "Stay"))
		go(wanted);
}

// ---- around the views

function navigationItem(text, href, name, picture) {
	return h("li", {}, h("a", { href, "data-entity": name }, picture, h("span", {}, text)));
}

function buildNavigation() {
	document.getElementById("brand").textContent = spec.title;
	fill(
		document.getElementById("nav"),
		navigationItem("Home", "#/", "", icon("home")),
		spec.entities.map((entity, i) =>
			navigationItem(
				entity.title,
				`#/${entity.name}`,
				entity.name,
				h("span", { class: `tile ${hue(i)}`, "aria-hidden": "true" }, [...entity.title][0]),
			),
		),
	);
}

function showIdentity() {
	const { name, role } = identity();
	const box = document.getElementById("who");

	document.getElementById("forget").hidden = token() === "";
}

function onForget() {
	setToken("");
	toast("You are logged out. The token is forgotten.");
	current = {};
	route();
}

function onKey(event) {
	const typing = event.target.closest?.("input, select, textarea, dialog");

	if (
		event.key !== "/" ||
		event.ctrlKey ||
		event.metaKey ||
		event.altKey ||
		typing ||
		!current.search?.isConnected
	)
		return;
	event.preventDefault();
	current.search.focus();
	current.search.select();
}

async function start() {
	fill(main, h("div", { class: "page", "aria-busy": "true" }, h("h1", { class: "sr" }, "Loading"), skeleton(6)));
	try {
		spec = (await get("/openapi.json")).data["x-crudd"];
	} catch (problem) {
		fill(
			main,
			h("div", { class: "page" }, h("h1", { class: "sr" }, "Not available"), failed(problem, start)),
		);
		return;
	}
	buildNavigation();
	route();
	box.hidden = !name;
	fill(
		box,
		h("bdi", { class: "who-name" }, name || ""),
		h("span", { class: "who-role" }, role === "read" ? "Read only" : "Can edit"),
	);
}

document.getElementById("docs-link").prepend(icon("book"));
document.getElementById("forget").prepend(icon("key"));
document.getElementById("forget").addEventListener("click", onForget);
document.querySelector(".skip").addEventListener("click", (event) => {
	event.preventDefault(); // the address is taken
	main.focus();
});
// The paper says when it was printed.
function showPrintDate() {
	const now = new Intl.DateTimeFormat(undefined, { dateStyle: "long", timeStyle: "short" }).format(new Date());

	document.getElementById("printed").textContent = `${spec?.title || "Admin"} · ${now}`;
}

addEventListener("hashchange", onHash);
addEventListener("keydown", onKey);
addEventListener("token", loadIdentity);
addEventListener("identity", showIdentity);
addEventListener("beforeunload", (event) => guard?.() && event.preventDefault());
onUnauthorized(askToken);
showIdentity();
start();
	const known = loadIdentity();
		await known;
	showPrintDate();
addEventListener("beforeprint", showPrintDate);
