.DEFAULT_GOAL := help
SHELL    := /bin/bash
SWIFT    := swift
# Why no cached manifest: see Scripts/build-stack.
SCRATCH  := --scratch-path $(CURDIR)/.build --disable-build-manifest-caching
# Leaves first, so that a fault is told by the package that has it.
PACKAGES := $(addprefix Packages/,Contracts LocalServers Postgres WebhookSignatures Outbound Messaging ServiceKit LocalStack) \
            $(addprefix Services/,LeadIntake Lifecycle Campaign BillingWebhook Console)
SERVICES := Services/LeadIntake Services/Lifecycle Services/Campaign Services/BillingWebhook Services/Console
ONLY     ?=
LEADS    ?=
SEED     ?= 1

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z\/-]+:.*## /{ printf "  %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install what is missing on this machine (Debian 12), and the Python test peers
	@Scripts/setup

build: setup ## Build every package (debug), into one scratch path
	@set -e; for p in $(PACKAGES) Tests; do $(SWIFT) build --package-path $$p $(SCRATCH); done

test: setup ## Run every test
	@Scripts/test $(PACKAGES) Benchmarks Tests

test/unit: setup ## Run the tests of the packages and services, without those that start the whole system
	@Scripts/test $(PACKAGES) Benchmarks

test/e2e: setup ## Run the tests that start the whole system
	@Scripts/test Tests

ifdef COMPOSE
demo: ## Run the main job on a local stack and leave it running (SEED=1, LEADS=file; COMPOSE=1 in containers)
	@Scripts/containers demo $(SEED) $(LEADS)
else
demo: setup
	@Scripts/build-stack
	@.build/debug/plumbline demo --seed $(SEED) $(if $(LEADS),--leads $(LEADS))
endif

up: setup ## Start the local stack
	@Scripts/build-stack
	@.build/debug/plumbline up

down: ## Stop the local stack (COMPOSE=1: that of the demo in containers)
ifdef COMPOSE
	@Scripts/containers down
else
	@if [ -x .build/debug/plumbline ]; then .build/debug/plumbline down; fi
endif

bench: setup ## Measure, print one table, write .bench/results.json (ONLY=prefix)
	@Scripts/bench $(ONLY)

docs: ## Write the documents that are made from the code
	@# In a place of its own: Contracts needs no checkouts, so SwiftPM would take them from the others, who would compile them all anew.
	@$(SWIFT) run --package-path Packages/Contracts --scratch-path $(CURDIR)/.build/contracts contracts-docs docs/asyncapi.yaml
	@Scripts/build-stack
	@.build/debug/settings-docs docs/operations.md

format: ## Rewrite the sources in the house format
	@$(SWIFT) format --in-place --parallel --recursive Packages Services Tests Benchmarks

lint: ## Fail on a format fault, a wrong arrow between packages, or manifests that differ in their settings
	@$(SWIFT) format lint --strict --parallel --recursive Packages Services Tests Benchmarks
	@python3 Scripts/lint-architecture.py

.PHONY: help setup build test test/unit test/e2e demo up down bench docs format lint
