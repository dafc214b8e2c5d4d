"""What keeps the sandbox to this machine: where it listens, whom it answers, what it reads, how answers behave."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.sandbox.guard import FORM_BYTES, JSON_BYTES
from bot.sandbox.server import Sandbox

HTML = b"<script>alert(1)</script>"
# One address of every kind: the page's, the API's, the gateway's, a file's, and one where nothing is.
ADDRESSES = [
    ("GET", ""),
    ("GET", "static/app.js"),
    ("GET", "sandbox/Robin/channels/1/messages"),
    ("POST", "sandbox/Robin/say"),
    ("GET", "sandbox/live/Robin"),
    ("GET", "api/v10/gateway"),
    ("POST", "api/v10/channels/1/messages"),
    ("GET", "gateway/"),
    ("GET", "attachments/1/2/cat.png"),
    ("OPTIONS", "sandbox/Robin/say"),
    ("GET", "nothing/here"),
]
FOREIGN = [
    {"Host": "evil.example"},
    {"Host": "evil.example:8000"},
    {"Host": "127.0.0.1.evil.example:8000"},
    {"Host": "localhost"},
    {"Host": "localhost:8000@evil.example"},
    {"Host": "[::1]:8000"},
    {"Origin": "https://evil.example"},
    {"Origin": "http://localhost:1"},
    {"Origin": "null"},
    {"Origin": ""},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
]


@pytest.fixture
async def session(sandbox: Sandbox) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(sandbox.page_url) as one:
        yield one


def port_of(sandbox: Sandbox) -> int:
    return int(sandbox.cdn_host.partition(":")[2])


async def raw(sandbox: Sandbox, request: str) -> str:
    """The answer to bytes that no client library would send."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port_of(sandbox))
    writer.write(request.replace("\n", "\r\n").encode() + b"\r\n\r\n")
    answer = await asyncio.wait_for(reader.read(4096), 10)
    writer.close()
    await writer.wait_closed()
    return answer.decode()


# ---- who is answered


async def test_it_listens_on_one_address_of_this_machine(sandbox: Sandbox) -> None:
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.2", port_of(sandbox))  # loopback too, but not the one it is bound to
    _, writer = await asyncio.open_connection("127.0.0.1", port_of(sandbox))
    writer.close()
    await writer.wait_closed()


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
async def test_foreign_names_and_sites_are_refused_everywhere(
    session: aiohttp.ClientSession, headers: dict[str, str]
) -> None:
    for method, path in ADDRESSES:
        async with session.request(method, path, headers=headers) as answer:
            assert answer.status == 403, f"{method} /{path}"
            assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("path", ["gateway/", "sandbox/live/Robin"])
async def test_sockets_open_for_no_other_site(sandbox: Sandbox, session: aiohttp.ClientSession, path: str) -> None:
    for headers in ({"Origin": "https://evil.example"}, {"Host": "evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await session.ws_connect(path, headers=headers)
        assert refused.value.status == 403
    async with session.ws_connect(path, headers={"Origin": sandbox.page_url.rstrip("/")}) as socket:
        assert await socket.receive_json(timeout=10)


async def test_requests_without_one_clear_host_are_refused(sandbox: Sandbox) -> None:
    port = port_of(sandbox)
    for lines in (
        "GET / HTTP/1.0",
        f"GET / HTTP/1.1\nHost: localhost:{port}\nHost: evil.example",
        f"GET / HTTP/1.1\nHost: localhost:{port}\nOrigin: http://localhost:{port}\nOrigin: https://evil.example",
    ):
        first = (await raw(sandbox, lines + "\nConnection: close")).splitlines()[0]
        assert first.split()[1] in ("400", "403"), lines


async def test_the_page_itself_and_its_own_requests_are_answered(
    sandbox: Sandbox, session: aiohttp.ClientSession
) -> None:
    own = {"Origin": sandbox.page_url.rstrip("/"), "Sec-Fetch-Site": "same-origin"}
    named = {"Host": f"localhost:{port_of(sandbox)}"}
    for headers in ({}, own, named, named | {"Origin": f"http://{named['Host']}"}, {"Sec-Fetch-Site": "none"}):
        async with session.get("", headers=headers) as answer:
            assert answer.status == 200, headers


async def test_a_link_elsewhere_opens_the_page_but_nothing_else(session: aiohttp.ClientSession) -> None:
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    async with session.get("", headers=link) as answer:
        assert answer.status == 200
    for method, path, headers in (
        ("GET", "static/app.js", link),
        ("GET", "sandbox/Robin/channels/1/messages", link),
        ("POST", "sandbox/Robin/say", link),
        ("POST", "", link),
        ("GET", "", link | {"Sec-Fetch-Dest": "iframe"}),
        ("GET", "", link | {"Sec-Fetch-Mode": "no-cors"}),
    ):
        async with session.request(method, path, headers=headers) as answer:
            assert answer.status == 403, (method, path)


# ---- what is read


async def test_large_compressed_and_endless_bodies_are_not_read(
    sandbox: Sandbox, session: aiohttp.ClientSession
) -> None:
    channel = sandbox.channel("#general").id
    path = f"api/v10/channels/{channel}/messages"
    token = {"Authorization": f"Bot {sandbox.token}"}
    kind = "application/json"
    async with session.post(
        path, data=io.BytesIO(b" " * (JSON_BYTES + 1)), headers=token | {"Content-Type": kind}
    ) as answer:
        assert answer.status == 413
        assert answer.headers["Content-Type"] == kind
        assert (await answer.json())["code"] == 40005
    packed = token | {"Content-Encoding": "deflate", "Content-Type": kind}
    async with session.post(path, data=b"x\x9c\x03\x00\x00\x00\x00\x01", headers=packed) as answer:
        assert answer.status == 415

    async def endless() -> AsyncIterator[bytes]:
        yield b'{"content": "a body that does not say how long it is"}'

    async with session.post(path, data=endless(), headers=token | {"Content-Type": kind}) as answer:
        assert answer.status == 411
    assert sandbox.messages("#general") == []
    async with session.post(path, json={"content": "x" * 2000}, headers=token) as answer:
        assert answer.status == 200


async def test_a_form_over_the_limit_is_refused_by_its_length(sandbox: Sandbox) -> None:
    head = (
        f"POST /sandbox/Robin/say HTTP/1.1\nHost: localhost:{port_of(sandbox)}\nConnection: close\n"
        f"Content-Type: multipart/form-data; boundary=x\nContent-Length: {FORM_BYTES + 1}"
    )
    assert " 413 " in (await raw(sandbox, head)).splitlines()[0]


async def test_a_file_over_the_servers_limit_is_refused_in_both_ways(
    sandbox: Sandbox, session: aiohttp.ClientSession
) -> None:
    sandbox.world.attachment_limit = 1000
    channel = str(sandbox.channel("#general").id)
    for path, payload in (
        (f"api/v10/channels/{channel}/messages", {"payload_json": "{}"}),
        ("sandbox/Robin/say", {"payload": json.dumps({"channel": channel})}),
    ):
        form = aiohttp.FormData(payload, default_to_multipart=True)
        form.add_field("files[0]", b"1" * 1001, filename="a.bin")
        headers = {"Authorization": f"Bot {sandbox.token}"}
        async with session.post(path, data=form, headers=headers) as answer:
            assert answer.status in (400, 413), path
    assert sandbox.messages("#general") == []


@pytest.mark.parametrize(
    "path",
    [
        "/static/..%2Fpage.py",
        "/static/%2e%2e/page.py",
        "/static/..%5Cpage.py",
        "/static/../page.py",
        "/static//etc/passwd",
        "/static/%2Fetc%2Fpasswd",
        "/static/..;/page.py",
        "/static/app.js%00.html",
        "/attachments/../../../etc/passwd",
        "/attachments/1/1/..%2F..%2Fetc%2Fpasswd",
    ],
)
async def test_no_path_leads_out_of_the_pages_files(sandbox: Sandbox, path: str) -> None:
    answer = await raw(sandbox, f"GET {path} HTTP/1.1\nHost: localhost:{port_of(sandbox)}\nConnection: close")
    assert answer.splitlines()[0].split()[1] in ("400", "404"), answer
    assert "import" not in answer
    assert "root:" not in answer


# ---- how answers behave in a browser


async def test_every_answer_forbids_guessing_running_and_framing(
    sandbox: Sandbox, session: aiohttp.ClientSession
) -> None:
    for method, path in [*ADDRESSES, ("GET", "api/v10/users/@me"), ("DELETE", "static/app.js")]:
        async with session.request(method, path) as answer:
            told = answer.headers
            assert told["X-Content-Type-Options"] == "nosniff", path
            assert "frame-ancestors 'none'" in told["Content-Security-Policy"], path
            assert told["Content-Security-Policy"].startswith("default-src 'none'"), path
            assert told["Cross-Origin-Resource-Policy"] == "same-origin", path
            assert told["Referrer-Policy"] == "no-referrer", path
            assert "unsafe-" not in told["Content-Security-Policy"], path
    async with session.get("", headers={"Host": "evil.example"}) as answer:
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_uploaded_pages_and_scripts_are_only_downloads(
    sandbox: Sandbox, session: aiohttp.ClientSession
) -> None:
    robin = sandbox.person("Robin")
    names = {"page.html": None, "vector.svg": None, "run.js": None, "a.xml": None, "fake.png": "image/png"}
    said = await robin.upload("#general", *((name, HTML) for name in names), ('q".png\r\nX-Evil: 1', HTML))
    for file in said.files:
        async with session.get(sandbox.world.files.link(file).removeprefix(sandbox.page_url)) as answer:
            assert answer.status == 200
            shown = names.get(file.filename)
            kind = answer.headers["Content-Disposition"].partition(";")[0]
            if file.filename in names:
                assert answer.content_type == (shown or "application/octet-stream")
                assert kind == ("inline" if shown else "attachment")
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert "sandbox" in answer.headers["Content-Security-Policy"]
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
            assert "X-Evil" not in answer.headers


async def test_links_to_files_cannot_be_guessed_or_altered(sandbox: Sandbox, session: aiohttp.ClientSession) -> None:
    robin = sandbox.person("Robin")
    said = await robin.upload("#general", ("one.txt", b"one"), ("two.txt", b"two"))
    one, two = (sandbox.world.files.link(file).removeprefix(sandbox.page_url) for file in said.files)
    path, _, query = one.partition("?")
    for link in (
        path,
        f"{path}?ex=ffffffff&is=0&hm=00",
        f"{two.partition('?')[0]}?{query}",
        f"{one[:-2]}{'1' if one[-2] == '0' else '0'}&",
        f"{path}?ex=ffffffff&is=0&hm=%C3%A9",
        f"{path}?ex=x",
    ):
        async with session.get(link) as answer:
            assert answer.status == 404, link
