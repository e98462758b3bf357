// What every view uses: toasts, notices, dialogs, and what is shown in place of content.

import { setToken } from "./admin_api.js";
import { button, fill, freshId, h, icon } from "./admin_dom.js";

// ---- messages

const SECONDS = 6;

export function toast(text) {
	const box = document.getElementById("toasts");
	const close = h("button", { type: "button", class: "toast-close", "aria-label": "Dismiss" }, icon("close"));
	const node = h("div", { class: "toast" }, icon("check"), h("span", {}, text), close);
	let timer = setTimeout(() => node.remove(), SECONDS * 1000);

	close.addEventListener("click", () => node.remove());
	// it stays while the mouse points at it
	node.addEventListener("mouseenter", () => clearTimeout(timer));
	node.addEventListener("mouseleave", () => {
		timer = setTimeout(() => node.remove(), 2000);
	});
	while (box.childElementCount > 2) box.firstChild.remove();
	box.append(node);
}

// A message in the flow of the page. kind: "bad", "warn" or ""; title may be empty.
export function notice(kind, title, ...children) {
	return h(
		"div",
		{ class: `notice ${kind}`, role: kind ? "alert" : null },
		icon("alert"),
		h("div", {}, title && h("strong", {}, title), ...children),
	);
}

// ---- dialogs

// Opens a modal dialog; build(close) returns its children. The promise resolves to the argument of
// close(), or to undefined after Esc. The browser restores the focus.
export function openDialog(title, build) {
	return new Promise((resolve) => {
		const id = freshId("dialog");
		const node = h("dialog", { class: "dialog", "aria-labelledby": id });
		let result;
		const close = (value) => {
			result = value;
			node.close();
		};

		fill(node, h("h2", { id }, title), build(close));
		node.addEventListener("close", () => {
			node.remove();
			resolve(result);
		});
		document.body.append(node);
		node.showModal();
	});
}

// A promise of true for "yes".
export function confirm(title, text, yes, no = "Cancel") {
	return openDialog(title, (close) => [
		h("p", {}, text),
		h(
			"div",
			{ class: "dialog-actions" },
			button(no, { onclick: () => close(false), autofocus: true }),
			button(yes, { class: "button danger", onclick: () => close(true) }),
		),
	]).then(Boolean);
}

// The checkbox that keeps a token on this device: { node, checked() }.
export function rememberBox() {
	const id = freshId("remember"),
		hint = freshId("hint");
	const box = h("input", { id, type: "checkbox", class: "check", "aria-describedby": hint });

	return {
		node: h(
			"div",
			{ class: "field field-check remember" },
			box,
			h(
				"div",
				{},
				h("label", { class: "label", for: id }, "Remember on this device"),
				h("p", { class: "hint", id: hint }, "Only on a device that no one else uses. Log out to forget the token."),
			),
		),
		checked: () => box.checked,
	};
}

// Asks for a token: a promise of true if the user enters one.
export function askToken(refused) {
	const field = freshId("token"),
		hint = freshId("hint");
	const remember = rememberBox();
	const input = h("input", {
		id: field,
		type: "password",
		class: "input",
		autocomplete: "off",
		spellcheck: "false",
		required: true,
		autofocus: true,
		"aria-describedby": hint,
		"aria-invalid": refused ? "true" : null,
	});
	const text = refused
		? "The service did not accept this token. Check it and try again."
		: "The token stays in this tab until you close it.";

	return openDialog("This service needs a token", (close) =>
		h(
			"form",
			{
				method: "dialog",
				onsubmit: (event) => {
					event.preventDefault();
					// a header cannot hold any other character, so it comes from copying
					const token = input.value.replace(/[^!-~]/g, "");
					if (!token) return;
					setToken(token, remember.checked());
					close(true);
				},
			},
			h("label", { class: "label", for: field }, "Access token"),
			input,
			h("p", { id: hint, class: refused ? "error" : "hint" }, text),
			remember.node,
			h(
				"div",
				{ class: "dialog-actions" },
				button("Cancel", { onclick: () => close(false) }),
				h("button", { class: "button primary" }, "Continue"),
			),
		),
	).then(Boolean);
}

// ---- in place of content

// As many grey bars as there will be rows, roughly.
export function skeleton(rows) {
	return h(
		"div",
		{ class: "skeleton", "aria-hidden": "true" },
		Array.from({ length: rows }, () => h("div", { class: "bar" }, h("span"), h("span"), h("span"))),
	);
}

// A picture, a title, a sentence, and the possible actions.
export function blank(shape, title, text, ...actions) {
	return h(
		"div",
		{ class: "blank" },
		h("div", { class: "blank-picture" }, icon(shape)),
		h("p", { class: "blank-title" }, title),
		h("p", { class: "blank-text" }, text),
		actions.length > 0 && h("div", { class: "blank-actions" }, ...actions),
	);
}

// Why reading failed. again() repeats it.
export function failed(problem, again) {
	const retry = button("Try again", { class: "button primary", onclick: again });
	let state;

	if (problem.status === 401)
		state = blank(
			"key",
			"Enter a token to continue",
			"The service shows its rows only to callers with a token.",
			button("Enter a token", { class: "button primary", onclick: again }),
		);
	else if (problem.status === 0)
		state = blank(
			"cloud",
			"You are offline",
			"The service cannot be reached. Check the connection, then try again.",
			retry,
		);
	else if (problem.status === 503)
		state = blank(
			"cloud",
			"The service is unavailable",
			"The database does not answer, or the service is overloaded. Try again in a moment.",
			retry,
		);
	else state = blank("alert", "Something went wrong", problem.message, retry);
	if (problem.requestId && problem.status !== 401)
		state.append(h("p", { class: "request-id" }, "Request ", h("code", {}, problem.requestId)));
	state.setAttribute("role", "alert");
	return state;
}

// Why a change failed, if its fields are not the reason.
export function refusal(problem) {
	if (problem.status === 403)
		return notice(
			"warn read-only-notice",
			"This token may only read.",
			h(
				"p",
				{},
				"To make changes, use a token that may write. ",
				button("Use another token", { class: "button link", onclick: () => askToken(false) }),
			),
		);
	if (problem.status === 0)
		return notice(
			"bad",
			"The service cannot be reached.",
			h("p", {}, "Check the connection, then try again."),
		);
	if (problem.status === 503)
		return notice(
			"bad",
			"The service is unavailable.",
			h("p", {}, "Try again in a moment."),
		);
	return notice("bad", "Something went wrong.", h("p", {}, problem.message));
}

// The connection is back: press "Try again" for the user.
addEventListener("online", () => document.querySelector(".blank[role=alert] .button.primary")?.click());
