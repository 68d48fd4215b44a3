// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

//go:build go1.21

package main

import (
	"context"
	"time"
)

// This Go has it all.

func withCancel(parent context.Context, withCause bool) (context.Context, func(error)) {
	if withCause {
		ctx, cancel := context.WithCancelCause(parent)
		return ctx, cancel
	}
	ctx, cancel := context.WithCancel(parent)
	return ctx, func(error) { cancel() }
}

func withDeadline(parent context.Context, d time.Time, cause error) (context.Context, func(error)) {
	ctx, cancel := context.WithDeadlineCause(parent, d, cause)
	return ctx, func(error) { cancel() }
}

func withTimeout(parent context.Context, d time.Duration, cause error) (context.Context, func(error)) {
	ctx, cancel := context.WithTimeoutCause(parent, d, cause)
	return ctx, func(error) { cancel() }
}

func withoutCancel(parent context.Context) context.Context { return context.WithoutCancel(parent) }

func afterFunc(ctx context.Context, f func()) func() bool { return context.AfterFunc(ctx, f) }

func cause(ctx context.Context) error { return context.Cause(ctx) }

func settleCause(context.Context) {}
