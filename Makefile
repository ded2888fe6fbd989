# The commands of the house. `make run` and `make test` set up what is missing by themselves.

PACKAGES = libuv1-dev libssl-dev libsecp256k1-dev libsqlite3-dev pkg-config
SERVE    ?=

.PHONY: setup build run test lint bench sanitize autobahn load demo-live clean help

help:
	@echo "make run       build and serve on port 8002 (SERVE='--port 9000' for other flags)"
	@echo "make test      build and run all tests"
	@echo "make lint      swift format, strictly"
	@echo "make bench     measure; see perf/README.md"
	@echo "make sanitize  the tests under the thread and the address sanitizer"
	@echo "make autobahn  the WebSocket conformance suite, server and client side"
	@echo "make load      1,000 clients, then slow ones, against a running build"
	@echo "make demo-live the live market against a venue on loopback, orders on paper"
	@echo "make setup     install missing Debian packages"
	@echo "make clean     remove everything built"

# Says what it does; does nothing when all is there.
setup:
	@sh CSupport/setup.sh $(PACKAGES)

build: setup
	swift build -c release --product quesquant

run: build
	exec .build/release/quesquant serve $(SERVE)

# The real program last and alone: its tests hold it to its times.
test: setup
	swift build --build-tests --explicit-target-dependency-import-check error
	swift test --skip-build --skip SystemTests
	swift test --skip-build --filter SystemTests --no-parallel

lint:
	swift format lint --strict --recursive Package.swift Sources Tests perf

bench: setup
	swift build -c release --product bench
	.build/release/bench

# Without the system tests: a sanitized program does not keep its times. Leak detection is off
# because XCTest's own runner leaks.
sanitize: setup
	swift test --sanitize=thread --scratch-path .build-tsan --skip SystemTests
	ASAN_OPTIONS=detect_leaks=0 swift test --sanitize=address --scratch-path .build-asan \
		--skip SystemTests

autobahn: setup
	swift build -c release --product net-probe
	Tests/autobahn/run.sh

load: setup
	swift build -c release --product quesquant
	swift build -c release --product net-probe
	perf/load.sh

# The real feeds' code without the real venues: a made-up Binance and Polymarket on port 8100.
DEMO = http://127.0.0.1:8100
demo-live: build
	swift build -c release --product fake-venue
	.build/release/fake-venue --port 8100 & venue=$$!; trap "kill $$venue" EXIT INT TERM; \
	POLYMARKET_GAMMA_URL=$(DEMO) POLYMARKET_WS_URL=ws://127.0.0.1:8100 \
	POLYMARKET_RTDS_URL=ws://127.0.0.1:8100 BINANCE_WS_URL=ws://127.0.0.1:8100 \
	.build/release/quesquant serve --market live $(SERVE)

clean:
	rm -rf .build .build-tsan .build-asan
