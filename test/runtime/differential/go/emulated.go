// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

//go:build !go1.21

package main

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// What Go has from 1.20 and 1.21 on, made of what it had before. When a context ends, and with which
// error, is Go's own doing in each case: only causes are kept here.

// A cancelable context of Go's that remembers its cause. It keeps Done and passes everything on, so
// that Go links children through it.
type caused struct {
	context.Context
	parent   context.Context
	deadline error // the cause if the context's own deadline ends it; nil: the error
	cause    error // set when it has ended
}

func (c *caused) String() string { return c.Context.(fmt.Stringer).String() }

// causedKey makes a context name the nearest caused one, also through contexts of the user's own.
type causedKey struct{}

func (c *caused) Value(key any) any {
	if key == (causedKey{}) {
		return c
	}
	return c.Context.Value(key)
}

// A context that ended without a cause given was ended by its parent if that is done, else by its own
// deadline or its own cancel function. Called after each operation, parents first, so that there is
// one reason at a time; a deadline may also pass while they are called, which is why cause() asks for
// that of the parent once more.
func settleCause(ctx context.Context) {
	c, ok := ctx.(*caused)
	if !ok || c.cause != nil || c.Err() == nil {
		return
	}
	if closed(c.parent.Done()) {
		c.cause = cause(c.parent)
	} else if c.Err() == context.DeadlineExceeded && c.deadline != nil {
		c.cause = c.deadline
	} else {
		c.cause = c.Err()
	}
}

// Cause: none of what is alive; that of the nearest cancelable context, found as Go finds it, by its
// values; the error of a user's context that has ended though that one has not.
func cause(ctx context.Context) error {
	err := ctx.Err()
	if err == nil {
		return nil
	}
	if c, ok := ctx.Value(causedKey{}).(*caused); ok {
		settleCause(c)
		if c.cause != nil {
			return c.cause
		}
	}
	return err
}

// A cancel function that takes a cause sets it, if there is one and the context is alive. (Calls at
// one time give none: see "together".)
func (c *caused) cancelWithCause(cancel func()) func(error) {
	return func(cause error) {
		if cause != nil && c.Err() == nil {
			c.cause = cause
		}
		cancel()
	}
}

func withCancel(parent context.Context, withCause bool) (context.Context, func(error)) {
	ctx, cancel := context.WithCancel(parent)
	c := &caused{Context: ctx, parent: parent}
	if withCause {
		return c, c.cancelWithCause(cancel)
	}
	return c, func(error) { cancel() }
}

// WithDeadlineCause: the cause is dropped where the parent's deadline is earlier.
func withDeadline(parent context.Context, d time.Time, cause error) (context.Context, func(error)) {
	ctx, cancel := context.WithDeadline(parent, d)
	c := &caused{Context: ctx, parent: parent}
	if current, ok := parent.Deadline(); !ok || !current.Before(d) {
		c.deadline = cause
	}
	return c, func(error) { cancel() }
}

func withTimeout(parent context.Context, d time.Duration, cause error) (context.Context, func(error)) {
	return withDeadline(parent, time.Now().Add(d), cause)
}

// WithoutCancel: the parent's values, except the one by which a cause is found, and nothing else.
type detached struct{ parent context.Context }

func (detached) Deadline() (d time.Time, ok bool) { return }
func (detached) Done() <-chan struct{}            { return nil }
func (detached) Err() error                       { return nil }
func (d detached) String() string                 { return stringOfParent(d.parent) + ".WithoutCancel" }

func (d detached) Value(key any) any {
	if key == (causedKey{}) {
		return nil
	}
	return d.parent.Value(key)
}

// A user's context has no String(); Go shows its type, and so does this.
func stringOfParent(parent context.Context) string {
	if s, ok := parent.(fmt.Stringer); ok {
		return s.String()
	}
	return fmt.Sprintf("%T", parent)
}

func withoutCancel(parent context.Context) context.Context { return detached{parent} }

// AfterFunc: a goroutine waits for Done or for stop; whichever of the two is first claims the once.
func afterFunc(ctx context.Context, f func()) func() bool {
	once := new(sync.Once)
	stopping := make(chan struct{})
	go func() {
		select {
		case <-ctx.Done():
			once.Do(func() { go f() })
		case <-stopping:
		}
	}()
	return func() (stopped bool) {
		once.Do(func() { stopped = true })
		if stopped {
			close(stopping)
		}
		return stopped
	}
}
