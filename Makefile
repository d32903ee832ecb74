# make help lists the targets. Each sees to its own tools (scripts/setup); only the .NET SDK must be there.

PREFIX ?= /usr/local
BINARY := artifacts/bin/ocisharp
SHARE = $(DESTDIR)$(PREFIX)/share
# Folders are listed too: a file that was removed changes its folder.
SOURCES := $(shell find src \( -name bin -o -name obj \) -prune -o -print) \
           Directory.Build.props Directory.Packages.props global.json .editorconfig

export DOTNET_CLI_TELEMETRY_OPTOUT := 1
export DOTNET_NOLOGO := 1
export DOTNET_GENERATE_ASPNET_CERTIFICATE := false

.DEFAULT_GOAL := build
.PHONY: build run test test-unit fuzz faults load test-vm vm-shell lint bench conformance install uninstall clean help

build: $(BINARY) ## the executable, artifacts/bin/ocisharp, and its debug symbols beside it

$(BINARY): $(SOURCES)
	@scripts/setup build
	dotnet publish src/OciSharp.Cli --configuration Release --output artifacts/publish --nologo --verbosity quiet
	@install -D -t $(@D) artifacts/publish/ocisharp artifacts/publish/ocisharp.dbg

run: $(BINARY) ## a container at work: makes a bundle, runs it, shows from inside what is isolated (root)
	@scripts/setup run
	@scripts/demo

test: ## all tests; integration tests need root; OCISHARP_VM=no leaves the engines out; RUNTIME=/usr/sbin/runc puts another runtime under them
	@scripts/setup build test
	@scripts/test

test-unit: ## the tests that need no root
	@scripts/setup build test
	@scripts/test build unit

fuzz: $(BINARY) ## mutated documents, messages and command lines, 20,000 of each kind; launches of mutated configurations (root); FUZZ_ROUNDS=, FUZZ_LAUNCHES=, FUZZ_SEED=
	@scripts/setup build test
	@dotnet build tests/OciSharp.Fuzz.Tests --configuration Release --nologo --verbosity quiet
	@dotnet build integration/Faults --configuration Release --nologo --verbosity quiet
	@FUZZ_ROUNDS=$${FUZZ_ROUNDS:-20000} dotnet test --no-build --configuration Release tests/OciSharp.Fuzz.Tests --nologo --logger 'console;verbosity=detailed'
	@FUZZ_LAUNCHES=$${FUZZ_LAUNCHES:-1000} dotnet test --no-build --configuration Release integration/Faults --filter MutatedConfigs --nologo --logger 'console;verbosity=detailed'

faults: $(BINARY) ## each system call of run, create, start, exec and delete made to fail, and to kill the process (root); half an hour
	@scripts/setup build test
	@dotnet build integration/Faults --configuration Release --nologo --verbosity quiet
	@FAULTS=all dotnet test --no-build --configuration Release integration/Faults --nologo --logger 'console;verbosity=normal'

load: $(BINARY) ## 500 containers at once, 5,000 lifecycles, and more of the kind (root); LOAD_CONTAINERS=, LOAD_LIFECYCLES=, LOAD_SECONDS=
	@scripts/setup build test
	@dotnet build integration/OciSharp.Integration --configuration Release --nologo --verbosity quiet
	@LOAD=all dotnet test --no-build --configuration Release integration/OciSharp.Integration --filter TestCategory=Load --nologo --logger 'console;verbosity=detailed'

test-vm: $(BINARY) ## podman, buildah, containerd and Docker run on it in a virtual machine with systemd and cgroup v2 (root)
	@scripts/setup vm
	@integration/vm/with integration/vm/lane

vm-shell: $(BINARY) ## a shell in that machine
	@scripts/setup vm
	@integration/vm/with integration/vm/shell

lint: ## formatting, analyzers, warnings as errors
	@scripts/setup build
	dotnet format whitespace --folder . --verify-no-changes
	dotnet build OciSharp.sln --configuration Release --nologo --verbosity quiet

bench: $(BINARY) ## times ocisharp beside crun and runc (root); PEERS="PATH..." for other binaries
	@scripts/setup bench
	@bench/run

conformance: $(BINARY) ## runtime-tools' validation programs (root); RUNTIME_TOOLS=CHECKOUT
	@integration/conformance/run

install: $(BINARY) ## with manual pages and completion; PREFIX=/usr/local, DESTDIR=
	install -D -m 755 $(BINARY) $(DESTDIR)$(PREFIX)/bin/ocisharp
	@scripts/install-docs $(BINARY) $(SHARE)

uninstall: ## what install put there
	rm -f $(DESTDIR)$(PREFIX)/bin/ocisharp
	rm -f $(SHARE)/man/man8/ocisharp.8 $(SHARE)/man/man8/ocisharp-*.8
	rm -f $(SHARE)/bash-completion/completions/ocisharp $(SHARE)/zsh/site-functions/_ocisharp $(SHARE)/fish/vendor_completions.d/ocisharp.fish

clean: ## all that was built
	rm -rf artifacts
	find $(wildcard src tests integration bench) -type d \( -name bin -o -name obj -o -name TestResults \) -prune -exec rm -rf {} +

help:
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
