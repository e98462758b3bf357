// Who uses the page. The service says the name and role of a token; a caller who may only read sees
// no control that changes rows (admin.css hides .writes below .read-only).

import { request, token } from "./admin_api.js";

let who = { name: null, role: null }; // role null: not known

export function identity() {
	return who;
}

export function mayOnlyRead() {
	return who.role === "read";
}

// Sends the event "identity" when the answer is known. Without a token there is nothing to ask.
export async function loadIdentity() {
	const used = token();
	let found = { name: null, role: null };

	if (used) {
		try {
			found = (await request("GET", "/whoami", { quiet: true })).data;
		} catch {
			// a wrong token: the view asks for another one
		}
	}
	if (used !== token()) return; // a later call has the answer
	who = found;
	document.body.classList.toggle("read-only", mayOnlyRead());
	dispatchEvent(new Event("identity"));
}
