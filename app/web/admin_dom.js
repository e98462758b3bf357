// Elements without markup: values from the service become text nodes, so the browser never reads them
// as HTML.

// An element. Attributes go by their names, except: "on..." adds a listener, true sets the attribute
// without a value, null, undefined and false leave it out, and value sets the property. Children are
// nodes, text, or lists of them; null and false are left out.
export function h(tag, attributes = {}, ...children) {
	const node = document.createElement(tag);

	for (const [name, value] of Object.entries(attributes)) {
		if (value === null || value === undefined || value === false) continue;
		if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
		else if (name === "value") node.value = value;
		else node.setAttribute(name, value === true ? "" : value);
	}
	return fill(node, ...children);
}

function add(node, children) {
	for (const child of children.flat(Infinity))
		if (child !== null && child !== undefined && child !== false) node.append(child);
	return node;
}

// Replaces the children of the node; returns the node.
export function fill(node, ...children) {
	node.replaceChildren();
	return add(node, children);
}

// Lines in a square of 24 by 24.
const SHAPES = {
	home: "M4 11l8-7 8 7v8a1 1 0 0 1-1 1h-4v-6h-6v6H5a1 1 0 0 1-1-1z",
	search: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM16.2 16.2L20 20",
	plus: "M12 5v14M5 12h14",
	edit: "M4 20l1-4L16 5l3 3L8 19zM14 7l3 3",
	trash: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13M10 11v5M14 11v5",
	next: "M9 5l7 7-7 7",
	previous: "M15 5l-7 7 7 7",
	up: "M6 14l6-6 6 6",
	down: "M6 10l6 6 6-6",
	close: "M6 6l12 12M18 6L6 18",
	filter: "M4 6h16M7 12h10M10 18h4",
	alert: "M12 4L2.8 20h18.4zM12 10v4M12 17v.5",
	cloud: "M7 18a4 4 0 0 1-.6-8A6 6 0 0 1 18 9.5 4.3 4.3 0 0 1 17.5 18M9 14l6 6M15 14l-6 6",
	key: "M8 11a4.5 4.5 0 1 0 .01 0zM11.2 12.3L20 3.5M16.5 7l3 3M13.5 10l2 2",
	empty: "M4 14l3-8h10l3 8v5H4zM4 14h5l1 2h4l1-2h5",
	book: "M5 5a2 2 0 0 1 2-2h12v15H7a2 2 0 0 0-2 2zM5 19a2 2 0 0 0 2 2h12v-3",
	copy: "M9 9h10v11H9zM5 15V4h10",
	check: "M5 12.5l5 5L19 7",
	table: "M4 5h16v14H4zM4 10h16M10 10v9",
	swap: "M7 4v16M7 4L4 7M7 4l3 3M17 20V4M17 20l-3-3M17 20l3-3",
};

export function icon(name) {
	const ns = "http://www.w3.org/2000/svg";
	const svg = document.createElementNS(ns, "svg"),
		path = document.createElementNS(ns, "path");

	svg.setAttribute("viewBox", "0 0 24 24");
	svg.setAttribute("aria-hidden", "true");
	svg.setAttribute("class", "icon");
	path.setAttribute("d", SHAPES[name]);
	svg.append(path);
	return svg;
}

export function button(text, attributes = {}, shape = null) {
	return h("button", { type: "button", class: "button", ...attributes }, shape && icon(shape), text);
}

// A link that looks like a button.
export function linkButton(text, href, kind = "", shape = null) {
	return h("a", { class: `button ${kind}`, href }, shape && icon(shape), text);
}

let count = 0;

export function freshId(prefix) {
	count++;
	return `${prefix}-${count}`;
}

// Calls f after this many milliseconds without another call; .now() does not wait, .stop() cancels.
export function debounce(f, milliseconds) {
	let timer = 0;
	const later = () => {
		clearTimeout(timer);
		timer = setTimeout(f, milliseconds);
	};

	later.stop = () => clearTimeout(timer);
	later.now = () => {
		clearTimeout(timer);
		f();
	};
	return later;
}
