// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// Go's side of what Go's own benchmarks of package context have not. For Go 1.19 and later.
package figures

import (
	"context"
	"fmt"
	"sync"
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
				cancels := make([]context.CancelFunc, count)
				for j := range children {
					children[j], cancels[j] = context.WithCancel(parent)
				}
				start := time.Now()
				cancel()
				total += time.Since(start)
				for _, cancelChild := range cancels {
					cancelChild()
				}
			}
			b.ReportMetric(float64(total)/float64(rounds)/float64(count), "ns/op")
		})
	}
}

// The same number in all, by one goroutine or two together.
func BenchmarkSharedParent(b *testing.B) {
	shared, cancelShared := context.WithCancel(context.Background())
	defer cancelShared()
	type key struct{}
	parents := []struct {
		name   string
		parent context.Context
	}{{"cancel", shared}, {"value", context.WithValue(shared, key{}, 1)}}
	for _, p := range parents {
		for _, deriving := range []int{1, 2} {
			b.Run(fmt.Sprintf("parent=%s/deriving=%d", p.name, deriving), func(b *testing.B) {
				var wg sync.WaitGroup
				for i := 0; i < deriving; i++ {
					wg.Add(1)
					go func() {
						defer wg.Done()
						for j := 0; j < b.N/deriving; j++ {
							_, cancel := context.WithCancel(p.parent)
							cancel()
						}
					}()
				}
				wg.Wait()
			})
		}
	}
}

// A value, and `depth` cancelable contexts, each below the one before.
func BenchmarkBelowCancels(b *testing.B) {
	type key struct{}
	for _, depth := range []int{1, 100, 10000} {
		ctx := context.WithValue(context.Background(), key{}, 1)
		var cancel context.CancelFunc
		for i := 0; i < depth; i++ {
			ctx, cancel = context.WithCancel(ctx)
			defer cancel()
		}
		b.Run(fmt.Sprintf("Err/depth=%d", depth), func(b *testing.B) {
			for i := 0; i < b.N; i++ {
				if err := ctx.Err(); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(fmt.Sprintf("Done/depth=%d", depth), func(b *testing.B) {
			for i := 0; i < b.N; i++ {
				select {
				case <-ctx.Done():
					b.Fatal("done")
				default:
				}
			}
		})
		b.Run(fmt.Sprintf("Value/depth=%d", depth), func(b *testing.B) {
			for i := 0; i < b.N; i++ {
				if ctx.Value(key{}) != 1 {
					b.Fatal("no value")
				}
			}
		})
	}
}
