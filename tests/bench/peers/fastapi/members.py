"""The API of members in Python, as a user would write it without this service: FastAPI, uvicorn, asyncmy. Bodies are those
of the service. DB_* in the environment are its settings.
"""

import contextlib
import datetime
import os

import asyncmy
from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

CONNECTIONS = 4  # of each of the two workers
NAMES = ("id", "name", "surname", "phone", "email", "created_at", "updated_at")
COLUMNS = "SELECT `id`, `name`, `surname`, `phone`, `email`, `created_at`, `updated_at`, `version` FROM `members`"
INSERT = (
    "INSERT INTO `members` (`name`, `surname`, `phone`, `email`, `created_at`, `updated_at`) VALUES (%s, %s, %s, %s, %s, %s)"
)
UPDATE = (
    "UPDATE `members` SET `name` = %s, `surname` = %s, `phone` = %s, `email` = %s, `updated_at` = %s,"
    " `version` = `version` + 1 WHERE `id` = %s AND `version` = %s"
)


class Member(BaseModel):
    name: str = Field(min_length=1, max_length=80)
    surname: str = Field(min_length=1, max_length=80)
    phone: str | None = None
    email: str | None = None


@contextlib.asynccontextmanager
async def lifespan(app):
    async with asyncmy.create_pool(
        host="127.0.0.1",
        port=int(os.environ["DB_PORT"]),
        user=os.environ["DB_USER"],
        password=os.environ["DB_PASSWORD"],
        db=os.environ["DB_NAME"],
        charset="utf8mb4",
        autocommit=True,
        minsize=CONNECTIONS,
        maxsize=CONNECTIONS,
    ) as app.state.pool:
        yield


app = FastAPI(lifespan=lifespan)


@contextlib.asynccontextmanager
async def cursor():
    async with app.state.pool.acquire() as connection:
        async with connection.cursor() as c:
            yield c


def now():
    at = datetime.datetime.now(datetime.UTC).replace(tzinfo=None)
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def stamp(at):
    return f"{at.isoformat(timespec='milliseconds')}Z"


def shown(row):
    return {**dict(zip(NAMES, row)), "created_at": stamp(row[5]), "updated_at": stamp(row[6])}


async def find(c, number):
    await c.execute(f"{COLUMNS} WHERE `id` = %s", (number,))
    row = await c.fetchone()
    if not row:
        raise HTTPException(404)
    return row


@app.get("/members/{number}")
async def get_one(number: int):
    async with cursor() as c:
        return JSONResponse(shown(await find(c, number)))


@app.get("/members")
async def get_list(limit: int = 50):
    async with cursor() as c:
        await c.execute(f"{COLUMNS} ORDER BY `id` LIMIT %s", (limit,))
        return JSONResponse([shown(row) for row in await c.fetchall()])


@app.post("/members")
async def post(member: Member):
    at = now()
    values = tuple(member.model_dump().values())
    async with cursor() as c:
        await c.execute(INSERT, (*values, at, at))
        number = c.lastrowid
    return JSONResponse(shown((number, *values, at, at)), 201, {"Location": f"/members/{number}"})


@app.patch("/members/{number}")
async def patch(number: int, request: Request):
    changes = await request.json()
    async with cursor() as c:
        changed = 0
        while not changed:  # until no other change comes between
            row = await find(c, number)
            values = tuple(Member(**{**dict(zip(NAMES[1:5], row[1:5])), **changes}).model_dump().values())
            at = now()
            changed = await c.execute(UPDATE, (*values, at, number, row[7]))
    return JSONResponse(shown((number, *values, row[5], at)))
