#!/usr/bin/env python3
"""Uses the dashboard with a real mouse and keyboard in headless Chromium, against sample_server.py.

    pip install websockets && Tests/page/clicks.py

Prints one line per claim; exits 1 when one does not hold.
"""

import asyncio
import json
import pathlib
import subprocess
import sys
import tempfile
import urllib.request

import websockets

HERE = pathlib.Path(__file__).resolve().parent
PORT, DEBUG_PORT = 8011, 9334
SITE = f"http://127.0.0.1:{PORT}"
ALT, SHIFT = 1, 8
KEY_CODES = {"Enter": 13, "Escape": 27, "S": 83}


class Page:
    """One tab, driven over the DevTools protocol."""

    def __init__(self, socket):
        self.socket, self.number, self.waiting, self.faults = socket, 0, {}, []
        self.pump = asyncio.create_task(self.read())

    async def read(self):
        async for message in self.socket:
            message = json.loads(message)
            if "id" in message:
                self.waiting.pop(message["id"]).set_result(message.get("result"))
            elif message["method"] == "Runtime.exceptionThrown":
                self.faults.append(message["params"]["exceptionDetails"]["text"])
            elif message["method"] == "Log.entryAdded":
                entry = message["params"]["entry"]
                # What the network refuses is expected here; what the page does wrong is not.
                if entry["source"] != "network":
                    self.faults.append(entry["text"])

    async def do(self, method, **parameters):
        self.number += 1
        answer = self.waiting[self.number] = asyncio.get_running_loop().create_future()
        call = {"id": self.number, "method": method, "params": parameters}
        await self.socket.send(json.dumps(call))
        return await answer

    async def js(self, expression):
        result = await self.do("Runtime.evaluate", expression=expression, returnByValue=True)
        return result["result"].get("value")

    async def text(self, name):
        return await self.js(f"document.getElementById('{name}').textContent")

    async def focus(self):
        return await self.js("document.activeElement.id")

    async def until(self, expression):
        for _ in range(60):
            if await self.js(expression):
                return True
            await asyncio.sleep(0.1)
        return False

    async def click(self, name, count=1):
        element = f"document.getElementById('{name}')"
        await self.js(f"{element}.scrollIntoView({{block: 'center'}})")
        x, y = await self.js(
            f"(r => [r.x + r.width / 2, r.y + r.height / 2])({element}.getBoundingClientRect())"
        )
        for number in range(1, count + 1):
            for kind in ("mousePressed", "mouseReleased"):
                await self.do(
                    "Input.dispatchMouseEvent",
                    **{"type": kind, "x": x, "y": y, "button": "left", "clickCount": number},
                )

    async def fill(self, name, text):
        await self.click(name)
        await self.js(f"document.getElementById('{name}').select()")
        await self.do("Input.insertText", text=text)

    async def press(self, key, modifiers=0, repeat=False):
        code = "Key" + key if len(key) == 1 else key
        common = {
            "key": key,
            "code": code,
            "modifiers": modifiers,
            "windowsVirtualKeyCode": KEY_CODES[key],
        }
        text = {"text": "\r"} if key == "Enter" else {}
        await self.do(
            "Input.dispatchKeyEvent", type="keyDown", autoRepeat=repeat, **text, **common
        )
        if not repeat:
            await self.do("Input.dispatchKeyEvent", type="keyUp", **common)


class Claims:
    failed = 0

    def hold(self, claim, truth):
        print("ok  " if truth else "FAIL", claim, flush=True)
        self.failed += not truth


def control(what):
    urllib.request.urlopen(f"{SITE}/control/{what}").read()


async def parameters(page, claims):
    await page.fill("key", "wrong")
    await page.fill("spread_offset", "0.7")
    await page.fill("order_size", "abc")
    await page.click("apply")
    shown = "document.getElementById('answer').textContent.includes"
    refusal = 'HTTP 403\\n{"detail":"Invalid or missing X-API-KEY"}'
    claims.hold("a refusal is shown word for word", await page.until(f"{shown}('{refusal}')"))
    claims.hold("and the key has the focus", await page.focus() == "key")
    await page.fill("key", "secret")
    await page.press("Enter")
    claims.hold("a 422 is shown", await page.until(f"{shown}('HTTP 422')"))
    fault = await page.text("spread_offset-fault")
    claims.hold("beside its field", fault == "Input should be less than or equal to 0.5")
    claims.hold("beside each field", "valid integer" in await page.text("order_size-fault"))
    await page.fill("spread_offset", "0.02")
    await page.fill("order_size", "20")
    await page.fill("max_position", "100")
    await page.press("Enter")
    claims.hold("a good PATCH is answered 200", await page.until(f"{shown}('HTTP 200')"))
    claims.hold("the faults are gone", await page.text("order_size-fault") == "")
    note = "document.getElementById('inventory-note').textContent"
    claims.hold("the limit is known now", await page.until(f"{note}.endsWith('limit 100')"))
    await page.click("pause")
    state = "document.getElementById('state').textContent"
    claims.hold("pause pauses", await page.until(f"{state} === 'PAUSED'"))
    await page.click("resume")
    claims.hold("resume resumes", await page.until(f"{state} === 'QUOTING'"))


async def stop(page, claims):
    state = "document.getElementById('state').textContent"
    opened = "document.getElementById('stop-dialog').open"
    await page.click("stop", count=2)
    await asyncio.sleep(0.6)
    truth = await page.js(opened) and await page.js(state) == "QUOTING"
    claims.hold("a double click asks and does not stop", truth)
    await page.press("Escape")
    claims.hold("escape closes the question", await page.until(f"!{opened}"))
    await page.js("document.getElementById('stop').focus()")
    await page.do("Input.dispatchKeyEvent", type="keyDown", key="Enter", text="\r")
    for _ in range(15):
        await page.press("Enter", repeat=True)
        await asyncio.sleep(0.05)
    truth = await page.js(opened) and await page.js(state) == "QUOTING"
    claims.hold("a held key asks and does not stop", truth)
    await page.press("Escape")
    await page.press("S", modifiers=ALT | SHIFT)
    claims.hold("Alt+Shift+S asks", await page.until(opened))
    claims.hold("the confirmation has the focus", await page.focus() == "stop-confirm")
    await asyncio.sleep(0.5)
    await page.js("document.getElementById('stop-reason').value = '<img src=x><b>why</b>'")
    await page.press("Enter")
    claims.hold("one more press stops", await page.until(f"{state} === 'KILLED'"))
    claims.hold("the answer is shown", "HTTP 200" in await page.text("stop-answer"))
    claims.hold("screen readers are told", "killed" in await page.text("alarm"))
    claims.hold("text is never markup", not await page.js("document.querySelectorAll('img').length"))
    await page.press("Enter")
    claims.hold("the next one only closes", await page.until(f"!{opened}"))
    await page.click("resume")
    await asyncio.sleep(0.3)
    asked = await page.js("document.getElementById('resume-dialog').open")
    claims.hold("lifting the stop asks first", asked and await page.focus() == "resume-cancel")
    await page.click("resume-confirm")
    claims.hold("and lifts it", await page.until(f"{state} === 'QUOTING'"))


async def stream(page, claims):
    state = "document.getElementById('state').textContent"
    token = await page.text("token")
    control("rollover")
    moved = f"document.getElementById('token').textContent !== '{token}'"
    claims.hold("the page follows a rollover", await page.until(moved))
    control("skipped")
    claims.hold("a missing quote is told", await page.until(f"{state} === 'ACTIVE, NO QUOTE'"))
    why = "document.getElementById('why').textContent.includes('reference feed is 2.4 s old')"
    claims.hold("with its reason", await page.until(why))
    control("refuse")
    claims.hold("a lost stream is told", await page.until(f"{state} === 'DISCONNECTED'"))
    control("live")
    claims.hold("and found again", await page.until(f"{state} === 'QUOTING'"))
    rows = await page.js("document.querySelectorAll('#rows tr').length")
    heartbeats = await page.js("document.getElementById('rows').textContent.includes('HEARTBEAT')")
    claims.hold("the blotter has at most 50 rows, no heartbeat", 0 < rows <= 50 and not heartbeats)
    stored = await page.js("localStorage.length + sessionStorage.length + document.cookie.length")
    claims.hold("nothing is stored", stored == 0)


async def main():
    claims = Claims()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        server = subprocess.Popen(
            [sys.executable, HERE / "sample_server.py", f"--port={PORT}", "--hz=20"], **quiet
        )
        browser = subprocess.Popen(
            [
                "chromium", "--headless", "--no-sandbox", "--disable-gpu",
                "--window-size=1440,900", f"--user-data-dir={profile}",
                f"--remote-debugging-port={DEBUG_PORT}", "about:blank",
            ],
            **quiet,
        )
        try:
            for _ in range(100):
                try:
                    tabs = urllib.request.urlopen(f"http://127.0.0.1:{DEBUG_PORT}/json").read()
                    break
                except OSError:
                    await asyncio.sleep(0.1)
            tab = next(tab for tab in json.loads(tabs) if tab["type"] == "page")
            async with websockets.connect(tab["webSocketDebuggerUrl"], max_size=None) as socket:
                page = Page(socket)
                for domain in ("Page", "Runtime", "Log"):
                    await page.do(f"{domain}.enable")
                await page.do("Page.navigate", url=SITE + "/")
                quoting = "document.getElementById('state')?.textContent === 'QUOTING'"
                claims.hold("the page comes alive", await page.until(quoting))
                await parameters(page, claims)
                await stop(page, claims)
                await stream(page, claims)
                claims.hold(f"no fault in the console {page.faults}", not page.faults)
        finally:
            for process in (browser, server):
                process.terminate()
                process.wait()
    return 1 if claims.failed else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
