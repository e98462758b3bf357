// Requests to the service. Every failure is thrown as a Problem; being offline is one too.

const TOKEN = "crudd.token";
const SECONDS = 30; // longer than the service takes for any request
const FRESH = 60000; // maximum age of a row that is read for its label, in ms

export class Problem extends Error {
	constructor(status, code, detail, more = {}) {
		super(detail);
		this.status = status;
		this.code = code;
		this.errors = more.errors || [];
		this.requestId = more.request_id || "";
		this.conflict = more.conflict || ""; // path of the row that has the value already
	}
}

// ---- the token: kept for this tab, or on this device if the user chooses so

let memory = "";

export function token() {
	try {
		return sessionStorage.getItem(TOKEN) || localStorage.getItem(TOKEN) || "";
	} catch {
		return memory; // the browser gives this page no storage
	}
}

export function isRemembered() {
	try {
		return !sessionStorage.getItem(TOKEN) && localStorage.getItem(TOKEN) !== null;
	} catch {
		return false;
	}
}

// "" forgets it, on this device too.
export function setToken(text, remember = false) {
	memory = text;
	try {
		sessionStorage.removeItem(TOKEN);
		localStorage.removeItem(TOKEN);
		if (text) (remember ? localStorage : sessionStorage).setItem(TOKEN, text);
	} catch {
		// memory has it
	}
	rows.clear();
	dispatchEvent(new Event("token"));
}

// Another tab has set or forgotten the token of this device.
addEventListener("storage", (event) => {
	if (event.key !== TOKEN) return;
	rows.clear();
	dispatchEvent(new Event("token"));
});

// Asks the user for a token. The argument is true if the service refused the last one; the result
// is a promise of true if the request is to be sent again.
let ask = null,
	asking = null;

export function onUnauthorized(f) {
	ask = f;
}

async function askOnce(refused) {
	asking ||= ask(refused).finally(() => {
		asking = null;
	});
	return asking;
}

// ---- requests

function later(milliseconds, signal) {
	return new Promise((resolve, reject) => {
		const timer = setTimeout(resolve, milliseconds);

		signal?.addEventListener("abort", () => {
			clearTimeout(timer);
			reject(signal.reason);
		});
	});
}

// Sends the request once: the response and its text.
async function send(method, path, { body, headers = {}, signal }) {
	const limit = new AbortController();
	const timer = setTimeout(() => limit.abort(), SECONDS * 1000);
	const stop = () => limit.abort();
	const all = { ...headers };

	if (token()) all.Authorization = `Bearer ${token()}`;
	signal?.addEventListener("abort", stop);
	try {
		signal?.throwIfAborted();
		const options = {
			method,
			headers: all,
			body,
			signal: limit.signal,
			cache: "no-store",
			credentials: "omit",
		};
		const response = await fetch(path, options);
		return { response, text: await response.text() };
	} catch {
		signal?.throwIfAborted();
		throw new Problem(0, "offline", "The service cannot be reached.");
	} finally {
		clearTimeout(timer);
		signal?.removeEventListener("abort", stop);
	}
}

function problemOf(response, text) {
	try {
		const it = JSON.parse(text);

		return new Problem(response.status, it.type.replace("urn:crudd:problem:", ""), it.detail, it);
	} catch {
		return new Problem(
			response.status,
			"unknown",
			`The answer was ${response.status} ${response.statusText}.`,
		);
	}
}

function answerOf(response, text) {
	const link = /<([^>]*)>; rel="next"/.exec(response.headers.get("Link") || "");
	const total = response.headers.get("X-Total-Count");
	const json = (response.headers.get("Content-Type") || "").includes("json");

	return {
		status: response.status,
		etag: response.headers.get("ETag"),
		next: link && link[1],
		total: total === null ? null : Number(total),
		data: json ? JSON.parse(text) : null,
	};
}

// { status, etag, next (path of the next page), total, data } of a 2xx. options: body (an object),
// headers, signal, quiet. Asks for a token if the service needs one; repeats a GET twice if the
// service is busy. quiet: neither of these.
export async function request(method, path, options = {}) {
	const headers = { Accept: "application/json", ...options.headers };
	const body = options.body === undefined ? undefined : JSON.stringify(options.body);

	if (body !== undefined)
		headers["Content-Type"] = method === "PATCH" ? "application/merge-patch+json" : "application/json";
	for (let tries = 1; ; tries++) {
		const used = token();
		const { response, text } = await send(method, path, { body, headers, signal: options.signal });

		if (response.ok) return answerOf(response, text);
		const problem = problemOf(response, text);
		if (options.quiet) throw problem;
		if (response.status === 401 && ask && (used !== token() || (await askOnce(used !== "")))) continue;
		if (![429, 503].includes(response.status) || method !== "GET" || tries === 3) throw problem;
		await later(1000 * Math.min(Number(response.headers.get("Retry-After")) || 1, 3), options.signal);
	}
}

export function get(path, signal) {
	return request("GET", path, { signal });
}

// For Idempotency-Key. crypto.randomUUID exists for https and localhost only.
export function uuid() {
	if (crypto.randomUUID) return crypto.randomUUID();
	return [...crypto.getRandomValues(new Uint8Array(16))]
		.map((byte) => byte.toString(16).padStart(2, "0"))
		.join("");
}

// ---- rows that other rows refer to

const rows = new Map();

// A promise of the row, which may be up to a minute old.
export function rowOf(entity, id) {
	const key = `${entity}/${id}`,
		known = rows.get(key);

	if (known && Date.now() - known.time < FRESH) return known.row;
	const row = get(`/${entity}/${id}`).then((answer) => answer.data);
	rows.set(key, { row, time: Date.now() });
	row.catch(() => rows.delete(key));
	return row;
}

export function remember(entity, row) {
	rows.set(`${entity}/${row.id}`, { row: Promise.resolve(row), time: Date.now() });
}

export function forget(entity, id) {
	rows.delete(`${entity}/${id}`);
}
