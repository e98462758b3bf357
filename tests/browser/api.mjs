// The API: fills the service before a test, and checks what a page has changed.

const FIRST = [
	..."Ada Adrián Aiko Amélie Anders Aoife Ayşe Björk Chloé Dmitri".split(" "),
	..."Dóra Ebba Elif Émile Giulia Hiroshi Ifeoma Ioana João José".split(" "),
];
const LAST = [
	..."Okafor Núñez Tanaka Lefèvre Sørensen O'Sullivan Yıldız".split(" "),
	..."Guðmundsdóttir D'Arcy-Smith Volkov Szőke Åkerlund Çelik Gauthier".split(" "),
];
const PLANS = [
	["Day pass", "day", "12.00"],
	["Monthly", "month", "49.90"],
	["Monthly, off-peak", "month", "34.90"],
	["Half year", "half_year", "264.00"],
	["Year", "year", "479.00"],
	["Year, off-peak", "year", "329.00"],
];

export const MEMBERS = 57;

function isoDate(daysFromNow) {
	const date = new Date();

	date.setDate(date.getDate() + daysFromNow);
	return [date.getFullYear(), date.getMonth() + 1, date.getDate()]
		.map((n) => String(n).padStart(2, "0"))
		.join("-");
}

export class Api {
	constructor(url, token) {
		this.url = url;
		this.headers = token ? { Authorization: `Bearer ${token}` } : {};
	}

	// The rows have changed.
	touch() {
		this.gym = null;
	}

	// Returns the response; .data is its JSON, if any.
	async send(method, path, body, headers = {}) {
		if (method !== "GET") this.touch();
		const type = body === undefined ? {} : { "Content-Type": "application/json" };
		const response = await fetch(this.url + path, {
			method,
			headers: { ...this.headers, ...type, ...headers },
			body: body === undefined ? undefined : JSON.stringify(body),
		});
		const text = await response.text();
		response.data =
			text && (response.headers.get("Content-Type") || "").includes("json") ? JSON.parse(text) : null;
		return response;
	}

	// The JSON of a request that must succeed.
	async must(method, path, body, headers) {
		const response = await this.send(method, path, body, headers);

		if (!response.ok)
			throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(response.data)}`);
		return response.data;
	}

	async count(path) {
		const response = await this.send("GET", `${path}${path.includes("?") ? "&" : "?"}limit=1&count=true`);

		return Number(response.headers.get("X-Total-Count"));
	}

	async clear() {
		for (const entity of ["subscriptions", "members", "plans"])
			for (let rows; (rows = await this.must("GET", `/${entity}?limit=200`)).length > 0;)
				for (const row of rows) await this.must("DELETE", `/${entity}/${row.id}`);
	}

	// The same gym each time. Members 0 to 19 have subscriptions, member 0 has twelve; those of members
	// 1 and 2 end this week.
	async fill() {
		if (this.gym) return this.gym; // no test has changed it
		await this.clear();
		const plans = [],
			members = [];
		for (const [name, type, price] of PLANS)
			plans.push(await this.must("POST", "/plans", { name, type, price }));
		for (let i = 0; i < MEMBERS; i++)
			members.push(
				await this.must("POST", "/members", {
					name: FIRST[i % FIRST.length],
					surname: LAST[(i * 5) % LAST.length],
					phone: i % 7 === 3 ? null : `1202555${String(i + 100).padStart(4, "0")}`,
					email: i % 5 === 4 ? null : `member${i}@example.org`,
				}),
			);
		const weekday = (new Date().getDay() + 6) % 7;
		for (let i = 0; i < 31; i++) {
			const member = i < 12 ? 0 : i - 11,
				plan = plans[i % plans.length];
			const end =
				member === 1
					? isoDate(-weekday)
					: member === 2
						? isoDate(6 - weekday)
						: isoDate(60 + i);
			await this.must("POST", "/subscriptions", {
				member_id: members[member].id,
				plan_id: plan.id,
				start_date: isoDate(-40 - i),
				end_date: i % 6 === 5 ? null : end,
				active: i % 4 !== 3,
			});
		}
		this.gym = { plans, members };
		return this.gym;
	}
}
