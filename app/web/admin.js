// The admin page. Everything it knows about the entities comes from x-crudd in /openapi.json. The part
// of the address after # selects the view: #/ENTITY, #/ENTITY/7, #/ENTITY/7/edit, #/ENTITY/new.
// Reload and Back need nothing else.

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
let current = {}; // of the view: update(route), search
let stop = new AbortController(); // aborts the requests of the view
let guard = null; // true if leaving would lose entries
let here = location.hash || "#/";
let trail = history.state?.trail || []; // addresses on the way to this one
let started = false; // the first view does not take the focus

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
// options: crumbs ([text, href], outermost first), lead, actions, documentTitle.
function page(title, options = {}) {
	const { crumbs = [], lead = "", actions = [], documentTitle = title } = options;
	const heading = h("h1", { tabindex: "-1" }, title);
	const crumbBar = h(
		"nav",
		{ class: "crumbs", "aria-label": "Breadcrumb", hidden: crumbs.length === 0 },
		crumbsOf(crumbs),
	);
	const box = h("div", { class: "actions" }, actions);
	const titles = h("div", { class: "titles" }, heading, lead && h("p", { class: "lead" }, lead));
	const head = h("div", { class: "head" }, titles, box);
	const body = h("div", { class: "body" });
	const context = crumbs.length ? crumbs[crumbs.length - 1][0] : "";

	fill(main, h("div", { class: "page" }, crumbBar, head, body));
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
		setCrumbs: (list) => fill(crumbBar, crumbsOf(list)),
	};
}

function showAbsent(title, text, href = "#/", where = "Go home") {
	page(title).body.append(absent(text, href, where));
	return {};
}

// ---- the way back

// The history entry of an address holds the addresses on the way to it, oldest first, so that a view
// can return the user to the place they came from: a list with its search, filters and page, or the
// row to which another row belongs.

function pathOf(hash) {
	return hash.split("?")[0];
}

// Forms are no place to return to, and an address visited before ends the way there.
function trailTo(hash) {
	const all = routeOf(here).view === formView ? trail : [...trail, here];
	const at = all.findIndex((known) => pathOf(known) === pathOf(hash));

	return (at < 0 ? all : all.slice(0, at)).slice(-20);
}

// The place the user came from, except below this path (of a row that is gone).
function placeBefore(fallback, except = "") {
	const places = trail.filter((hash) => !except || !`${pathOf(hash)}/`.startsWith(`${except}/`));

	return places[places.length - 1] || fallback;
}

// The list of this entity as the user left it.
function listHash(entity) {
	const path = `#/${entity.name}`;

	return trail.findLast((hash) => pathOf(hash) === path) || path;
}

// ---- routes

// #/ENTITY/7/edit?x=y -> { view, entity, id, query }; view is null for an unknown address.
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
	const target = routeOf(location.hash);

	here = location.hash || "#/";
	stop.abort();
	stop = new AbortController();
	guard = null;
	const context = {
		...target,
		spec,
		page,
		go,
		placeBefore,
		listHash,
		signal: stop.signal,
		failed: showFailed,
		heading: () => main.querySelector("h1"),
		guard: (f) => {
			guard = f;
		},
	};
	markNavigation(target.entity);
	if (current.update?.(context)) return;
	current = target.view ? target.view(context) : showAbsent("Not found", "There is no page at this address.");
}

// Opens another address; replace: in place of this one in the history.
function go(hash, replace = false) {
	trail = trailTo(hash);
	history[replace ? "replaceState" : "pushState"]({ trail }, "", hash);
	route();
}

// The user followed a link, or pressed Back.
async function onHash() {
	const target = location.hash || "#/";

	if (target === here || !spec) return;
	if (!guard?.()) {
		trail = history.state?.trail || trailTo(target);
		history.replaceState({ trail }, "");
		route();
		return;
	}
	history.pushState({ trail }, "", here);
	if (await confirm("Leave without saving?", "Your entries on this page will be lost.", "Leave", "Stay"))
		go(target);
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
	box.hidden = !name;
	fill(
		box,
		h("bdi", { class: "who-name" }, name || ""),
		h("span", { class: "who-role" }, role === "read" ? "Read only" : "Can edit"),
	);
}

function onForget() {
	setToken("");
	toast("You are logged out. The token is forgotten.");
	current = {};
	route();
}

// The paper says when it was printed.
function showPrintDate() {
	const now = new Intl.DateTimeFormat(undefined, { dateStyle: "long", timeStyle: "short" }).format(new Date());

	document.getElementById("printed").textContent = `${spec?.title || "Admin"} · ${now}`;
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
	const known = loadIdentity();
	try {
		spec = (await get("/openapi.json")).data["x-crudd"];
		await known;
	} catch (problem) {
		fill(
			main,
			h("div", { class: "page" }, h("h1", { class: "sr" }, "Not available"), failed(problem, start)),
		);
		return;
	}
	buildNavigation();
	showPrintDate();
	route();
}

document.getElementById("docs-link").prepend(icon("book"));
document.getElementById("forget").prepend(icon("key"));
document.getElementById("forget").addEventListener("click", onForget);
document.querySelector(".skip").addEventListener("click", (event) => {
	event.preventDefault(); // the address selects the view
	main.focus();
});
addEventListener("hashchange", onHash);
addEventListener("keydown", onKey);
addEventListener("token", loadIdentity);
addEventListener("identity", showIdentity);
addEventListener("beforeprint", showPrintDate);
addEventListener("beforeunload", (event) => guard?.() && event.preventDefault());
onUnauthorized(askToken);
showIdentity();
start();
