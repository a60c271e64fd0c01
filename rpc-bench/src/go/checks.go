package main

import (
	"fmt"
	"os"
	"time"
)

// checkTimeout bounds each check: a peer that hangs fails, and does not hang us.
const checkTimeout = 30 * time.Second

// bulkTimeout bounds checks that move a lot, on a machine that may have other things to do.
const bulkTimeout = 3 * time.Minute

// checklist runs checks one after the other and prints a line for each.
type checklist struct {
	failed int
	done   int
}

func (c *checklist) check(name string, body func() error) { c.within(checkTimeout, name, body) }

func (c *checklist) slowly(name string, body func() error) { c.within(bulkTimeout, name, body) }

func (c *checklist) within(limit time.Duration, name string, body func() error) {
	result := make(chan error, 1)
	go func() { result <- body() }()
	var err error
	select {
	case err = <-result:
	case <-time.After(limit):
		err = fmt.Errorf("no end within %v", limit)
	}
	c.done++
	if err != nil {
		c.failed++
		fmt.Printf("FAIL %s: %v\n", name, err)
		return
	}
	fmt.Println("ok " + name)
}

// end leaves the process: with 0 when every check has passed.
func (c *checklist) end() {
	fmt.Printf("%d checks, %d failed\n", c.done, c.failed)
	if c.failed > 0 || c.done == 0 {
		os.Exit(1)
	}
	os.Exit(0)
}

func want[T comparable](what string, got, expected T) error {
	if got != expected {
		return fmt.Errorf("%s is %v, expected %v", what, got, expected)
	}
	return nil
}

// first returns the first error that is one.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
