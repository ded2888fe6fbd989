# The commands of the house. `make run` and `make test` set up what is missing by themselves.

PACKAGES = libuv1-dev libssl-dev libsecp256k1-dev libsqlite3-dev pkg-config
SERVE    ?=

.PHONY: setup build run test lint bench sanitize autobahn load clean help

help:
	@echo "make run       build and serve on port 8002 (SERVE='--port 9000' for other flags)"
	@echo "make test      build and run all tests"
	@echo "make lint      swift format, strictly"
	@echo "make bench     measure; see perf/README.md"
	@echo "make sanitize  the tests under the thread and the address sanitizer"
	@echo "make autobahn  the WebSocket conformance suite against the echo server"
	@echo "make load      1,000 clients, then slow ones, against a running build"
	@echo "make setup     install missing Debian packages"
	@echo "make clean     remove everything built"

# Says what it does; does nothing when all is there.
setup:
	@sh CSupport/setup.sh $(PACKAGES)

build: setup
	swift build -c release --product quesquant

run: build
	exec .build/release/quesquant serve $(SERVE)

test: setup
	swift test --explicit-target-dependency-import-check error

lint:
	swift format lint --strict --recursive Package.swift Sources Tests perf

bench: setup
	swift build -c release --product bench
	.build/release/bench

sanitize: setup
	swift test --sanitize=thread --scratch-path .build-tsan
	ASAN_OPTIONS=detect_leaks=0 swift test --sanitize=address --scratch-path .build-asan

autobahn: setup
	swift build -c release --product net-probe
	Tests/autobahn/run.sh

load: setup
	swift build -c release --product quesquant
	swift build -c release --product net-probe
	perf/load.sh

clean:
	rm -rf .build .build-tsan .build-asan
