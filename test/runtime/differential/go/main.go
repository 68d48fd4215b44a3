// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// Runs programs of context operations (../differential.py says what they look like) on Go's package
// context, and prints what can be observed. ../runner.cpp does the same on the runtime: the two
// outputs must be equal, byte for byte.
package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"reflect"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// How long anything is waited for. What takes longer has failed, and is printed as it is then.
var patience = 60 * time.Second

// Keys. Each has a type of its own, since the String() of older versions shows the type only.
type k0 struct{}
type k1 struct{}
type k2 struct{} // its values are ints
type k3 struct{} // its values are texts or nil

func (k0) String() string { return "k0" }
func (k1) String() string { return "k1" }
func (k2) String() string { return "k2" }
func (k3) String() string { return "k3" }

var keys = []any{k0{}, k1{}, k2{}, k3{}}

func keyNamed(name string) any { return keys[name[1]-'0'] }

// Errors, by name. The names of the package's own are "canceled" and "deadline".
type named string

func (n named) Error() string { return string(n) }

func errorNamed(name string) error {
	switch name {
	case "nil":
		return nil
	case "canceled":
		return context.Canceled
	case "deadline":
		return context.DeadlineExceeded
	}
	return named(name)
}

func nameOf(err error) string {
	switch {
	case err == nil:
		return "-"
	case err == context.Canceled:
		return "canceled"
	case err == context.DeadlineExceeded:
		return "deadline"
	}
	return err.Error()
}

func closed(done <-chan struct{}) bool {
	select {
	case <-done:
		return true
	default:
		return false
	}
}

func await(done <-chan struct{}) bool {
	if closed(done) {
		return true
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-done:
		return true
	case <-timer.C:
		return false
	}
}

// User is a context of the user's own over another one. What its options do not replace is passed
// on.
type User struct {
	inner    context.Context
	done     <-chan struct{}
	err      func() error // nil: passed on
	deadline *time.Time   // nil: passed on; the zero time: none
	values   string       // "keep", "hide", or the value of k0
}

func (u *User) Done() <-chan struct{} { return u.done }

func (u *User) Err() error {
	if u.err == nil {
		return u.inner.Err()
	}
	return u.err()
}

func (u *User) Deadline() (time.Time, bool) {
	if u.deadline == nil {
		return u.inner.Deadline()
	}
	return *u.deadline, !u.deadline.IsZero()
}

func (u *User) Value(key any) any {
	switch {
	case u.values == "keep":
		return u.inner.Value(key)
	case u.values == "hide":
		return nil
	case key == keys[0]:
		return u.values
	}
	return u.inner.Value(key)
}

// A context of the program. It is never forgotten here, as Go's collector forgets nothing that can
// be noticed; `held` tells whether the program still has it.
type record struct {
	name       string
	ctx        context.Context
	parent     *record     // of a context that ends with its parent, else nil
	cancel     func(error) // nil: cannot be cancelled
	close      func()      // of a User with a Done of its own
	held       bool
	holdsDone  bool
	shown      string // the last line that was printed of it
	shownDone  string
	stringSeen bool
}

type function struct {
	name    string
	on      *record
	stop    func() bool
	stopped bool
	runs    int32
	ran     chan struct{}
	shown   int32
}

type program struct {
	seed      string
	base      time.Time
	contexts  []*record
	functions []*function
	deadlines []namedTime
	out       *bufio.Writer
}

type namedTime struct {
	name string
	time time.Time
}

// Deadlines that programs name: far from now, so that a run cannot meet one by chance.
var far = []struct {
	name  string
	after time.Duration
}{{"-2h", -2 * time.Hour}, {"-1h", -time.Hour}, {"+1h", time.Hour}, {"+2h", 2 * time.Hour},
	{"+3h", 3 * time.Hour}}

// How long a deadline that a program waits for is away.
const soon = time.Millisecond

func newProgram(seed string, out *bufio.Writer) *program {
	p := &program{seed: seed, base: time.Now(), out: out}
	for _, f := range far {
		p.deadlines = append(p.deadlines, namedTime{f.name, p.base.Add(f.after)})
	}
	p.add(&record{name: "background", ctx: context.Background()})
	p.add(&record{name: "todo", ctx: context.TODO()})
	return p
}

func (p *program) add(r *record) {
	r.held = true
	p.contexts = append(p.contexts, r)
}

func (p *program) find(name string) *record {
	for _, r := range p.contexts {
		if r.name == name {
			return r
		}
	}
	return nil
}

func (p *program) function(name string) *function {
	for _, f := range p.functions {
		if f.name == name {
			return f
		}
	}
	return nil
}

func (p *program) deadline(name string) time.Time {
	for _, d := range p.deadlines {
		if d.name == name {
			return d.time
		}
	}
	panic("no deadline " + name)
}

func (p *program) deadlineOf(ctx context.Context) string {
	d, ok := ctx.Deadline()
	if !ok {
		return "-"
	}
	for _, known := range p.deadlines {
		if known.time.Equal(d) {
			return known.name
		}
	}
	return "?"
}

func options(words []string) map[string]string {
	m := map[string]string{}
	for _, word := range words {
		if i := strings.IndexByte(word, '='); i >= 0 {
			m[word[:i]] = word[i+1:]
		}
	}
	return m
}

// Derives a context: name = kind parent ...
func (p *program) derive(name, kind string, parent *record, words []string) {
	r := &record{name: name}
	option := options(words)
	switch kind {
	case "cancel", "cancelcause":
		r.ctx, r.cancel = withCancel(parent.ctx, kind == "cancelcause")
		r.parent = parent
	case "deadline", "timeout":
		cause := error(nil)
		if text, ok := option["cause"]; ok {
			cause = errorNamed(text)
		}
		before := time.Now()
		if kind == "deadline" {
			d := before.Add(soon)
			if words[0] == "soon" {
				p.deadlines = append(p.deadlines, namedTime{"soon:" + name, d})
			} else {
				d = p.deadline(words[0])
			}
			r.ctx, r.cancel = withDeadline(parent.ctx, d, cause)
		} else {
			timeout := soon
			if words[0] != "soon" {
				minutes, _ := strconv.Atoi(words[0])
				timeout = time.Duration(minutes) * time.Minute
			}
			r.ctx, r.cancel = withTimeout(parent.ctx, timeout, cause)
			d, ok := r.ctx.Deadline()
			if ok && p.deadlineOf(r.ctx) == "?" && !d.Before(before.Add(timeout)) &&
				!d.After(time.Now().Add(timeout)) {
				p.deadlines = append(p.deadlines, namedTime{"timeout:" + name, d})
			}
		}
		r.parent = parent
	case "value":
		var value any = words[1]
		switch {
		case words[0] == "k2":
			value, _ = strconv.Atoi(words[1])
		case words[1] == "nil":
			value = nil
		}
		r.ctx = context.WithValue(parent.ctx, keyNamed(words[0]), value)
		r.parent = parent
	case "withoutcancel":
		r.ctx = withoutCancel(parent.ctx)
	case "user":
		r.ctx, r.close = p.user(parent.ctx, option)
		if option["done"] == "keep" {
			r.parent = parent
		}
	default:
		panic("no kind " + kind)
	}
	p.add(r)
}

func (p *program) user(inner context.Context, option map[string]string) (*User, func()) {
	u := &User{inner: inner, values: option["value"]}
	var closing func()
	switch option["done"] {
	case "keep":
		u.done = inner.Done()
	case "own":
		done := make(chan struct{})
		once := new(sync.Once)
		u.done = done
		closing = func() { once.Do(func() { close(done) }) }
	}
	if name := option["err"]; name != "keep" {
		err := errorNamed(name)
		u.err = func() error {
			if u.done != nil && closed(u.done) {
				return err
			}
			return nil
		}
	}
	switch name := option["deadline"]; name {
	case "keep":
	case "none":
		u.deadline = new(time.Time)
	default:
		d := p.deadline(name)
		u.deadline = &d
	}
	return u, closing
}

func (p *program) afterFunc(name string, on *record) {
	f := &function{name: name, on: on, ran: make(chan struct{})}
	f.stop = afterFunc(on.ctx, func() {
		if atomic.AddInt32(&f.runs, 1) == 1 {
			close(f.ran)
		}
	})
	p.functions = append(p.functions, f)
}

// Waits until all has happened that must. A context whose parent is done must end; Go does some of
// that in goroutines (below contexts of the user's own, and when a timer fires), the runtime only
// the latter. A function must run when its context is done, unless it was stopped.
func (p *program) settle() {
	for _, r := range p.contexts {
		if r.parent != nil && closed(r.parent.ctx.Done()) && !await(r.ctx.Done()) {
			fmt.Fprintf(p.out, "%s does not end\n", r.name)
		}
		settleCause(r.ctx)
	}
	for _, f := range p.functions {
		if !f.stopped && closed(f.on.ctx.Done()) && !await(f.ran) {
			fmt.Fprintf(p.out, "%s does not run\n", f.name)
		}
	}
}

// The form of String() that both sides share: deadlines are masked, a key is shown by its name (up
// to Go 1.21 it was the key's type), a value that is no text by its type (up to Go 1.21 by
// "<not Stringer>", also nil), and a user's context as User.
func stringOf(ctx context.Context) string {
	text := reflect.TypeOf(ctx).String()
	if s, ok := ctx.(fmt.Stringer); ok {
		text = s.String()
	}
	var b strings.Builder
	for text != "" {
		switch {
		case strings.HasPrefix(text, "*main.User"):
			b.WriteString("User")
			text = text[len("*main.User"):]
		case strings.HasPrefix(text, ".WithDeadline("):
			b.WriteString(".WithDeadline(*)")
			text = text[strings.IndexByte(text, ')')+1:]
		case strings.HasPrefix(text, ".WithValue(type main."):
			inside := text[len(".WithValue(type main."):strings.IndexByte(text, ')')]
			text = text[strings.IndexByte(text, ')')+1:]
			key := inside[:2]
			value := inside[len("k0, val "):]
			if value == "<not Stringer>" {
				value = map[string]string{"k2": "int", "k3": "<nil>"}[key]
			}
			b.WriteString(".WithValue(" + key + ", " + value + ")")
		default:
			b.WriteByte(text[0])
			text = text[1:]
		}
	}
	return b.String()
}

func (p *program) line(r *record, first map[<-chan struct{}]string) string {
	var b strings.Builder
	b.WriteString(r.name)
	b.WriteString(" err=" + nameOf(r.ctx.Err()) + " done=")
	done := r.ctx.Done()
	switch {
	case done == nil:
		b.WriteString("never")
	case closed(done):
		b.WriteString("closed")
	default:
		if _, ok := first[done]; !ok {
			first[done] = r.name
		}
		b.WriteString("open:" + first[done])
	}
	b.WriteString(" cause=" + nameOf(cause(r.ctx)) + " deadline=" + p.deadlineOf(r.ctx))
	for i, key := range keys {
		if value := r.ctx.Value(key); value != nil {
			fmt.Fprintf(&b, " k%d=%v", i, value)
		}
	}
	return b.String()
}

// Prints what has changed since the last observation.
func (p *program) observe() {
	p.settle()
	runs := int32(0)
	for _, f := range p.functions {
		runs += atomic.LoadInt32(&f.runs)
	}
	fmt.Fprintf(p.out, "observe %d\n", runs)
	first := map[<-chan struct{}]string{}
	for _, r := range p.contexts {
		if r.held {
			if line := p.line(r, first); line != r.shown {
				r.shown = line
				fmt.Fprintln(p.out, line)
			}
			if !r.stringSeen {
				r.stringSeen = true
				fmt.Fprintf(p.out, "%s %s\n", r.name, stringOf(r.ctx))
			}
		}
		if r.holdsDone {
			line := r.name + " done open"
			if closed(r.ctx.Done()) {
				line = r.name + " done closed"
			}
			if line != r.shownDone {
				r.shownDone = line
				fmt.Fprintln(p.out, line)
			}
		}
	}
	for _, f := range p.functions {
		if now := atomic.LoadInt32(&f.runs); now != f.shown {
			f.shown = now
			fmt.Fprintf(p.out, "%s runs %d\n", f.name, now)
		}
	}
}

// What names something that is not there (any more) does nothing: on both sides, so that any
// operation can be deleted from a program.
func (p *program) run(words []string) {
	if len(words) > 2 && words[1] == "=" {
		on := p.find(words[3])
		switch {
		case on == nil || !on.held:
		case words[2] == "afterfunc":
			p.afterFunc(words[0], on)
		default:
			p.derive(words[0], words[2], on, words[4:])
		}
		p.settle()
		return
	}
	switch words[0] {
	case "observe":
		p.observe()
		return
	case "stop":
		if f := p.function(words[1]); f != nil && f.stop != nil {
			stopped := f.stop()
			f.stopped = f.stopped || stopped
			fmt.Fprintf(p.out, "stop %s %t\n", f.name, stopped)
		}
		return
	case "forgetstop":
		if f := p.function(words[1]); f != nil {
			f.stop = nil
		}
		return
	case "together":
		var all sync.WaitGroup
		for _, name := range words[1:] {
			if r := p.find(name); r != nil && r.cancel != nil {
				all.Add(1)
				go func() {
					r.cancel(nil)
					all.Done()
				}()
			}
		}
		all.Wait()
		p.settle()
		return
	}
	r := p.find(words[1])
	if r == nil {
		return
	}
	switch words[0] {
	case "cancel":
		if r.cancel != nil {
			cause := error(nil)
			if len(words) > 2 {
				cause = errorNamed(words[2])
			}
			r.cancel(cause)
		}
	case "close":
		if r.close != nil {
			r.close()
		}
	case "drop":
		r.held = false
	case "dropcancel":
		r.cancel = nil
	case "dropclose":
		r.close = nil
	case "hold":
		r.holdsDone = r.holdsDone || r.held && r.ctx.Done() != nil
	case "release":
		r.holdsDone = false
	case "wait":
		if !await(r.ctx.Done()) {
			fmt.Fprintf(p.out, "%s is not done\n", r.name)
		}
	default:
		panic("no operation " + words[0])
	}
	p.settle()
}

func (p *program) end() {
	p.observe()
	for _, f := range p.functions {
		f.shown = atomic.LoadInt32(&f.runs)
	}
}

func main() {
	if len(os.Args) > 1 && os.Args[1] == "--version" {
		fmt.Println(runtime.Version())
		return
	}
	if len(os.Args) > 1 && strings.HasPrefix(os.Args[1], "--patience=") {
		seconds, _ := strconv.Atoi(strings.TrimPrefix(os.Args[1], "--patience="))
		patience = time.Duration(seconds) * time.Second
	}
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<20)
	out := bufio.NewWriterSize(os.Stdout, 1<<16)
	defer out.Flush()
	var p *program
	var ended []*program
	for in.Scan() {
		words := strings.Fields(in.Text())
		switch words[0] {
		case "program":
			p = newProgram(words[1], out)
			fmt.Fprintln(out, in.Text())
		case "end":
			p.end()
			fmt.Fprintln(out, "end")
			out.Flush() // should the next one panic
			if len(p.functions) > 0 {
				ended = append(ended, p)
			}
		default:
			p.run(words)
		}
	}
	// No function ran that was not to.
	for _, p := range ended {
		for _, f := range p.functions {
			if runs := atomic.LoadInt32(&f.runs); runs != f.shown {
				fmt.Fprintf(out, "late: program %s: %s runs %d\n", p.seed, f.name, runs)
			}
		}
	}
	if err := in.Err(); err != nil {
		panic(err)
	}
}
