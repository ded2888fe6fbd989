#!/usr/bin/env python3
"""Serves the embedded pages with made-up ticks, to look at them without the backend.

    Tests/page/sample_server.py [--port 8010] [--hz 10] [--scenario live|skipped|killed|one-sided]

The key of the control endpoints is "secret". Standard library only; the WebSocket part is just
enough for one well-behaved browser. `GET /control/<scenario>` switches, `GET /control/drop`
closes every stream, `GET /control/refuse` also refuses new ones until another scenario is set,
`GET /control/rollover` ends the window.
"""

import argparse
import asyncio
import base64
import datetime
import hashlib
import json
import math
import pathlib
import random
import time

PAGES = pathlib.Path(__file__).resolve().parents[2] / "CSupport" / "CDashboard"
FILES = {
    "/": ("dashboard.html", "text/html; charset=utf-8"),
    "/docs": ("docs.html", "text/html; charset=utf-8"),
    "/openapi.json": ("openapi.json", "application/json"),
}
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
    "connect-src 'self' ws: wss:; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
KEY = "secret"
RANGES = {
    "spread_offset": (0, 0.5),
    "order_size": (1, 1_000_000),
    "max_position": (0, 1_000_000),
    "min_liquidity": (0, math.inf),
}
TOKENS = [str(random.Random(n).getrandbits(255)) for n in (1, 2, 3)]


class Market:
    """A random walk that looks enough like a five-minute market."""

    def __init__(self, scenario, hz):
        self.hz = hz
        self.random = random.Random(7)
        self.scenario = scenario
        self.seq = 0
        self.spot, self.strike = 98_431.25, 98_400.0
        self.window_end = time.time() + 185
        self.token = 0
        self.inventory, self.cash, self.volume = 15.0, 0.0, 1204.5
        self.trades, self.updates = 31, 412
        self.pending = [("STARTED", "simulated market, seed 7")]
        self.params = {
            "spread_offset": 0.005,
            "order_size": 10,
            "max_position": 50,
            "min_liquidity": 10000.0,
            "is_running": True,
        }

    def tick(self):
        dice = self.random
        if time.time() > self.window_end:
            self.window_end = time.time() + 300
            self.token = (self.token + 1) % len(TOKENS)
            self.strike = self.spot
            self.pending.append(("MARKET_ROLLOVER", "btc-updown-5m-1776323700"))
        pull = (self.strike - self.spot) / 90 / self.hz
        self.spot += dice.gauss(0, 2.4 / math.sqrt(self.hz)) + pull
        left = self.window_end - time.time()
        z = (self.spot - self.strike) / (2.4 * math.sqrt(max(left, 1) + 60))
        fair = min(0.98, max(0.02, 0.5 * (1 + math.erf(z / math.sqrt(2)))))
        best_bid = min(0.97, max(0.01, math.floor(fair * 100 - 0.3) / 100))
        best_ask = best_bid + (0.01 if dice.random() < 0.8 else 0.02)
        mid = (best_bid + best_ask) / 2
        killed, running = self.scenario == "killed", self.params["is_running"]
        quoting = running and self.scenario in ("live", "one-sided")
        own_bid = round(best_bid - 0.01, 2) if quoting else None
        own_ask = round(best_ask, 2) if quoting and self.scenario == "live" else None
        if quoting and dice.random() * self.hz < 0.4:
            buy = dice.random() < 0.5 + self.inventory / -120
            if buy or own_ask is not None:
                price, size = (own_bid, 10.0) if buy else (own_ask, -10.0)
                self.inventory += size
                self.cash -= price * size
                self.volume += price * abs(size)
                self.trades += 1
                words = f"{'buy' if buy else 'sell'} YES 10 @ {price:.2f}"
                self.pending.append(("ORDER_FILLED", words))
                self.pending.append(("TRADE_PLACED", words))
        if quoting and dice.random() * self.hz < 0.4:
            self.updates += 1
            self.pending.append(("QUOTE_UPDATED", f"buy YES 10 @ {own_bid:.2f}"))
        action, reason = self.pending.pop(0) if self.pending else ("HEARTBEAT", "")
        pnl = self.cash + (self.inventory - 15) * mid + 3.11
        self.seq += 1
        now = datetime.datetime.now(datetime.timezone.utc)
        levels = lambda best, step: [
            {"price": round(best + step * n, 2), "size": round(dice.uniform(80, 1900), 2)}
            for n in range(3)
        ]
        return {
            "timestamp": now.strftime("%Y-%m-%dT%H:%M:%S.%f"),
            "token_id": TOKENS[self.token],
            "midpoint": mid,
            "spread": round(best_ask - best_bid, 4),
            "latency_ms": 640.0 if self.scenario == "skipped" else dice.uniform(31, 48),
            "fee_bps": 350,
            "vol_state": "HIGH_VOL" if abs(z) > 1.4 else "LOW_VOL",
            "binance_price": round(self.spot, 2),
            "inventory": self.inventory,
            "action": action,
            "bids": levels(best_bid, -0.01),
            "asks": levels(best_ask, 0.01),
            "virtual_pnl": pnl,
            "session_volume": self.volume,
            "total_equity": 1000 + pnl,
            "buying_power": 870.25 + pnl,
            "total_gas_spent_usd": 0.0,
            "total_trades_count": self.trades,
            "total_order_updates": self.updates,
            "current_matic_balance": 0.0,
            "seq": self.seq,
            "reason": reason,
            "fair_value": round(fair, 6),
            "strike": self.strike,
            "seconds_to_expiry": left,
            "own_bid": own_bid,
            "own_ask": own_ask,
            "risk_state": "killed" if killed else "active" if running else "paused",
            "feed_ages_ms": {
                "market": dice.uniform(5, 90),
                "reference": 2400.0 if self.scenario == "skipped" else dice.uniform(10, 200),
            },
        }

    def switch(self, scenario, reason="Manual stop via dashboard"):
        self.scenario = scenario
        if scenario == "killed":
            self.params["is_running"] = False
            self.pending.append(("KILL_SWITCH", reason))
            self.pending.append(("CANCEL_ALL_CONFIRMED", "no order of ours is left"))
        elif scenario == "skipped":
            self.pending.append(("QUOTE_CANCELLED", "sell YES 10 @ 0.54"))
            self.pending.append(("SKIPPED_STALE_DATA", "reference feed is 2.4 s old"))
        elif scenario == "one-sided":
            self.pending.append(("INVENTORY_LIMIT", "worst case 50 of 50 shares"))


def patch(market, values):
    faults = []
    for name, value in values.items():
        if name not in RANGES:
            continue
        low, high = RANGES[name]
        where = {"loc": ["body", name], "input": value}
        if not isinstance(value, (int, float)):
            kind = "int" if name in ("order_size", "max_position") else "float"
            text = "integer" if kind == "int" else "number"
            text = f"Input should be a valid {text}, unable to parse string as " + (
                "an integer" if kind == "int" else "a number"
            )
            faults.append({"type": f"{kind}_parsing", **where, "msg": text})
        elif value > high:
            text = f"Input should be less than or equal to {high}"
            faults.append({"type": "less_than_equal", **where, "msg": text, "ctx": {"le": high}})
        elif value < low:
            text = f"Input should be greater than or equal to {low}"
            faults.append({"type": "greater_than_equal", **where, "msg": text, "ctx": {"ge": low}})
    if faults:
        return 422, {"detail": faults}
    market.params.update({k: v for k, v in values.items() if k in market.params})
    if values:
        market.pending.append(("PARAMS_UPDATED", ", ".join(f"{k} {v}" for k, v in values.items())))
    if "is_running" in values:
        market.pending.append(("RESUMED" if values["is_running"] else "PAUSED", ""))
        market.scenario = "live"
    return 200, {"status": "updated", "current_state": market.params}


class Server:
    def __init__(self, market, hz):
        self.market, self.hz = market, hz
        self.streams = set()
        self.refuse = False

    def control(self, path, headers, body):
        if headers.get("x-api-key") != KEY:
            return 403, {"detail": "Invalid or missing X-API-KEY"}
        values = json.loads(body or b"{}")
        if path.endswith("parameters"):
            return patch(self.market, values)
        reason = values.get("reason", "Emergency Stop Triggered by User")
        self.market.switch("killed", reason)
        return 200, {"status": "EMERGENCY_STOP_ACTIVATED", "reason": reason}

    def route(self, method, path, headers, body):
        if path in FILES and method == "GET":
            name, kind = FILES[path]
            return 200, kind, (PAGES / name).read_bytes()
        status, answer = 404, {"detail": "Not Found"}
        if path.startswith("/control/"):
            what = path.removeprefix("/control/")
            self.refuse = what == "refuse"
            if what in ("drop", "refuse"):
                for stream in list(self.streams):
                    stream.write(b"\x88\x02\x03\xe9")
                    stream.close()
            elif what == "rollover":
                self.market.window_end = 0
            else:
                self.market.switch(what)
            status, answer = 200, {"status": "ok"}
        elif path.startswith("/api/v1/control/"):
            status, answer = self.control(path, headers, body)
        elif path == "/health":
            status, answer = 200, {"status": "ok", "connections": len(self.streams)}
        return status, "application/json", json.dumps(answer, separators=(",", ":")).encode()

    async def serve(self, reader, writer):
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                method, path, _ = head[0].split(" ")
                fields = [line.split(":", 1) for line in head[1:] if ":" in line]
                headers = {name.lower(): value.strip() for name, value in fields}
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                if headers.get("upgrade", "").lower() == "websocket" and not self.refuse:
                    return await self.stream(writer, headers["sec-websocket-key"])
                status, kind, content = self.route(method, path, headers, body)
                writer.write(
                    f"HTTP/1.1 {status} \r\ncontent-type: {kind}\r\n"
                    f"content-security-policy: {POLICY}\r\n"
                    f"content-length: {len(content)}\r\n\r\n".encode() + content
                )
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def stream(self, writer, key):
        guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        accept = base64.b64encode(hashlib.sha1((key + guid).encode()).digest()).decode()
        writer.write(
            "HTTP/1.1 101 \r\nupgrade: websocket\r\nconnection: Upgrade\r\n"
            f"sec-websocket-accept: {accept}\r\n\r\n".encode()
        )
        self.streams.add(writer)
        try:
            while not writer.is_closing():
                await asyncio.sleep(1)
        finally:
            self.streams.discard(writer)

    async def publish(self):
        due = time.monotonic()
        while True:
            due += 1 / self.hz
            text = json.dumps(self.market.tick()).encode()
            frame = b"\x81\x7e" + len(text).to_bytes(2, "big") + text
            for stream in list(self.streams):
                if not stream.is_closing():
                    stream.write(frame)
            await asyncio.sleep(max(0, due - time.monotonic()))


async def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--port", type=int, default=8010)
    arguments.add_argument("--hz", type=float, default=10)
    arguments.add_argument("--scenario", default="live")
    options = arguments.parse_args()
    market = Market("live", options.hz)
    market.switch(options.scenario)
    server = Server(market, options.hz)
    listener = await asyncio.start_server(server.serve, "127.0.0.1", options.port)
    print(f"http://127.0.0.1:{options.port}/ (key: {KEY})", flush=True)
    await asyncio.gather(listener.serve_forever(), server.publish())


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except KeyboardInterrupt:
        pass
