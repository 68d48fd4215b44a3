// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// Go's side of what Go's own benchmarks of package context have not. For Go 1.19 and later.
package figures

import (
	"context"
	"fmt"
	"testing"
	"time"
)

// What CommonParentCancel does besides its work.
func BenchmarkCommonParentFiller(b *testing.B) {
	b.RunParallel(func(pb *testing.PB) {
		x := 0
		for pb.Next() {
			for i := 0; i < 100; i++ {
				x /= x + 1
			}
			for i := 0; i < 100; i++ {
				x /= x + 1
			}
		}
	})
}

func BenchmarkErrOK(b *testing.B) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		if err := ctx.Err(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkWithCancel(b *testing.B) {
	parent, cancelParent := context.WithCancel(context.Background())
	defer cancelParent()
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		_, cancel := context.WithCancel(parent)
		cancel()
	}
}

// From one to two hours, in no order, and the same in each run.
type timeouts uint64

func (t *timeouts) derive() context.CancelFunc {
	*t = *t*6364136223846793005 + 1442695040888963407
	timeout := time.Hour + time.Duration(*t>>33%3600000000)*time.Microsecond
	_, cancel := context.WithTimeout(context.Background(), timeout)
	return cancel
}

func BenchmarkPendingTimeouts(b *testing.B) {
	for _, count := range []int{1000, 1000000} {
		var next timeouts = 1
		pending := make([]context.CancelFunc, count)
		makeAll := func() {
			for i := range pending {
				pending[i] = next.derive()
			}
		}
		cancelAll := func() {
			for _, cancel := range pending {
				cancel()
			}
		}
		b.Run(fmt.Sprintf("newest/pending=%d", count), func(b *testing.B) {
			makeAll()
			b.ResetTimer()
			for i := 0; i < b.N; i++ {
				next.derive()()
			}
			b.StopTimer()
			cancelAll()
		})
		b.Run(fmt.Sprintf("oldest/pending=%d", count), func(b *testing.B) {
			makeAll()
			b.ResetTimer()
			for i, oldest := 0, 0; i < b.N; i++ {
				pending[oldest]()
				pending[oldest] = next.derive()
				if oldest++; oldest == count {
					oldest = 0
				}
			}
			b.StopTimer()
			cancelAll()
		})
		b.Run(fmt.Sprintf("all/pending=%d", count), func(b *testing.B) {
			start := time.Now()
			for i := 0; i < b.N; i++ {
				makeAll()
				cancelAll()
			}
			b.ReportMetric(float64(time.Since(start))/float64(b.N)/float64(count), "ns/op")
		})
	}
}

func BenchmarkCancelChildren(b *testing.B) {
	for _, count := range []int{1000, 10000, 100000, 1000000} {
		b.Run(fmt.Sprintf("children=%d", count), func(b *testing.B) {
			rounds := 200000 / count
			if rounds < 3 {
				rounds = 3
			}
			var total time.Duration
			for i := 0; i < rounds; i++ {
				parent, cancel := context.WithCancel(context.Background())
				children := make([]context.Context, count)
				for j := range children {
					children[j], _ = context.WithCancel(parent)
				}
				start := time.Now()
				cancel()
				total += time.Since(start)
			}
			b.ReportMetric(float64(total)/float64(rounds)/float64(count), "ns/op")
		})
	}
}
