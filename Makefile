# The ways to build, test and install lavavisor; `make help` lists them. CMake does the work.
# SPDX-License-Identifier: Apache-2.0

# What Debian 12 calls the things that are needed; the only list of them.
PACKAGES = g++ cmake ninja-build ccache pkg-config \
  libtomlplusplus-dev libcurl4-openssl-dev libarchive-dev rapidjson-dev libsqlite3-dev libsqlitecpp-dev \
  libspdlog-dev libfmt-dev libgtest-dev libcli11-dev libsdbus-c++-dev libsystemd-dev \
  libyaml-cpp-dev libssl-dev libexpected-dev libmicrohttpd-dev prometheus-cpp-dev python3 python3-jsonschema \
  python3-yaml python3-kubernetes openssl curl systemd dbus \
  mandoc util-linux ca-certificates golang-go git openssh-client gpg gpg-agent
# What `make package` needs besides.
PACKAGING_PACKAGES = dpkg-dev file
# What only the tests need: a real browser, promtool, the shells that complete, the package's judge.
TEST_PACKAGES = chromium chromium-driver python3-selenium prometheus zsh fish lintian minisign \
  $(PACKAGING_PACKAGES)
LINT_PACKAGES = clang clang-format clang-tidy cppcheck shellcheck
# The sanitizers' compiler, its runtimes, and what gives a finding's addresses their names.
SANITIZER_PACKAGES = clang libclang-rt-dev llvm
COVERAGE_PACKAGES = gcovr

# For `make bench`; ansible-core and puppet-agent are compared with where they are installed.
BENCH_PACKAGES = libbenchmark-dev strace

PREFIX  ?= /usr/local
DESTDIR ?=
JOBS    ?= $(shell nproc 2>/dev/null || echo 2)
# Those that start a machine of their own run one after another (RESOURCE_LOCK in tests), others beside.
TEST_JOBS ?= $(JOBS)
CTEST_ARGS ?=

export CTEST_PARALLEL_LEVEL = $(TEST_JOBS)
export DEBIAN_FRONTEND = noninteractive

CXX_FILES = $(shell find src tests -name '*.cpp' -o -name '*.hpp')
SH_FILES  = $(shell grep -rlE --exclude-dir=fixtures '^\#!.*\bsh\b|^\#!.*bash' .ci tests examples src 2>/dev/null)
MAN_PAGES = $(wildcard man/*.[1-9])

.DEFAULT_GOAL := help
.PHONY: help deps test-deps lint-deps build release test test-asan test-tsan coverage quickstart install-all package reproducible format lint bench clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo "  PREFIX=$(PREFIX) DESTDIR=$(DESTDIR) JOBS=$(JOBS) CTEST_ARGS=$(CTEST_ARGS)"

# $(call ensure,PACKAGES): install those that are missing, as root on Debian; else name them and
# fail. The package lists are fetched only when apt does not find a package with those it has.
define ensure
@set -eu; \
if ! command -v dpkg-query >/dev/null; then \
  echo "This is no Debian: have ready what Debian 12 calls $(strip $(1))" >&2; exit 0; \
fi; \
missing=; \
for package in $(1); do \
  [ "$$(dpkg-query -W -f='$${db:Status-Status}' "$$package" 2>/dev/null || :)" = installed ] \
    || missing="$$missing $$package"; \
done; \
[ -n "$$missing" ] || exit 0; \
if [ "$$(id -u)" != 0 ]; then \
  printf 'Missing packages:%s\nInstall them as root:\n  apt-get update && apt-get install -y --no-install-recommends%s\n' \
    "$$missing" "$$missing" >&2; exit 1; \
fi; \
echo "Installing:$$missing"; \
install="apt-get install -y -q --no-install-recommends$$missing"; \
apt-get install --simulate --no-install-recommends $$missing >/dev/null 2>&1 || apt-get update -q; \
$$install || { apt-get update -q && $$install; }
endef

deps: ## install the packages that are missing (as root), or name them
	$(call ensure,$(PACKAGES))

test-deps:
	$(call ensure,$(PACKAGES) $(TEST_PACKAGES))

bench-deps:
	$(call ensure,$(PACKAGES) $(BENCH_PACKAGES))

lint-deps:
	$(call ensure,$(PACKAGES) $(LINT_PACKAGES))

build: ## configure and build with tests into build/ (Debug, warnings are errors)
	cmake --preset dev
	cmake --build --preset dev -j $(JOBS)

release: ## configure and build the optimised program into build-release/
	cmake --preset release -DCMAKE_INSTALL_PREFIX=$(PREFIX)
	cmake --build --preset release -j $(JOBS)

test: test-deps ## install what is missing, build, run all tests
	@$(MAKE) --no-print-directory build
	ctest --preset dev --output-on-failure $(CTEST_ARGS)

# $(call in_preset,NAME): build and test in the build directory of a preset, with limits of time to match.
define in_preset
@cmake --preset $(1)
@cmake --build --preset $(1) -j $(JOBS)
ctest --preset $(1) --output-on-failure $(CTEST_ARGS)
endef

test-asan: test-deps ## all tests with the address, leak and undefined-behaviour sanitizers, in build-asan/
	$(call ensure,$(SANITIZER_PACKAGES))
	$(call in_preset,asan)

test-tsan: test-deps ## the tests of what has threads with the thread sanitizer, in build-tsan/
	$(call ensure,$(SANITIZER_PACKAGES))
	$(call in_preset,tsan)

coverage: test-deps ## run all tests, then print which lines and branches of src/ they reach, in build-cov/
	$(call ensure,$(COVERAGE_PACKAGES))
	@cmake --preset coverage
	@cmake --build --preset coverage -j $(JOBS)
	find build-cov -name '*.gcda' -delete
	ctest --preset coverage $(CTEST_ARGS)
	tests/support/coverage.py build-cov

quickstart: ## see it work: a small chain, a release server and services in a throw-away systemd
	@[ "$$(id -u)" = 0 ] || { \
	  echo 'make quickstart needs root: it installs packages and boots a throw-away systemd out of'; \
	  echo 'namespaces, which only root may make. Nothing is left behind, and no service of this host'; \
	  echo 'is touched. Run:  sudo make quickstart'; } >&2
	@[ "$$(id -u)" = 0 ]
	@$(MAKE) --no-print-directory deps release
	LAVAVISOR="$(CURDIR)/build-release/src/lavavisor" examples/quickstart/run.sh

install-all: deps release ## install program, man pages, units, schema and examples (PREFIX, DESTDIR)
	DESTDIR="$(DESTDIR)" cmake --install build-release

package: deps ## make a .deb and a .tar.gz of the optimised program in build-release/
	$(call ensure,$(PACKAGING_PACKAGES))
	@$(MAKE) --no-print-directory release
	cd build-release && cpack

reproducible: deps ## build the packages twice, in different places and surroundings, and compare them (slow)
	$(call ensure,$(PACKAGING_PACKAGES))
	src/packaging/reproducible.sh $(JOBS)

format: lint-deps ## lay out the C++ sources as .clang-format says
	clang-format -i $(CXX_FILES)

lint: lint-deps ## clang-format, clang-tidy, cppcheck, shellcheck and mandoc; changes nothing
	clang-format --dry-run --Werror $(CXX_FILES)
	shellcheck $(SH_FILES)
	mandoc -T lint -W warning $(MAN_PAGES)
	cmake --preset dev
	cppcheck --quiet -j $(JOBS) --std=c++20 --language=c++ --enable=warning,performance,portability \
	  --inline-suppr --suppressions-list=.cppcheck-suppressions --error-exitcode=1 -I src src
	run-clang-tidy -quiet -p build -j $(JOBS) '$(CURDIR)/src/.*'

bench: bench-deps ## run the measurements of tests/bench against the optimised program, on an idle machine
	cmake --preset release -DLAVAVISOR_TESTS=ON
	cmake --build --preset release -j $(JOBS) --target lavavisor lavap_stub lavap_child fetch_bench unavoidable plan_bench
	@set -eu; for bench in tests/bench/*.py tests/bench/*.sh; do \
	  [ -x "$$bench" ] || continue; \
	  echo "== $$bench"; LAVAVISOR="$(CURDIR)/build-release/src/lavavisor" "$$bench"; \
	done

clean: ## remove all build directories
	rm -rf build build-release build-asan build-tsan build-cov
