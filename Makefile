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
	@echo "make demo-live live market and live orders against a venue on loopback, with a key made up"
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

# Live market and live execution without the real venues: Binance and Polymarket on port 8100, where
# strangers trade and every signature is checked. The private key is made up each time and owns
# nothing anywhere else; http://127.0.0.1:8100/control/summary tells what the venue has seen. The
# venue has a session of its own, so that Ctrl-C lets us cancel before it goes.
DEMO = .build/demo-live
demo-live: build
	swift build -c release --product fake-venue
	rm -rf $(DEMO) && mkdir -p $(DEMO)
	cd $(DEMO) && { \
	setsid ../release/fake-venue --port 8100 --env-file .env --takers 5 & venue=$$!; \
	trap "kill $$venue" EXIT; trap : INT TERM; \
	until [ -s .env ]; do sleep 0.1; done; \
	DASHBOARD_API_KEY=$${DASHBOARD_API_KEY:-demo} ../release/quesquant serve \
		--market live --execution live --data-dir data $(SERVE); }

clean:
	rm -rf .build .build-tsan .build-asan
